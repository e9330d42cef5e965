import { createHash } from "node:crypto";
import { type AttributeValue, BatchWriteItemCommand, paginateScan, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { localParts } from "../../../functions/adapters/compose.ts";
import { announcedOn } from "../../../functions/adapters/announced.ts";
import { unpressed } from "../../../functions/adapters/dynamodb/bodies.ts";
import { dynamoClient } from "../../../functions/adapters/dynamodb/client.ts";
import { s3Client } from "../../../functions/adapters/s3/archive.ts";
import { tableFile } from "../../../functions/adapters/parquet/table-file.ts";
import { managedSecrets, sending } from "../../../functions/adapters/senders.ts";
import { secretSources } from "../../../functions/adapters/sources.ts";
import { sqsClient, sqsWork } from "../../../functions/adapters/sqs/work.ts";
import { DISPATCH, type HandlerName, upstreamSecrets } from "../../../functions/contract.ts";
import type { Work } from "../../../functions/ports/work.ts";
import { closeHours } from "../../../functions/services/close-hours.ts";
import { compactDays } from "../../../functions/services/compact-days.ts";
import { dispatchHours } from "../../../functions/services/dispatch-hours.ts";
import { followHours } from "../../../functions/services/follow-hours.ts";
import { serveAdmin } from "../../../functions/services/serve-admin.ts";
import { serveV1 } from "../../../functions/services/serve-v1.ts";
import type { Request, SdkCall } from "../sdk-calls.ts";
import type { Parts } from "../../../functions/tasks/parts.ts";
import { type Engine, openEngine } from "../engine.ts";
import { type S3Server, startS3Server } from "../servers/s3-server.ts";
import { withoutScrypt } from "../scene.ts";
import { type SecretsServer, startSecretsServer } from "../servers/secrets-server.ts";
import { type SqsServer, startSqsServer } from "../servers/sqs-server.ts";

const BUCKET = "archive";

/** Table, bucket and secrets as they lie there, to begin from again. */
interface Kept {
  readonly items: ReadonlyMap<string, Record<string, AttributeValue>>;
  readonly objects: ReadonlyMap<string, Uint8Array>;
  readonly secrets: ReadonlyMap<string, string>;
}

/** What one process works with. */
export interface Process {
  readonly parts: Parts & { readonly work: Work };
  /** The deployed functions that a sweep calls, made as their handlers make them. */
  readonly functions: Pick<
    {
      readonly [Name in HandlerName]: (event: never) => Promise<unknown>;
    },
    "serve-v1" | "serve-admin" | "dispatch-hours" | "close-hours" | "compact-days" | "follow-hours"
  >;
}

/** What is served on a real engine, of which the state can be kept and put back. */
export interface Stage {
  readonly clock: { now: number };
  /** Where the clock starts. */
  readonly startsAt: number;
  readonly queue: SqsServer;
  /**
   * A process that has just started. What is chance elsewhere is the same in all of them, but for one with a name.
   * `tell` takes each line that a function logs.
   */
  readonly start: (name?: string, tell?: (line: object, by: HandlerName) => void) => Process;
  /** Does what no engine here does: mail, topics and the event bus take what they are given. */
  readonly standIn: (call: Pick<SdkCall, "service" | "operation" | "input">) => Request | undefined;
  /** What was taken so by its hash, each once, however often it came. */
  readonly taken: () => ReadonlyMap<string, readonly [service: string, operation: string, what: unknown]>;
  readonly keep: () => Promise<Kept>;
  readonly putBack: (kept: Kept) => Promise<void>;
  /** Everything that is kept, by its key, in words that can be compared. */
  readonly state: () => Promise<Readonly<Record<string, unknown>>>;
  /** Objects of the archive by key. */
  readonly objects: () => ReadonlyMap<string, Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Attributes in which runs may differ that come to the same, and why. */
const NO_STATE: Readonly<Record<string, string>> = {
  version: "counts writes of an item, and a retry may write once more",
};

/** Items in which they may differ altogether, by what their keys begin with, and why. */
const NO_ITEMS_OF_STATE: Readonly<Record<string, string>> = {
  "LIMIT#": "counts calls for a while, and a retry is one more",
};
const isState = (key: string): boolean =>
  !Object.keys(NO_ITEMS_OF_STATE).some((beginning) => key.startsWith(beginning));

const AT_A_TIME = 25;

const keyOf = ({ pk, sk }: Record<string, AttributeValue>): string => `${pk?.S ?? ""} ${sk?.S ?? ""}`;
const sameText = (item: Record<string, AttributeValue>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value),
  );

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A body as text where it is text, and else its hash. */
const bodyText = (bytes: Uint8Array): unknown => {
  try {
    return withoutChance(JSON.parse(unpressed(bytes).toString()));
  } catch {
    return hashOf(bytes);
  }
};

const withoutChance = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => !(name in NO_STATE)))
    : value;

