import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { createHash } from "node:crypto";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import type { Key } from "../../functions/contract.ts";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { verifyPublications } from "../../functions/tasks/verify-publications.ts";
import { type KeptStore, openKeptStore } from "../../local/kept-store.ts";
import { counted } from "../support/counted.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { minutes } from "../support/scene.ts";

const LIVED = 3;
/** Three days. */
const OUTAGE = 72;
const WORKSPACE = "demo";
const SUITE = `outage of ${OUTAGE} hours`;

type Item = Readonly<Record<string, unknown>>;
type Named = Readonly<Record<string, unknown>>;

/** Ten in the evening, so that a day ends, and is reported, before the outage. */
const EVENING = HOUR_ZERO + 13 * HOUR_MS;
const at = (hour: number, minute = 0): number => EVENING + hour * HOUR_MS + minutes(minute);

const post = async (runtime: DrillRuntime, path: string, body: unknown = {}): Promise<unknown> => {
  const response = await fetch(`${runtime.baseUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
};

const read = async (runtime: DrillRuntime, path: string): Promise<string> => {
  const response = await fetch(`${runtime.baseUrl}${path}`, { headers: { "x-api-key": runtime.credentials.apiKey } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text;
};

/** People, rooms, connections that stay open, and messages: levels that a quiet hour carries on. */
const anHour = (hour: number): readonly object[] => [
  event("user.changed", at(hour), { id: `u${hour}`, kind: "user", active: true, status: "online" }),
  event("room.changed", at(hour), { id: `r${hour}`, kind: "channel" }),
  event("connection.opened", at(hour, 1), { connection: `c${hour}` }, { source: "chat-2" }),
  ...Array.from({ length: 50 }, (_, index) =>
    index % 5 === 0
      ? event("instance.reported", at(hour, index), {
          id: "i",
          version: "1",
          os: { totalmem: 9, freemem: index },
          connections: index,
        })
      : message(at(hour, index), `u${index % (hour + 3)}`),
  ),
];

/** How far tables are made; says when by the numbers of publications, and nothing of what. */
const PROGRESS = "parquet/made/";

/** Every file under the archive by its path; the bytes by their hash. */
const archived = async ({ dataFolder }: DrillRuntime): Promise<Named> => {
  const folder = join(dataFolder, "archive");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !join(entry.parentPath, entry.name).includes(PROGRESS));
  const hashed = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [
        path.slice(folder.length),
        createHash("sha256")
          .update(await readFile(path))
          .digest("hex"),
      ] as const;
    }),
  );
  return Object.fromEntries(hashed.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** All items of the table. */
const itemsOf = async ({ places }: KeptStore): Promise<readonly Item[]> => {
  const client = dynamoClient(places.dynamodbEndpoint);
  const items: Item[] = [];
  let from: Record<string, never> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: places.table, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
    );
    items.push(...(page.Items ?? []).map((item) => unmarshall(item)));
    from = page.LastEvaluatedKey as typeof from;
  } while (from !== undefined);
  client.destroy();
  return items;
};

/** Kinds of items that hold what was counted and published: all of each is compared. */
const KEPT = ["SNAP#", "SET#", "SERIES#", "DELTA#", "UNION#", "FIRSTS#", "LOG#", "DIR#", "BATCH#"] as const;
/** What tells when something was really done, and nothing of what. */
const isOfWhen = ({ pk, sk }: Key): boolean => pk.startsWith("SERIES#") && sk.startsWith("PACKED#");
const OF_WHEN: ReadonlySet<string> = new Set(["madeAt", "publication"]);

const counters = (items: readonly Item[]): Named =>
  Object.fromEntries(
    items
      .map((item) => [item as unknown as Key, item] as const)
      .filter(([key]) => KEPT.some((kind) => key.pk.startsWith(kind)) && !isOfWhen(key))
      .map(
        ([{ pk, sk }, item]) =>
          [`${pk} ${sk}`, Object.fromEntries(Object.entries(item).filter(([name]) => !OF_WHEN.has(name)))] as const,
      )
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

describe(`the local runtime, stopped for ${OUTAGE} hours`, () => {
  const started: DrillRuntime[] = [];
  let undisturbed: DrillRuntime;
  let disturbed: DrillRuntime;
  const start = async (instant: number, folder?: string): Promise<DrillRuntime> => {
    const runtime = await startDrill(isoOf(instant), folder);
    started.push(runtime);
    return runtime;
  };

  beforeAll(async () => {
    const first = await start(at(0));
    for (let hour = 0; hour < LIVED; hour++) {
      await post(first, "/local/clock", { advanceSeconds: 3_600 });
      await post(first, "/v1/events", anHour(hour));
      // The hour before, which is over.
      await post(first, "/local/close-hours");
    }
    await first.stop();
    // The same past in a second folder; only what comes now differs.
    const copy = `${first.dataFolder}-undisturbed`;
    await cp(first.dataFolder, copy, { recursive: true });

    undisturbed = await start(at(LIVED), copy);
    for (let hour = 0; hour < OUTAGE; hour++) {
      await post(undisturbed, "/local/close-hours");
      await post(undisturbed, "/local/clock", { advanceSeconds: 3_600 });
    }
    await post(undisturbed, "/local/close-hours");
    disturbed = await start(at(LIVED + OUTAGE, 4), first.dataFolder);
  }, 600_000);
  afterAll(async () => {
    for (const runtime of started.splice(0)) await runtime.remove();
  });

  it("closes every hour when it starts, and nobody asks it to", async () => {
    const { hours } = JSON.parse(
      await read(disturbed, `/v1/ledger?from=${isoOf(at(0))}&to=${isoOf(at(LIVED + OUTAGE))}`),
    ) as { hours: unknown[] };
    expect(hours).toHaveLength(LIVED + OUTAGE);
  });

  it("has the archive of one that never stopped, byte for byte", async () => {
    // What follows closings is made behind a start; a drill does it when it is told to.
    await post(disturbed, "/local/close-hours");
    const expected = await archived(undisturbed);
    expect(await archived(disturbed)).toEqual(expected);
    counted(Object.keys(expected).length, "archived files equal byte for byte", SUITE);
  });

  it.each([
    "ledger",
    "history?metrics=messages.total,users.online,connections.peak,users.seen&interval=hour",
    "snapshots?limit=100",
  ])("answers /v1/%s as one that never stopped", async (path) => {
    const bounds = path.startsWith("snapshots")
      ? ""
      : `${path.includes("?") ? "&" : "?"}from=${isoOf(at(0))}&to=${isoOf(at(LIVED + OUTAGE))}`;
    expect(await read(disturbed, `/v1/${path}${bounds}`)).toBe(await read(undisturbed, `/v1/${path}${bounds}`));
  });

  it("has the counters, series and chain of one that never stopped", async () => {
    const stores = await Promise.all([undisturbed, disturbed].map(({ dataFolder }) => openKeptStore(dataFolder, {})));
    try {
      const [expected = {}, found] = await Promise.all(stores.map(async (store) => counters(await itemsOf(store))));
      expect(found).toEqual(expected);
      counted(Object.keys(expected).length, "items of the table equal", SUITE);
      const [before, after] = await Promise.all(stores.map(({ parts }) => parts.hours.head(WORKSPACE)));
      // How many of the last publications the head still lists depends on how many were committed at once.
      expect({ ...after, version: 0, recent: [] }).toEqual({ ...before, version: 0, recent: [] });
      const [one, other] = await Promise.all(
        stores.map(({ parts }) => parts.publications.after(WORKSPACE, 0, LIVED + OUTAGE)),
      );
      expect(one).toHaveLength(LIVED + OUTAGE);
      expect(other).toEqual(one);
      for (const { parts } of stores)
        expect(await verifyPublications(parts)(WORKSPACE)).toMatchObject({
          checked: LIVED + OUTAGE,
          flaws: [],
          unarchived: 0,
          isWhole: true,
        });
      counted(LIVED + OUTAGE, "hours closed after an outage, verified", SUITE);
    } finally {
      for (const { close } of stores) await close();
    }
  });
});
