import type { DescribedDialect, DescribedOperation } from "../../core/description.ts";
import { Failure } from "../../core/failure.ts";
import { arrayOf, count, instant, named, object, only, orNull, type Schema, text } from "../../core/json-schema.ts";
import { renderFailure } from "./failure.ts";
import { ROUTES } from "./routes.ts";

const AREA = "IMKit";

const answerOf = (result: Schema): Schema => object({ RC: only(0), RM: only("OK"), result });

/** Below 0 before 1970, which a window may reach back to. */
const UNIX_SECONDS: Schema = { type: "integer", description: "The same in Unix seconds." };

const REPORT: Schema = object(
  {
    clientKey: text("Identifies the app; left out when the workspace does not echo keys."),
    apiKey: text("The key that the caller showed; left out when the workspace does not echo keys."),
    startTime: instant("Where the window starts."),
    endTime: instant("Where it ends, itself not in it."),
    start: UNIX_SECONDS,
    end: UNIX_SECONDS,
    userList: arrayOf(text("Id of a user."), "Everyone who was seen in the window."),
    roomCount: orNull(
      count("Different rooms that had a message in the window; null when nobody observed all of the window."),
    ),
    totalRoomCount: orNull(count("Rooms at the window's end.")),
    messageCount: orNull(count("Messages sent in the window; null when nobody observed all of it.")),
    peakConnectionCount: orNull(count("Most connections open at any second of the window.")),
    totalMem: orNull(count("Memory of the host of the instance that started last, bytes; null while none is live.")),
    freeMem: orNull(count("Free memory of that host, bytes.")),
    next: text("Only beside a list of users over 4 MB: the `cursor` of the page after."),
  },
  ["clientKey", "apiKey", "next"],
);

const instantForms = { type: "string", maxLength: 40 } as const;
const WINDOW = [
  {
    name: "start",
    in: "query",
    description:
      "Where the window starts: Unix seconds, milliseconds, or ISO 8601. On whole minutes inside the last 35 days, on whole hours before; without it, an hour before `end`.",
    schema: instantForms,
    example: "2026-11-21T09:00:00Z",
  },
  {
    name: "end",
    in: "query",
    description: "Where it ends, itself not in it; without it, now. At most 92 days after `start`.",
    schema: instantForms,
    example: "2026-11-21T10:00:00Z",
  },
  {
    name: "cursor",
    in: "query",
    description: "The `next` of the page before, unchanged; it stands for the window, too.",
    schema: { type: "string", maxLength: 1_024 },
    example: "WzE3OTUyNDk4MDAwMDAsMTc5NTI1MzQwMDAwMCwidTA5Il0",
  },
] as const;

const TOKEN = {
  name: "token",
  in: "path",
  description: "The secret of the address that the chat server reports to; it is in no log.",
  schema: { type: "string", minLength: 1 },
  example: "push_…",
} as const;

/** Both generations of IMKit's documents: numbers came as numbers, and now come as text. */
const reported = (description: string): Schema => ({
  description,
  anyOf: [{ type: "integer", minimum: 0 }, { type: "string", pattern: String.raw`^\d{1,16}$` }, { type: "null" }],
});
const reportedInstant = (description: string): Schema => ({
  description: `${description}: ISO 8601, Unix seconds or milliseconds.`,
  anyOf: [{ type: "string" }, { type: "number", minimum: 0 }],
});

const PUSHED_FIELDS: Readonly<Record<string, Schema>> = {
  userList: { ...arrayOf({ type: "string", minLength: 1, maxLength: 128 }, "Who was seen."), maxItems: 100_000 },
  startTime: reportedInstant("Where the hour starts"),
  endTime: reportedInstant("Where it ends"),
  start: reportedInstant("Where the hour starts, again"),
  end: reportedInstant("Where it ends, again"),
  roomCount: reported("Rooms that had a message."),
  totalRoomCount: reported("Rooms."),
  messageCount: reported("Messages sent."),
  peakConnectionCount: reported("Most connections at once."),
  totalMem: reported("Memory, bytes."),
  freeMem: reported("Free memory, bytes."),
  newUserCount: reported("Users first known in the hour."),
  totalUserCount: reported("Users."),
};

