import type { DescribedOperation } from "../../../core/description.ts";
import {
  anyObject,
  arrayOf,
  count,
  flag,
  instant,
  named,
  object,
  only,
  type Schema,
  text,
  withOthers,
} from "../../../core/json-schema.ts";
import { type Statistic, STATISTICS } from "../../../core/statistic.ts";

const AREA = "Rocket.Chat";

/** A level may be below zero, where more removals than messages were sent. */
const valueOf = ({ kind, definition }: Statistic): Schema => {
  if (kind === "time") return text(definition);
  return kind === "level" ? { type: "integer", description: definition } : count(definition);
};

/** Fields of the registry; those inside another field belong to it. */
const counted: Readonly<Record<string, Schema>> = Object.fromEntries(
  STATISTICS.flatMap((row) =>
    (row.rocketchat ?? []).filter((field) => !field.includes(".")).map((field) => [field, valueOf(row)]),
  ),
);

/** What is always there; every other field is absent while its value is not known. */
const ALWAYS = ["_id", "uniqueId", "installedAt", "createdAt", "_updatedAt"];

/** What no event tells comes from the server itself, where it is polled. */
const open = (fields: Readonly<Record<string, Schema>>, optionals: readonly string[] = Object.keys(fields)): Schema =>
  withOthers(object(fields, optionals), "What a polled Rocket.Chat server told beyond these fields, as it told it.");

const FIELDS: Readonly<Record<string, Schema>> = {
  _id: text("Id of the record: the same statistics have the same one."),
  uniqueId: text("What identifies the deployment."),
  installedAt: instant("When counting began."),
  version: text("Version of the chat server."),
  ...counted,
  os: anyObject("Operating system of the host, as reported; bytes and seconds."),
  process: anyObject("Process, as reported; `uptime` in seconds."),
  deploy: anyObject("How it was deployed, as reported."),
  migration: anyObject("State of database migrations, as reported."),
  commit: anyObject("The commit it was built from, as reported."),
  apps: open({ engineVersion: text("Version of the apps engine.") }),
  mongoVersion: text("Version of the database."),
  mongoStorageEngine: text("Engine of the database."),
  enterprise: open({ modules: arrayOf(text("Module.")), tags: arrayOf(text("Tag.")) }),
  matrixFederation: open({ enabled: flag("Whether federation is switched on.") }),
  createdAt: instant("As of when the record holds."),
  _updatedAt: instant("The same."),
};

const optional = (fields: Readonly<Record<string, Schema>>): string[] =>
  Object.keys(fields).filter((name) => !ALWAYS.includes(name) && name !== "success");
const flat: Readonly<Record<string, Schema>> = { ...FIELDS, success: only(true) };

/** Bodies of statistics in both shapes, by name. */
export const STATISTICS_SCHEMAS: Readonly<Record<string, Schema>> = {
  RocketchatRecord: open(FIELDS, optional(FIELDS)),
  RocketchatFlatRecord: open(flat, optional(flat)),
  RocketchatInstance: object(
    {
      address: text("Host that it is reached at."),
      currentStatus: object({
        connected: flag("Whether it reported within the last 3 minutes."),
        lastHeartbeatTime: count("When it reported last, milliseconds since 1970 UTC."),
        local: only(false),
      }),
      instanceRecord: object(
        {
          _id: text("Id of the instance."),
          _createdAt: instant("When its process started."),
          _updatedAt: instant("When it reported last."),
          name: only("rocket.chat"),
          pid: count("Process id."),
          extraInformation: anyObject("Host, port, versions, connections and operating system."),
        },
        ["_createdAt", "pid", "extraInformation"],
      ),
      broadcastAuth: only(true),
    },
    ["address"],
  ),
};

const RECORD = {
  _id: "ACkMGbu5PgDUSldkN",
  uniqueId: "wD4EP3M7FeFzJZgk9",
  installedAt: "2026-02-18T19:40:45.369Z",
  version: "6.4.0",
  totalUsers: 88,
  activeUsers: 80,
  onlineUsers: 4,
  totalRooms: 81,
  totalMessages: 2_408,
  lastLogin: "2026-11-21T09:41:12.000Z",
  instanceCount: 1,
  os: { type: "Linux", totalmem: 8_589_934_592, freemem: 3_221_225_472 },
  createdAt: "2026-11-21T10:00:00.000Z",
  _updatedAt: "2026-11-21T10:00:00.000Z",
} as const;

const AGE = {
  description: "Seconds since the record's levels held.",
  schema: { type: "integer", minimum: 0 },
  example: 20,
} as const;

const REFRESH_STATUS = {
  description: "On a refresh: whether it was taken anew, shared with another caller, or is from within the cooldown.",
  schema: { type: "string", enum: ["fresh", "coalesced", "cooldown"] },
  example: "fresh",
} as const;

