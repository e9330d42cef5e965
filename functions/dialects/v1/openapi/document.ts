import {
  anyObject,
  arrayOf,
  count,
  flag,
  instant,
  mapOf,
  named,
  number,
  object,
  oneOf,
  orNull,
  type Schema,
  text,
} from "../../../core/json-schema.ts";
import { DISCOVERIES } from "../../../core/federation.ts";
import { nest } from "../../../core/path.ts";
import { STATUSES } from "../../../core/document.ts";
import { type Statistic, type StatisticName, STATISTICS } from "../../../core/statistic.ts";

const HOUR_NAME = String.raw`^\d{4}-\d{2}-\d{2}T\d{2}$`;
/** The name of an hour. */
export const HOUR = text("An hour by its start, UTC.", { pattern: HOUR_NAME });
/** The id of a workspace. */
export const WORKSPACE_ID = text("Id of the workspace.", { pattern: "^[a-z0-9][a-z0-9-]{0,62}$" });

/** Values of an hour like any other. */
const VALUES: Readonly<Record<StatisticName, number | string>> = {
  "users.total": 88,
  "users.activated": 80,
  "users.deactivated": 3,
  "users.guests": 2,
  "users.apps": 2,
  "users.bots": 1,
  "users.online": 4,
  "users.away": 1,
  "users.busy": 2,
  "users.offline": 81,
  "users.connected": 5,
  "users.seen": 7,
  "users.joined": 1,
  "rooms.total": 81,
  "rooms.channels": 41,
  "rooms.privateGroups": 37,
  "rooms.direct": 3,
  "rooms.omnichannel": 0,
  "rooms.discussions": 5,
  "rooms.used": 6,
  "rooms.opened": 0,
  "messages.total": 2408,
  "messages.channels": 730,
  "messages.privateGroups": 1500,
  "messages.direct": 25,
  "messages.omnichannel": 0,
  "messages.discussions": 153,
  "messages.threads": 12,
  "messages.sent": 9,
  "messages.sentByKind.channels": 4,
  "messages.sentByKind.privateGroups": 3,
  "messages.sentByKind.direct": 2,
  "messages.sentByKind.omnichannel": 0,
  "messages.sentByKind.discussions": 0,
  "messages.removed": 1,
  "uploads.total": 14,
  "uploads.bytes": 123_456,
  "uploads.added": 1,
  "uploads.addedBytes": 5_000,
  "connections.current": 6,
  "connections.peak": 9,
  "connections.dayPeak": 11,
  "memory.total": 8_589_934_592,
  "memory.free": 3_221_225_472,
  "memory.freeLow": 3_006_477_107,
  "instances.count": 1,
  "last.login": "2026-11-21T09:41:12.000Z",
  "last.message": "2026-11-21T09:58:03.490Z",
  "last.seen": "2026-11-21T09:59:54.779Z",
};

/** A level is what was sent: more removals than messages leave it below zero, which `integrity` then says. */
const valueSchema = ({ kind, definition }: Statistic): Schema => {
  if (kind === "time") return orNull(instant(definition));
  return orNull(kind === "level" ? { type: "integer", description: definition } : count(definition));
};

interface Tree {
  [name: string]: Statistic | Tree;
}

/** The registry as documents nest it: names by their dots. */
const tree = (): Tree => {
  const root: Tree = {};
  for (const row of STATISTICS) nest(root, row.name, row);
  return root;
};

const isRow = (node: Statistic | Tree): node is Statistic => typeof node["definition"] === "string";

const schemaOf = (node: Tree): Schema =>
  object(
    Object.fromEntries(
      Object.entries(node).map(([name, inner]) => [name, isRow(inner) ? valueSchema(inner) : schemaOf(inner)]),
    ),
  );

const exampleOf = (node: Tree): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(node).map(([name, inner]) => [name, isRow(inner) ? VALUES[inner.name] : exampleOf(inner)]),
  );

const areaSchemas = (): Record<string, Schema> => {
  const { instances: _, ...areas } = schemaOf(tree())["properties"] as Record<string, Schema>;
  return areas;
};

const COVERAGE: Schema = object({
  heardMinutes: count("Minutes of the window in which any reporter was heard."),
  of: count("Minutes of the window."),
});

const STATUS = oneOf(
  [...STATUSES, "open"],
  "How the hour was observed; `open` while it is not closed. Of several the first in this list holds.",
);