/** Opens an empty {@link Stage} at an instant, milliseconds since 1970 UTC. */
export const openStage = async (now: number): Promise<Stage> => {
  const [engine, s3, queue, secrets]: [Engine, S3Server, SqsServer, SecretsServer] = await Promise.all([
    openEngine(),
    startS3Server(),
    startSqsServer(),
    startSecretsServer(),
  ]);
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "tidemark",
    AWS_SECRET_ACCESS_KEY: "tidemark",
    AWS_ENDPOINT_URL_SQS: queue.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  });
  const clock = { now };
  const client = dynamoClient(engine.endpoint);
  const aside = dynamoClient(engine.endpoint);
  const bucket = s3Client(s3.endpoint);
  const sqs = sqsClient();
  const TableName = engine.table;
  const taken = new Map<string, readonly [string, string, unknown]>();

  const pauseNot = async (): Promise<void> => undefined;

  const start: Stage["start"] = (name, tell) => {
    let serial = 0;
    const made = withoutScrypt(
      localParts({
        dynamodbEndpoint: engine.endpoint,
        dynamodbClient: client,
        table: TableName,
        archiveFolder: undefined,
        archiveBucket: BUCKET,
        s3Client: bucket,
        sources: secretSources(upstreamSecrets("Test"), pauseNot),
        sending: sending({
          signingSecrets: managedSecrets(upstreamSecrets("Test")),
          mailSender: "tidemark@example.org",
        }),
        clock: () => clock.now,
        expires: true,
        graceSeconds: 180,
        cooldownSeconds: 0,
        storesFrom: 1,
      }),
    );
    const parts = {
      ...made,
      announcements: announcedOn("default"),
      secret: (characters: number) => (name === undefined ? "" : `${name}${serial++}`).padStart(characters, "x"),
      chance: () => 0,
      pauseByChance: pauseNot,
      pause: async (milliseconds: number) => {
        clock.now += milliseconds;
      },
      work: sqsWork({ client: sqs, url: queue.queueUrl, pause: pauseNot }),
    };
    const logOf =
      (by: HandlerName) =>
      (line: object): void =>
        tell?.(line, by);
    return {
      parts,
      functions: {
        "serve-v1": serveV1(parts, logOf("serve-v1")),
        "serve-admin": serveAdmin(parts, logOf("serve-admin")),
        "dispatch-hours": dispatchHours(parts, DISPATCH, logOf("dispatch-hours")),
        "close-hours": closeHours(parts, logOf("close-hours")),
        "compact-days": compactDays({ ...parts, tableFile }, logOf("compact-days")),
        "follow-hours": followHours(parts, logOf("follow-hours")),
      },
    };
  };

  const scan = async (): Promise<Map<string, Record<string, AttributeValue>>> => {
    const found = new Map<string, Record<string, AttributeValue>>();
    for await (const { Items = [] } of paginateScan({ client: aside }, { TableName, ConsistentRead: true }))
      for (const item of Items) found.set(keyOf(item), item);
    return found;
  };

  const writeAll = async (requests: readonly WriteRequest[]): Promise<void> => {
    for (let at = 0; at < requests.length; at += AT_A_TIME)
      await aside.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: requests.slice(at, at + AT_A_TIME) } }),
      );
  };

  /** A body wherever it lies: one that nothing points to is no state. */
  const comparable = (item: Record<string, AttributeValue>): unknown => {
    const plain: Record<string, unknown> = { ...unmarshall(item) };
    const [kind = ""] = [...s3.objects.keys()].flatMap((key) => {
      const name = String(plain["blob"]);
      return plain["blob"] !== undefined && key.endsWith(`/${name}`) ? [key] : [];
    });
    if (kind !== "") {
      plain["body"] = s3.objects.get(kind);
      delete plain["blob"];
    }
    for (const [name, value] of Object.entries(plain)) if (value instanceof Uint8Array) plain[name] = bodyText(value);
    return withoutChance(plain);
  };

  return {
    clock,
    startsAt: now,
    queue,
    start,
    standIn: ({ service, operation, input }) => {
      if (service !== "ses" && service !== "sns" && service !== "events") return undefined;
      return async () => {
        const entries = service === "events" ? (input["Entries"] as readonly unknown[]) : [input];
        for (const entry of entries) {
          const told = [service, operation, entry] as const;
          taken.set(createHash("sha256").update(JSON.stringify(told)).digest("hex"), told);
        }
        return {
          response: {},
          output: { $metadata: {}, MessageId: "taken", Entries: entries.map(() => ({ EventId: "taken" })) },
        };
      };
    },
    taken: () => taken,
    keep: async () => ({ items: await scan(), objects: new Map(s3.objects), secrets: new Map(secrets.secrets) }),
    putBack: async (kept) => {
      const standing = await scan();
      await writeAll([
        ...[...standing.entries()].flatMap(([key, { pk, sk }]) =>
          kept.items.has(key) || pk === undefined || sk === undefined ? [] : [{ DeleteRequest: { Key: { pk, sk } } }],
        ),
        ...[...kept.items.entries()].flatMap(([key, Item]) => {
          const there = standing.get(key);
          return there !== undefined && sameText(there) === sameText(Item) ? [] : [{ PutRequest: { Item } }];
        }),
      ]);
      for (const [all, its] of [
        [s3.objects, kept.objects],
        [secrets.secrets, kept.secrets],
      ] as [Map<string, unknown>, Map<string, unknown>][]) {
        all.clear();
        for (const [key, value] of its) all.set(key, value);
      }
      queue.messages.length = 0;
      taken.clear();
    },
    state: async () => {
      const items = [...(await scan())]
        .filter(([key]) => isState(key))
        .map(([key, item]) => [key, comparable(item)] as const);
      const objects = [...s3.objects]
        .filter(([key]) => !key.startsWith(`${BUCKET}/blobs/`))
        .map(([key, bytes]) => [key, key.endsWith(".json") ? Buffer.from(bytes).toString() : hashOf(bytes)] as const);
      return Object.fromEntries([...items, ...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    },
    objects: () => new Map([...s3.objects].map(([key, bytes]) => [key.slice(BUCKET.length + 1), bytes])),
    close: async () => {
      aside.destroy();
      client.destroy();
      bucket.destroy();
      sqs.destroy();
      await Promise.all([engine.close(), s3.close(), queue.close(), secrets.close()]);
    },
  };
};