/** What `statistics.list` is asked with; upstream's words, and its limits. */
const PAGE = [
  {
    name: "offset",
    in: "query",
    description: "Records to pass over.",
    schema: { type: "integer", minimum: 0, default: 0 },
    example: 0,
  },
  {
    name: "count",
    in: "query",
    description: "Most records of the answer; 0 is the most that there may be.",
    schema: { type: "integer", minimum: 0, maximum: 100, default: 50 },
    example: 24,
  },
  {
    name: "sort",
    in: "query",
    description: "JSON: fields, each 1 for rising or -1 for falling. The newest first without it.",
    schema: { type: "string" },
    example: '{"createdAt":-1}',
  },
  {
    name: "fields",
    in: "query",
    description: "JSON: fields to have (1) or to leave out (0).",
    schema: { type: "string" },
    example: '{"totalUsers":1}',
  },
  {
    name: "query",
    in: "query",
    description: "JSON: refused unless it is `{}`, because the history is read by time alone.",
    schema: { type: "string" },
    example: "{}",
  },
] as const;

const done = {
  "application/json": { schema: named("RocketchatDone"), examples: { done: { success: true } } },
} as const;

/** Statistics and instances. */
export const STATISTICS_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /api/v1/statistics": {
    area: AREA,
    id: "rocketchatReadStatistics",
    summary: "Read the latest statistics",
    description:
      "In the classic shape, under `statistics`; a workspace set to `flat` has today's. A field whose value is not known is absent.",
    parameters: [
      {
        name: "refresh",
        in: "query",
        description: "Exactly `true` takes the statistics as of now; anything else is passed over.",
        schema: { type: "string" },
        example: "true",
      },
    ],
    answers: {
      200: {
        description: "The statistics.",
        headers: { "x-statistics-age": AGE, "x-refresh-status": REFRESH_STATUS },
        body: {
          "application/json": {
            schema: {
              anyOf: [
                object({ statistics: named("RocketchatRecord"), success: only(true) }),
                named("RocketchatFlatRecord"),
              ],
            },
            examples: { nested: { statistics: RECORD, success: true }, flat: { ...RECORD, success: true } },
          },
        },
      },
    },
    failures: ["refresh.too-many", "upstream.failed"],
  },
  "GET /api/v1/statistics.list": {
    area: AREA,
    id: "rocketchatListStatistics",
    summary: "List the statistics of past hours",
    description: "The records of closed hours, the newest first, a page at a time.",
    parameters: PAGE,
    answers: {
      200: {
        description: "A page of records.",
        body: {
          "application/json": {
            schema: object({
              statistics: arrayOf(anyObject("A record, with the fields asked for.")),
              count: count("Records in this answer."),
              offset: count("Records passed over before these."),
              total: count("Records in all."),
              success: only(true),
            }),
            examples: { page: { statistics: [RECORD], count: 1, offset: 0, total: 812, success: true } },
          },
        },
      },
    },
    failures: ["parameter.invalid"],
  },
  "POST /api/v1/statistics.telemetry": {
    area: AREA,
    id: "rocketchatTakeTelemetry",
    summary: "Send telemetry",
    description: "Taken as upstream takes it, and not kept.",
    bodyRequired: false,
    body: {
      "application/json": {
        schema: anyObject("What upstream's clients send."),
        examples: { telemetry: { params: [] } },
      },
    },
    answers: { 200: { description: "Taken.", body: done } },
    failures: ["parameter.invalid"],
  },
  "GET /api/v1/instances.get": {
    area: AREA,
    id: "rocketchatListInstances",
    summary: "List instances",
    description: "Servers that reported lately, in upstream's form; what is not known is absent.",
    answers: {
      200: {
        description: "The instances.",
        body: {
          "application/json": {
            schema: object({ instances: arrayOf(named("RocketchatInstance")), success: only(true) }),
            examples: {
              instances: {
                instances: [
                  {
                    address: "10.0.0.4",
                    currentStatus: { connected: true, lastHeartbeatTime: 1_795_253_400_000, local: false },
                    instanceRecord: { _id: "chat-1", _updatedAt: "2026-11-21T09:30:00.000Z", name: "rocket.chat" },
                    broadcastAuth: true,
                  },
                ],
                success: true,
              },
            },
          },
        },
      },
    },
  },
  "GET /api/info": {
    area: AREA,
    id: "rocketchatReadInfo",
    summary: "Read the server's version",
    description: "Major and minor version for everybody; all that is known for those who may view statistics.",
    answers: {
      200: {
        description: "The version.",
        body: {
          "application/json": {
            schema: object(
              { version: text("Version of the chat server."), info: anyObject("Its build."), success: only(true) },
              ["info"],
            ),
            examples: { version: { version: "6.4", success: true } },
          },
        },
      },
    },
    failures: ["store.busy"],
  },
};