const INSTANCE: Schema = object({
  id: text("Id of the instance."),
  address: orNull(text("Address as it reported it.")),
  version: text("Version of the chat server."),
  nodeVersion: orNull(text("Version of Node.js.")),
  pid: orNull(count("Process id.")),
  uptime: orNull(number("Seconds since the process started.")),
  connections: orNull(count("Connections as it reported them.")),
  memory: object({ total: orNull(count("Bytes of its host.")), free: orNull(count("Free bytes of its host.")) }),
  lastReportedAt: instant("When it reported last."),
});

const DEPLOYMENT: Schema = object({
  id: text("What identifies the deployment."),
  installedAt: instant("When counting began."),
  version: orNull(text("Version of the chat server.")),
  appsEngineVersion: orNull(text("Version of the apps engine.")),
  nodeVersion: orNull(text("Version of Node.js.")),
  migration: orNull(anyObject("State of database migrations, as reported.")),
  database: orNull(anyObject("Version and engine of the database, as reported.")),
  commit: orNull(anyObject("The commit it was built from, as reported.")),
  deploy: orNull(anyObject("How it was deployed, as reported.")),
  os: orNull(anyObject("Operating system of the host, as reported; bytes and seconds.")),
  process: orNull(anyObject("Process, as reported; `uptime` in seconds.")),
});

const DOCUMENT: Schema = object(
  {
    workspace: WORKSPACE_ID,
    kind: oneOf(["snapshot", "reading"], "A snapshot is of a closed hour; a reading is as of now."),
    hour: HOUR,
    window: object({ start: instant("Where the window starts."), end: instant("Where it ends, itself not in it.") }),
    reportedWindow: {
      ...object({ start: instant("Where it starts."), end: instant("Where it ends, itself not in it.") }),
      description: "What the window of a server's own report really was.",
    },
    derived: arrayOf(
      text("Name of a statistic."),
      "Flows that the server does not count: differences of its totals, which removals lower.",
    ),
    upstream: anyObject("What a polled Rocket.Chat server told beyond these statistics, as it told it."),
    takenAt: instant("As of when levels hold."),
    revision: count("0 for the first publication of the hour; late events make another."),
    ...areaSchemas(),
    instances: object({
      count: orNull(count("Instances that reported within the last 3 minutes.")),
      list: arrayOf(named("Instance"), "The most recently started first, at most 100."),
    }),
    deployment: named("Deployment"),
    license: orNull(named("License")),
    federation: orNull(named("Federation")),
    ledger: named("LedgerEntry"),
    integrity: arrayOf(text("A sentence that does not hold."), "What the numbers contradict; empty when nothing."),
    anomalies: orNull(
      arrayOf(
        named("Anomaly"),
        "What is far from usual for this hour of the week; null when nobody can say: a reading, an hour not observed in full, or fewer than four weeks known.",
      ),
    ),
    publication: named("Publication"),
  },
  ["hour", "reportedWindow", "anomalies", "derived", "upstream", "publication"],
);

/** What is said of an anomaly, wherever it is listed. */
export const ANOMALY: Readonly<Record<string, Schema>> = {
  statistic: text("The statistic, as /v1/definitions has it."),
  value: number("Its value in the hour."),
  median: number("Median of the same hour of the week in the eight weeks before."),
  low: number("Where the usual begins."),
  high: number("Where the usual ends; a value that equals it is usual."),
  deviation: number("How far the value is from the median, in scaled deviations; over 5 is unusual."),
  direction: oneOf(["above", "below"], "On which side of the usual it is."),
};

/** A value like any other that is far from usual. */
export const ANOMALY_EXAMPLE = {
  statistic: "messages.sent",
  value: 412,
  median: 96,
  low: 0,
  high: 250.92,
  deviation: 10.2,
  direction: "above",
} as const;

const LICENSE: Schema = {
  ...object({
    status: oneOf(
      ["valid", "expired", "not-yet-valid", "invalid"],
      "Whether it holds; what it gives is empty otherwise.",
    ),
    tags: arrayOf(object({ name: text("Tag."), color: text("Its colour.") })),
    modules: arrayOf(text("Module that it switches on.")),
    limits: mapOf({ type: "integer" }, "Most of something that it allows, by name; -1 for no limit."),
    validFrom: orNull(instant("From when it is valid; null is open.")),
    validUntil: orNull(instant("Until when, that instant not included; null is open.")),
  }),
  description: "The licence that is applied; null without one.",
};

const RECORD: Schema = object({
  feature: text("What the record is for."),
  record: object({ type: oneOf(["SRV", "TXT", "HTTPS"], "Kind of record."), name: text("Where it is published.") }),
  state: oneOf(["ok", "missing", "wrong", "failed"], "What became of it; `failed` when it could not be looked up."),
  expected: text("What should be there."),
  found: orNull(text("What is there.")),
  remedy: orNull(text("What to do; null when there is nothing to be done.")),
  needed: flag("False for a record that the federation works without, as things are."),
});

