import { join } from "node:path";
import { functionDollars, functionMs, PRICES, type Work } from "../../cli/cost/prices.ts";
import { ENV, type HandlerName } from "../../functions/contract.ts";
import { type Hour, HOUR_MS, hourOf, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { shareText } from "../../functions/core/share.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { bundleHandlers } from "../../infra/bundle.ts";
import { MANNER } from "../../infra/options.ts";
import type { CloudEvent } from "../../local/import/lean-zulip.ts";
import { httpApiEvent, schedulerEvent, sqsEvent } from "../support/lambda-events.ts";
import { startS3Server } from "../support/servers/s3-server.ts";
import { startSqsServer } from "../support/servers/sqs-server.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { callInProcess, type Taken } from "./function-process.ts";
import { medianOf, type Spread, spreadOf } from "./measure.ts";
import { realMessages } from "./real-messages.ts";

/** Sizes that are reckoned; the last has a whole core. */
const SIZES = [128, 256, 512, 1_024, 1_769] as const;
const PROCESSES = 5;
const WARM_CALLS = 30;
const BATCH = 500;
/** Far more than a sender sends at once; it has to fit all the same. */
const LARGE_BATCH = 10_000;
/** Workspaces that one message of a measured run names. */
const CLOSED = 10;
const MILLION = 1e6;

/** What somebody who waits may wait for: an answer of a warm function, and of one that is started for it. */
const PATIENCE = { call: 50, coldStart: 500 } as const;
/** Share of its memory that a function may come to. */
const ROOM = 0.75;

/** Work of a function that is measured. */
interface Job {
  readonly handler: HandlerName;
  readonly name: string;
  /** What is waited for it at most, in ms; nothing where nobody waits. */
  readonly patience: { readonly call?: number; readonly coldStart?: number };
  /** Events of one process: of its start, of calls like it, and of what needs most memory. */
  readonly events: (process: number) => {
    readonly first: object;
    readonly warm: readonly object[];
    readonly largest?: readonly object[];
  };
}

/** What was measured of a job, a value for each process. */
interface Measured {
  readonly job: Job;
  readonly load: readonly number[];
  readonly first: readonly Work[];
  readonly warm: readonly Work[];
  readonly peakMb: readonly number[];
}

const memoryOf = ({ handler }: Job): number => MANNER.memoryMbOf[handler] ?? MANNER.memoryMb;

const medianWork = (works: readonly Work[]): Work => ({
  cpuMs: medianOf(works.map(({ cpuMs }) => cpuMs)),
  calls: medianOf(works.map(({ calls }) => calls)),
});

const isFine = ({ status }: Taken): boolean =>
  typeof status === "number" ? status < 300 : !JSON.stringify(status ?? {}).includes("itemIdentifier");

const measure = async (job: Job, folder: string, env: Readonly<Record<string, string>>): Promise<Measured> => {
  const measured = { job, load: [] as number[], first: [] as Work[], warm: [] as Work[], peakMb: [] as number[] };
  for (let process = 0; process < PROCESSES; process++) {
    const { first, warm, largest = [] } = job.events(process);
    const all = await callInProcess(folder, [first, ...warm, ...largest], env);
    const bad = all.find((taken) => !isFine(taken));
    if (bad !== undefined) throw new Error(`${job.handler}, ${job.name}: answered ${JSON.stringify(bad.status)}`);
    const [start] = all;
    if (start === undefined) throw new Error("a process was called with nothing");
    measured.load.push(start.loadMs);
    measured.first.push({ cpuMs: start.cpuMs - start.loadMs, calls: start.calls });
    measured.warm.push(medianWork(all.slice(1, 1 + warm.length)));
    measured.peakMb.push(Math.max(...all.map(({ peakMb }) => peakMb)));
  }
  return measured;
};

/** What a start takes: loading has a core of its own whatever the size, the call has its share. */
const coldMs = ({ load, first }: Measured, mb: number): Spread =>
  spreadOf(first.map((work, at) => (load[at] ?? Number.NaN) + functionMs(work, mb)));

const figuresOf = (measured: Measured): readonly Figure[] => {
  const { job, load, first, warm, peakMb } = measured;
  const name = `${job.handler}, ${job.name}`;
  const chosen = memoryOf(job);
  const cpu = (works: readonly Work[]): Spread => spreadOf(works.map(({ cpuMs }) => cpuMs));
  const awaited = (mb: number, atMost: number | undefined): Figure["bar"] =>
    atMost !== undefined && mb === chosen ? { atMost } : undefined;
  const peak = figure(`${name}: memory`, "MB", spreadOf(peakMb), { atMost: ROOM * chosen });
  return [
    figure(`${name}: loading, time of a core`, "ms", spreadOf(load)),
    figure(`${name}: first call, time of a core`, "ms", cpu(first)),
    figure(`${name}: a call, time of a core`, "ms", cpu(warm)),
    { ...peak, value: Math.max(...peakMb) },
    ...SIZES.flatMap((mb) => [
      figure(`${name}, ${mb} MB: a cold start`, "ms", coldMs(measured, mb), awaited(mb, job.patience.coldStart)),
      figure(
        `${name}, ${mb} MB: a call`,
        "ms",
        spreadOf(warm.map((work) => functionMs(work, mb))),
        awaited(mb, job.patience.call),
      ),
      figure(
        `${name}, ${mb} MB: a million calls`,
        "$",
        spreadOf(warm.map((work) => MILLION * (PRICES.lambdaRequest + functionDollars(work, mb)))),
      ),
    ]),
  ];
};

/** Real messages as if they had been said in one hour. */
const inHour = (messages: readonly CloudEvent[], hour: Hour, mark: string): readonly CloudEvent[] =>
  messages.map((event, at) => ({
    ...event,
    id: `${mark}-${at}`,
    time: isoOf(startOf(hour) + Math.floor((at / messages.length) * HOUR_MS)),
  }));

const batchEvent = (key: string, id: string, events: readonly CloudEvent[]): object =>
  httpApiEvent("POST", "/v1/events", {
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/cloudevents-batch+json",
      "idempotency-key": id,
    },
    body: JSON.stringify(events),
  });

