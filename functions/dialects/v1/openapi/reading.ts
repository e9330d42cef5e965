import type { DescribedOperation } from "../../../core/description.ts";
import { arrayOf, count, instant, named, object, oneOf, orNull, type Schema, text } from "../../../core/json-schema.ts";
import { STATISTICS } from "../../../core/statistic.ts";
import { INTERVAL, QUERIES } from "../parameters.ts";
import { HOUR, READING_EXAMPLE, SNAPSHOT_EXAMPLE, WORKSPACE_ID } from "./document.ts";

const AGE = {
  description: "Seconds since the levels held.",
  schema: { type: "integer", minimum: 0 },
  example: 20,
} as const;
const LAST_MODIFIED = {
  description: "When the levels held.",
  schema: { type: "string" },
  example: "Sat, 21 Nov 2026 10:30:20 GMT",
} as const;

const HOUR_OF_PATH = {
  name: "hour",
  in: "path",
  description: "The hour by its start, UTC.",
  schema: HOUR,
  example: "2026-11-21T09",
} as const;

const LISTED: Schema = object({
  hour: HOUR,
  revision: { type: "integer", minimum: 0, description: "The latest revision." },
  status: named("Status"),
  coverage: named("Coverage"),
  takenAt: instant("As of when its levels hold."),
  sha256: text("sha256 of its bytes."),
  publication: named("Publication"),
});

const ROW: Schema = {
  type: "object",
  description:
    "An hour, day, week or month: a gap is a row of nulls whose status says why, unless zeros were asked for.",
  required: ["start", "status", "coverage"],
  properties: {
    start: instant("Where it starts in the history's time zone."),
    status: named("Status"),
    coverage: orNull({
      type: "number",
      minimum: 0,
      maximum: 1,
      description: "Share of its minutes in which a reporter was heard; null when nobody knows.",
    }),
    ...Object.fromEntries(
      STATISTICS.map(({ name, kind, definition }) => [
        name,
        orNull(kind === "time" ? instant(definition) : { type: "number", description: definition }),
      ]),
    ),
  },
};

const HISTORY: Schema = object(
  {
    workspace: WORKSPACE_ID,
    interval: oneOf(INTERVAL.schema.enum, "How long a row is."),
    from: instant("First hour."),
    to: instant("The hour after the last one."),
    tz: text("Time zone in which days, weeks and months begin."),
    statistics: arrayOf(text("Name of a statistic."), "In the order of the question."),
    rows: arrayOf(named("HistoryRow"), "Oldest first; the range may cut off the first and the last."),
    next: instant("When the answer had to end early: the `from` to go on with."),
  },
  ["next"],
);

/** Bodies of snapshots and histories, by name. */
export const READING_SCHEMAS: Readonly<Record<string, Schema>> = {
  ListedSnapshot: LISTED,
  SnapshotList: object(
    {
      snapshots: arrayOf(named("ListedSnapshot"), "Oldest first."),
      next: text("When there are more: the `cursor` of the next page."),
    },
    ["next"],
  ),
  Seen: object(
    {
      workspace: WORKSPACE_ID,
      hour: HOUR,
      count: count("How many were seen in all."),
      users: arrayOf(text("Id of a user."), "In their order."),
      next: text("When there are more: the `cursor` of the next page."),
    },
    ["next"],
  ),
  HistoryRow: ROW,
  History: HISTORY,
};

const LISTED_EXAMPLE = {
  hour: SNAPSHOT_EXAMPLE.hour,
  revision: 0,
  status: "complete",
  coverage: SNAPSHOT_EXAMPLE.ledger.coverage,
  takenAt: SNAPSHOT_EXAMPLE.takenAt,
  sha256: "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
  publication: SNAPSHOT_EXAMPLE.publication,
} as const;

const snapshot = { schema: named("Document"), examples: { snapshot: SNAPSHOT_EXAMPLE } } as const;

/** Snapshots are read as documents and as the very bytes that are archived. */
const readsSnapshot = (summary: string, id?: string): DescribedOperation => ({
  area: "Snapshots",
  ...(id === undefined ? {} : { id }),
  summary,
  description:
    "The bytes that were published and archived: one line of JSON and a newline. Late events make another revision; older ones stay readable.",
  parameters: [HOUR_OF_PATH, ...QUERIES.readSnapshot],
  conditional: true,
  answers: { 200: { description: "The snapshot.", body: { "application/json": snapshot } } },
  failures: ["snapshot.missing", "hour.still-open", "parameter.invalid"],
});

