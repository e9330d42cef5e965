import type { DescribedOperation } from "../../../core/description.ts";
import { EVENT_TYPE_NAMES, type EventType } from "../../../core/event.ts";
import { eventSchema } from "../../../core/event-schema.ts";
import { arrayOf, count, flag, named, object, oneOf, orNull, type Schema, text } from "../../../core/json-schema.ts";
import { QUERIES } from "../parameters.ts";
import { json, maybeInstant, NEXT } from "./body.ts";
import { REFUSAL_SLUGS } from "../problem-pages.ts";

/** `UserChanged` for `user.changed`. */
const componentOf = (type: EventType): string =>
  type.replaceAll(/(?:^|\.)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const BATCH: Schema = { ...arrayOf(named("Event"), "At most 10,000 events."), maxItems: 10_000 };

const ANSWER: Schema = object({
  batch: text("The batch's id: the idempotency-key, or the sha256 of the body."),
  accepted: count("Events counted."),
  duplicates: count("Numbered events that were counted before."),
  refusedCount: count("Events refused; the rest of the batch counts."),
  refused: arrayOf(named("RefusedEvent"), "The first 100 of them."),
  replayed: flag("Whether the same batch was counted before; the answer is then the first one's."),
});

const REFUSED: Schema = object({
  index: count("Position in the batch, from 0."),
  id: orNull(text("Id of the event; null when it has none.")),
  code: oneOf(REFUSAL_SLUGS, "Slug of a problem page."),
  detail: text("What is wrong, and what to send."),
});

const REPORTER: Schema = object({
  source: text("The reporter's name: what its events carry as `source`."),
  lastHeardAt: maybeInstant("When it was heard last, to the minute of its events; null when that is too long ago."),
  heardMinutes: count("Minutes of the last 60 in which it was heard."),
  next: orNull(count("The `sequence` expected next; null for a reporter that numbers nothing.")),
});

const REPORTER_EXAMPLE = {
  source: "chat-1",
  lastHeardAt: "2026-11-21T09:58:00.000Z",
  heardMinutes: 60,
  next: 4_713,
} as const;

/** Bodies of events and their answers, by name. */
export const EVENT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Event: {
    description: "A CloudEvents 1.0 object in JSON. Attributes and fields of `data` that are not listed are ignored.",
    oneOf: EVENT_TYPE_NAMES.map((type) => named(componentOf(type))),
    discriminator: {
      propertyName: "type",
      mapping: Object.fromEntries(EVENT_TYPE_NAMES.map((type) => [type, `#/components/schemas/${componentOf(type)}`])),
    },
  },
  ...Object.fromEntries(EVENT_TYPE_NAMES.map((type) => [componentOf(type), eventSchema(type) as Schema])),
  IngestAnswer: ANSWER,
  RefusedEvent: REFUSED,
  Reporter: REPORTER,
  ReporterList: object({ reporters: arrayOf(named("Reporter")), next: NEXT }, ["next"]),
};

const SENT = {
  specversion: "1.0",
  id: "01JD7Q2E5W",
  source: "chat-1",
  type: "message.sent",
  time: "2026-11-21T09:15:02.120Z",
  sequence: 4_711,
  data: { room: "general", roomKind: "channel", user: "ada" },
} as const;
const CHANGED = {
  id: "01JD7Q2E5X",
  source: "chat-1",
  type: "user.changed",
  time: "2026-11-21T09:15:04.000Z",
  sequence: 4_712,
  data: { id: "ada", kind: "user", active: true, status: "online" },
} as const;

const IDEMPOTENCY_KEY = {
  name: "idempotency-key",
  in: "header",
  description:
    "The batch's id, scoped by the credential; the sha256 of the body when it is left out. Sent again with the same body it changes nothing, with another body it is refused.",
  schema: { type: "string", minLength: 1, maxLength: 128, pattern: "^[ -~]*$" },
  example: "chat-1/2026-11-21T09:15/7",
} as const;

const SOURCE = {
  name: "source",
  in: "path",
  description: "The reporter's name. Slashes may be sent as they are, or as %2F.",
  schema: { type: "string", minLength: 1, maxLength: 128 },
  example: "chat-1",
} as const;

/** How events are sent, and what is known of those who send them. */
export const EVENT_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "POST /v1/events": {
    area: "Events",
    summary: "Send a batch of events",
    description:
      "Counts each event of the batch exactly once, however often the batch is sent. A batch that parses is always answered with 200: events that can't be counted are refused one by one, the rest counts. At most 4 MB on the wire and 5 MB once unpacked.\n\nEvents that carry `sequence` are counted once however they are batched anew; a batch that starts above the number expected next is refused whole.",
    parameters: [IDEMPOTENCY_KEY, ...QUERIES.ingestEvents],
    body: {
      "application/cloudevents-batch+json": { schema: BATCH, examples: { batch: [SENT, CHANGED] } },
      "application/json": { schema: BATCH, examples: { batch: [SENT, CHANGED] } },
      "application/x-ndjson": {
        schema: text("One event per line; a bad line is refused by its index."),
        examples: { lines: `${JSON.stringify(SENT)}\n${JSON.stringify(CHANGED)}\n` },
      },
    },
    answers: {
      200: {
        description: "The batch is counted.",
        body: {
          "application/json": {
            schema: named("IngestAnswer"),
            examples: {
              counted: {
                batch: "chat-1/2026-11-21T09:15/7",
                accepted: 2,
                duplicates: 0,
                refusedCount: 0,
                refused: [],
                replayed: false,
              },
              partly: {
                batch: "chat-1/2026-11-21T09:15/8",
                accepted: 1,
                duplicates: 0,
                refusedCount: 1,
                refused: [
                  {
                    index: 1,
                    id: "01JD7Q2E5Y",
                    code: "event-malformed",
                    detail: "data.room is missing: give 1 to 128 bytes of UTF-8 without control characters",
                  },
                ],
                replayed: false,
              },
            },
          },
        },
      },
    },
    failures: [
      "batch.malformed",
      "batch.too-large",
      "batch.mismatch",
      "batch.busy",
      "sequence.gap",
      "workspace.paused",
      "import.missing",
      "parameter.invalid",
    ],
  },
  "GET /v1/reporters": {
    area: "Events",
    summary: "List reporters",
    description: "Everyone who sends events, and when each was heard.",
    parameters: QUERIES.listReporters,
    answers: {
      200: {
        description: "A page of reporters.",
        body: json(named("ReporterList"), { reporters: [REPORTER_EXAMPLE] }),
      },
    },
    failures: ["parameter.invalid"],
  },
  "GET /v1/reporters/{source+}": {
    area: "Events",
    summary: "Ask where a reporter stands",
    description: "When it was heard, and the `sequence` that is expected next of one that numbers its events.",
    parameters: [SOURCE],
    answers: {
      200: {
        description: "The reporter.",
        body: json(named("Reporter"), REPORTER_EXAMPLE),
      },
    },
    failures: ["reporter.missing", "parameter.invalid"],
  },
};