/** The bare report; the same inside of what `GET /admin/stats` answers is taken, too. */
const PUSHED: Schema = object(
  PUSHED_FIELDS,
  Object.keys(PUSHED_FIELDS).filter((name) => name !== "userList"),
);

const OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /admin/stats": {
    area: AREA,
    id: "imkitReadStatistics",
    summary: "Read the usage of a window",
    description:
      "As IMKit's own server answers it: the last 3600 seconds to the minute, or any window. Every acknowledged event is in it.",
    parameters: WINDOW,
    answers: {
      200: {
        description: "The usage.",
        body: {
          "application/json": {
            schema: answerOf(named("ImkitReport")),
            examples: {
              usage: {
                RC: 0,
                RM: "OK",
                result: {
                  clientKey: "ck_abcdef1234567890",
                  apiKey: "ak_…",
                  startTime: "2026-11-21T09:00:00.000Z",
                  endTime: "2026-11-21T10:00:00.000Z",
                  start: 1_795_251_600,
                  end: 1_795_255_200,
                  userList: ["ada", "grace"],
                  roomCount: 3,
                  totalRoomCount: 81,
                  messageCount: 9,
                  peakConnectionCount: 9,
                  totalMem: 8_589_934_592,
                  freeMem: 3_221_225_472,
                },
              },
            },
          },
        },
      },
    },
    failures: ["parameter.invalid", "range.invalid"],
  },
  "GET /admin/connection-count": {
    area: AREA,
    id: "imkitCountConnections",
    summary: "Count the connections open now",
    description: "Connections of all reporters; null while no reporter tells.",
    answers: {
      200: {
        description: "The count.",
        body: {
          "application/json": {
            schema: answerOf(object({ connectionCount: orNull(count("Connections open now.")) })),
            examples: { count: { RC: 0, RM: "OK", result: { connectionCount: 6 } } },
          },
        },
      },
    },
  },
  "POST /ingest/imkit/{token}": {
    area: AREA,
    id: "imkitTakeReport",
    summary: "Report an hour",
    description:
      "Where IMKit's own server pushes its report of an hour, for a workspace whose source is `imkit`. It counts when it comes before the hour closes; the keys that it carries are passed over.",
    body: {
      "application/json": {
        schema: { anyOf: [named("ImkitPushedReport"), object({ result: named("ImkitPushedReport") })] },
        examples: {
          report: {
            startTime: "2026-11-21T09:00:00.000Z",
            endTime: "2026-11-21T10:00:00.000Z",
            userList: ["ada", "grace"],
            roomCount: "3",
            totalRoomCount: "81",
            messageCount: "9",
            peakConnectionCount: "9",
            totalMem: "8589934592",
            freeMem: "3221225472",
          },
        },
      },
    },
    answers: {
      200: {
        description: "The report is taken.",
        body: {
          "application/json": {
            schema: object({ RC: only(0), RM: only("OK") }),
            examples: { taken: { RC: 0, RM: "OK" } },
          },
        },
      },
    },
    failures: ["report.malformed", "report.unwanted", "workspace.paused"],
  },
};

/** The IMKit dialect, as it describes itself. */
export const IMKIT: DescribedDialect = {
  areas: [{ name: AREA, description: "The administration API of IMKit's chat server, as its clients know it." }],
  routes: ROUTES,
  operations: OPERATIONS,
  schemas: {
    ImkitReport: REPORT,
    ImkitPushedReport: PUSHED,
    ImkitError: object({
      RC: { type: "integer", description: "The HTTP status, again." },
      RM: text("Its reason."),
      error: object({ code: text("What went wrong, by name."), message: text("What went wrong, in words.") }),
    }),
  },
  securitySchemes: {
    imkitKey: { type: "apiKey", in: "header", name: "IM-API-KEY", description: "A key of the IMKit dialect." },
  },
  securityFor: (scope) => (scope === "report" ? [] : [{ imkitKey: [scope] }]),
  everywhere: ({ scope }) => ({
    parameters: scope === "report" ? [TOKEN] : [],
    failures: [
      "credential.missing",
      "credential.unknown",
      "credential.expired",
      "scope.missing",
      "rate.exceeded",
      "store.busy",
      "store.newer",
    ],
  }),
  failure: (code) =>
    renderFailure(
      code === undefined ? undefined : new Failure(code, "What is wrong with the request, and what to send."),
    ),
  failureSchema: "ImkitError",
};