const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));

const servingJobs = (
  credentials: FirstCredentials,
  sender: string,
  messages: readonly CloudEvent[],
  hour: Hour,
): readonly Job[] => {
  const { apiKey, rocketchat, imkit } = credentials;
  const bearer = { authorization: `Bearer ${apiKey}` };
  const token = { "x-auth-token": rocketchat.authToken, "x-user-id": rocketchat.userId };
  const json = { "content-type": "application/json" };
  const reading = (
    handler: HandlerName,
    [path, headers]: readonly [string, Record<string, string>],
    largest: (process: number) => readonly object[] = () => [],
  ): Job => ({
    handler,
    name: "a read",
    patience: PATIENCE,
    events: (process) => ({
      first: httpApiEvent("GET", path, { headers }),
      warm: times(WARM_CALLS, () => httpApiEvent("GET", path, { headers })),
      largest: largest(process),
    }),
  });
  const batch = (id: string, size: number): object => batchEvent(sender, id, inHour(messages.slice(0, size), hour, id));
  // scrypt takes 128 MB while it hashes.
  const newUser = (process: number): object =>
    httpApiEvent("POST", "/v1/users", {
      headers: { ...bearer, ...json },
      body: JSON.stringify({ username: `user${process}`, password: "correct-horse-battery" }),
    });
  const logIn = (process: number): object =>
    httpApiEvent("POST", "/api/v1/login", {
      headers: json,
      body: JSON.stringify({ user: `user${process}`, password: "correct-horse-battery" }),
    });
  return [
    reading("serve-v1", ["/v1/statistics", bearer]),
    {
      handler: "serve-v1",
      name: `a batch of ${BATCH} events`,
      // Senders gather for seconds, and send again what was not answered.
      patience: { call: PATIENCE.call },
      events: (process) => ({
        first: batch(`first-${process}`, BATCH),
        warm: times(WARM_CALLS, (at) => batch(`warm-${process}-${at}`, BATCH)),
        largest: [batch(`large-${process}`, LARGE_BATCH)],
      }),
    },
    reading("serve-admin", ["/v1/workspace", bearer], (process) => [newUser(process)]),
    reading("serve-rocketchat", ["/api/v1/statistics", token], (process) => [logIn(process)]),
    reading("serve-imkit", ["/admin/stats", { "im-api-key": imkit.apiKey }]),
  ];
};