/** What a check of a federation found. */
export const CHECK: Readonly<Record<string, Schema>> = {
  checkedAt: orNull(instant("When the records were checked; null before the first time.")),
  reachable: orNull(flag("Whether other servers can find this one; null when only the hub knows.")),
  checks: arrayOf(named("FederationRecord"), "Record by record."),
};
/** How a federated server is found. */
export const DISCOVERY = oneOf(DISCOVERIES, "How other servers find this one.");

const FEDERATION: Schema = {
  ...object({
    enabled: flag("Whether users of other servers can be reached."),
    domain: orNull(text("Domain that they address; null before one is set.")),
    discovery: DISCOVERY,
    ...CHECK,
  }),
  description: "Federation with other servers; null before anybody has set it.",
};

const LEDGER_ENTRY: Schema = object({
  status: STATUS,
  reasons: arrayOf(text("Why it is not complete, and what else is true of it.")),
  coverage: COVERAGE,
  bookedLate: mapOf({ type: "integer" }, "What late events of closed hours added to levels, by statistic."),
});

const PUBLICATION: Schema = object({
  number: count("Publications of a workspace are numbered."),
  previous: orNull(text("sha256 of the bytes of the publication before; null for the first.")),
});

/** Schemas of documents, by the name of their component. */
export const DOCUMENT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Document: DOCUMENT,
  LatestDocument: {
    ...DOCUMENT,
    required: [...(DOCUMENT["required"] as string[]), "nextRunAt"],
    properties: {
      ...(DOCUMENT["properties"] as Record<string, Schema>),
      nextRunAt: instant("When the schedule closes the next hour."),
    },
  },
  LedgerEntry: LEDGER_ENTRY,
  Publication: PUBLICATION,
  Anomaly: object(ANOMALY),
  Instance: INSTANCE,
  Deployment: DEPLOYMENT,
  License: LICENSE,
  Federation: FEDERATION,
  FederationRecord: RECORD,
  Status: STATUS,
  Coverage: COVERAGE,
};

const { instances: _, ...EXAMPLE_AREAS } = exampleOf(tree());

/** An hour's snapshot. */
export const SNAPSHOT_EXAMPLE = {
  workspace: "demo",
  kind: "snapshot",
  hour: "2026-11-21T09",
  window: { start: "2026-11-21T09:00:00.000Z", end: "2026-11-21T10:00:00.000Z" },
  takenAt: "2026-11-21T10:00:00.000Z",
  revision: 0,
  ...EXAMPLE_AREAS,
  instances: {
    count: 1,
    list: [
      {
        id: "chat-1",
        address: "10.0.0.4",
        version: "6.4.0",
        nodeVersion: "v14.21.3",
        pid: 11_736,
        uptime: 86_400,
        connections: 6,
        memory: { total: 8_589_934_592, free: 3_221_225_472 },
        lastReportedAt: "2026-11-21T09:59:30.000Z",
      },
    ],
  },
  deployment: {
    id: "wD4EP3M7FeFzJZgk9",
    installedAt: "2026-02-18T19:40:45.369Z",
    version: "6.4.0",
    appsEngineVersion: "1.41.0",
    nodeVersion: "v14.21.3",
    migration: { version: 304, locked: false },
    database: { version: "6.0.11", engine: "wiredTiger" },
    commit: null,
    deploy: { method: "docker", platform: "selfinstall" },
    os: { type: "Linux", platform: "linux", totalmem: 8_589_934_592, freemem: 3_221_225_472 },
    process: { nodeVersion: "v14.21.3", pid: 11_736, uptime: 86_400 },
  },
  license: null,
  federation: null,
  ledger: { status: "complete", reasons: [], coverage: { heardMinutes: 60, of: 60 }, bookedLate: {} },
  integrity: [],
  anomalies: [],
  publication: {
    number: 17,
    previous: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  },
} as const;

const { hour: _hour, publication: _publication, ...OPEN } = SNAPSHOT_EXAMPLE;

/** The statistics as of now. */
export const READING_EXAMPLE = {
  ...OPEN,
  kind: "reading",
  window: { start: "2026-11-21T09:31:00.000Z", end: "2026-11-21T10:31:00.000Z" },
  takenAt: "2026-11-21T10:30:20.000Z",
  anomalies: null,
  ledger: { ...SNAPSHOT_EXAMPLE.ledger, status: "open", coverage: { heardMinutes: 59, of: 60 } },
  nextRunAt: "2026-11-21T11:03:00.000Z",
} as const;