/** What is read by the hour. */
export const READING_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/statistics": {
    area: "Statistics",
    summary: "Read the latest statistics",
    description:
      "The latest snapshot or reading, whichever window ends later. Before the first hour is closed it is a reading; there is always one.",
    conditional: true,
    answers: {
      200: {
        description: "The statistics.",
        headers: { age: AGE, "last-modified": LAST_MODIFIED },
        body: {
          "application/json": {
            schema: named("LatestDocument"),
            examples: {
              reading: READING_EXAMPLE,
              snapshot: { ...SNAPSHOT_EXAMPLE, nextRunAt: READING_EXAMPLE.nextRunAt },
            },
          },
        },
      },
    },
  },
  "POST /v1/statistics/refresh": {
    area: "Statistics",
    summary: "Refresh the statistics",
    description:
      "Takes the statistics as of now, every acknowledged event included. Callers at the same time share one refresh, and within the cooldown the last one is answered; a refresh is never a point of the history.",
    conditional: true,
    answers: {
      200: {
        description: "The statistics as of now.",
        headers: {
          age: AGE,
          "last-modified": LAST_MODIFIED,
          "x-refresh-status": {
            description: "Whether it was taken anew, shared with another caller, or is from within the cooldown.",
            schema: { type: "string", enum: ["fresh", "coalesced", "cooldown"] },
            example: "fresh",
          },
        },
        body: { "application/json": { schema: named("LatestDocument"), examples: { reading: READING_EXAMPLE } } },
      },
    },
    failures: ["refresh.too-many", "upstream.failed"],
  },
  "GET /v1/snapshots": {
    area: "Snapshots",
    summary: "List snapshots",
    description: "The latest revision of each closed hour in the range, oldest first, a page at a time.",
    parameters: QUERIES.listSnapshots,
    answers: {
      200: {
        description: "A page of snapshots.",
        body: {
          "application/json": {
            schema: named("SnapshotList"),
            examples: { page: { snapshots: [LISTED_EXAMPLE], next: "MjAyNi0xMS0yMVQxMA" } },
          },
        },
      },
    },
    failures: ["parameter.invalid", "range.invalid"],
  },
  "GET /v1/snapshots/{hour}": readsSnapshot("Read an hour's snapshot"),
  "GET /v1/snapshots/{hour}/statistics.json": readsSnapshot("Read an hour's archived file", "readArchivedSnapshot"),
  "GET /v1/snapshots/{hour}/seen": {
    area: "Snapshots",
    summary: "List who was seen in an hour",
    description: "Ids of the users whom `users.seen` of the hour counts; its snapshot holds none.",
    parameters: [HOUR_OF_PATH, ...QUERIES.readSeen],
    answers: {
      200: {
        description: "A page of ids.",
        body: {
          "application/json": {
            schema: named("Seen"),
            examples: {
              page: { workspace: "demo", hour: "2026-11-21T09", count: 3, users: ["ann", "bob"], next: "Ym9i" },
            },
          },
        },
      },
    },
    failures: ["snapshot.missing", "hour.still-open", "parameter.invalid"],
  },
  "GET /v1/history": {
    area: "History",
    summary: "Read the history",
    description:
      "What the statistics were in `[from, to)`, by the hour, day, ISO week or month: without a range the last 24 closed hours, or the last 31 days, 13 weeks or 12 months; at most 9,000 hours. Each statistic rolls up by its own rule; what is distinct is counted anew. An answer over 4 MB ends early and says where to go on, by `next` and a `link`.",
    parameters: QUERIES.readHistory,
    answers: {
      200: {
        description: "The history.",
        headers: {
          link: {
            description: 'When the answer had to end early: where the rest is, as `rel="next"` (RFC 8288).',
            schema: { type: "string" },
            example: '</v1/history?metrics=users.seen&from=2026-11-21T09%3A00%3A00.000Z>; rel="next"',
          },
        },
        body: {
          "application/json": {
            schema: named("History"),
            examples: {
              history: {
                workspace: "demo",
                interval: "hour",
                from: "2026-11-21T08:00:00.000Z",
                to: "2026-11-21T10:00:00.000Z",
                tz: "UTC",
                statistics: ["messages.sent", "users.seen"],
                rows: [
                  {
                    start: "2026-11-21T08:00:00.000Z",
                    status: "missing",
                    coverage: null,
                    "messages.sent": null,
                    "users.seen": null,
                  },
                  {
                    start: "2026-11-21T09:00:00.000Z",
                    status: "complete",
                    coverage: 1,
                    "messages.sent": 9,
                    "users.seen": 7,
                  },
                ],
              },
            },
          },
          "text/csv": {
            schema: text("A record of names, and one per row; what is not known is empty."),
            examples: {
              table: "start,status,coverage,messages.sent\r\n2026-11-21T09:00:00.000Z,complete,1,9\r\n",
            },
          },
          "application/x-ndjson": {
            schema: text("A row of the history per line, as JSON."),
            examples: {
              lines: '{"start":"2026-11-21T09:00:00.000Z","status":"complete","coverage":1,"messages.sent":9}\n',
            },
          },
        },
      },
    },
    failures: ["parameter.invalid", "range.invalid"],
  },
};