const shareEvent = (workspaces: readonly string[]): object =>
  sqsEvent([{ body: shareText({ workspaces, now: Date.now(), attempt: 1 }) }]);

const workingJobs = (names: (message: number) => readonly string[]): readonly Job[] => {
  const queued = (handler: HandlerName): Job => ({
    handler,
    name: `a message of ${CLOSED} workspaces`,
    patience: {},
    events: (process) => ({
      first: shareEvent(names(2 * process)),
      warm: [shareEvent(names(2 * process + 1))],
    }),
  });
  const scheduled = (): object => schedulerEvent(isoOf(Date.now()));
  return [
    queued("close-hours"),
    queued("follow-hours"),
    queued("compact-days"),
    {
      handler: "dispatch-hours",
      name: "an hour's dispatch",
      patience: {},
      events: () => ({ first: scheduled(), warm: times(WARM_CALLS, scheduled) }),
    },
  ];
};

/** Fills an hour of a workspace with messages. */
const fill = async (field: Field, workspace: string, events: readonly CloudEvent[]): Promise<void> => {
  await ingestEvents(field.parts)({
    workspace,
    id: "filled",
    bodyHash: "filled",
    events,
    mayAdjust: false,
    import: undefined,
  });
};

const measureAll = async (field: Field, hour: Hour): Promise<readonly Measured[]> => {
  const messages = (await realMessages()).slice(0, LARGE_BATCH);
  const few = inHour(messages.slice(0, BATCH), hour, "filled");
  const { credentials, workspace } = await createWorkspace(field.parts)({ id: "served", name: "Served" });
  // One of its own: what is read would be made of all that is sent.
  const { key: sender } = await field.workspace("sent", startOf(hour));
  // Else the eleventh read of a minute would be turned away.
  await field.parts.workspaces.change(workspace.id, (before) => ({
    ...before,
    rocketchat: { ...before.rocketchat, callsPerMinute: null },
  }));
  const names = (message: number): readonly string[] => times(CLOSED, (at) => `closed-${message}-${at}`);
  for (const id of times(2 * PROCESSES, names).flat()) await field.workspace(id, startOf(hour));
  field.clock.now += HOUR_MS - 1;
  for (const id of [workspace.id, ...times(2 * PROCESSES, names).flat()]) await fill(field, id, few);
  field.clock.now = startOf(hour) + 2 * HOUR_MS - 1;
  await closeDueHours(field.parts)(workspace.id);

  const [bundles, s3, sqs] = await Promise.all([
    bundleHandlers(join(field.folder, "bundles")),
    startS3Server(),
    startSqsServer(),
  ]);
  const env = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: field.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    [ENV.table]: field.table,
    [ENV.archiveBucket]: "archive",
    [ENV.workQueueUrl]: sqs.queueUrl,
  };
  const jobs = [...servingJobs(credentials, sender, messages, hourOf(Date.now())), ...workingJobs(names)];
  const measured: Measured[] = [];
  try {
    for (const job of jobs) measured.push(await measure(job, bundles[job.handler], env));
  } finally {
    await Promise.all([s3.close(), sqs.close()]);
  }
  return measured;
};

const run = async (): Promise<readonly Figure[]> => {
  // The functions have the real clock, so there has to be an hour that was over just now.
  const hour = hourOf(Date.now()) - 1;
  const measured = await onField(startOf(hour), (field) => measureAll(field, hour));
  return measured.flatMap(figuresOf);
};

/** What memory each function is given, and what another would cost and save. */
export const MEMORY: Part = {
  name: "memory",
  title: "Memory of the functions",
  how:
    `Each function's bundle in ${PROCESSES} processes of its own: loading it, its first call, ${WARM_CALLS} more, and ` +
    "where there is one the call that needs most memory (10,000 events; a password hashed). Measured is time of a core, " +
    "calls over HTTP and the most memory held. The rest is reckoned: Lambda gives a core's share by the memory, a whole " +
    "one at 1,769 MB, and one at least while a function loads; 5 ms for each call to the table; list prices of arm64. " +
    "A core of this machine is taken for one of Lambda's. Bars hold for the size that is deployed: three quarters of " +
    `its memory; for what somebody waits for, ${PATIENCE.call} ms a call, and ${PATIENCE.coldStart} ms the cold start of a read.`,
  run,
};
