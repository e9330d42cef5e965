import type { DescribedOperation } from "../../../core/description.ts";
import {
  anyObject,
  arrayOf,
  count,
  instant,
  named,
  object,
  oneOf,
  orNull,
  type Schema,
  text,
  withOthers,
} from "../../../core/json-schema.ts";
import { TOPICS } from "../../../core/notice.ts";
import { REPORT_KINDS } from "../../../core/report-period.ts";
import { NOTICE_QUERIES } from "../queries/notices.ts";
import { newChannel, reportSchedule } from "../requests/channels.ts";
import { idParameter, json, maybeInstant, NEXT } from "./body.ts";
import { requestSchema } from "./request-schema.ts";

const yes = (description: string): Schema => ({ type: "boolean", description });

const CHANNEL_FIELDS = {
  id: text("The channel."),
  label: text("What a person calls it."),
  topics: arrayOf(oneOf(TOPICS, "What it is told of.")),
  kind: oneOf(["webhook", "email", "sns"], "How it is reached; with it comes where."),
  unable: orNull(text("Why nothing goes out this way in this deployment; null where it may.")),
  createdAt: instant("When it was added."),
} as const;

const WHERE =
  "A webhook has `url` (its host and, of a longer rest, the last four characters: who knows it all may post there) and `allowPrivate`, mail has `addresses`, a topic of Amazon SNS has `topicArn`.";

const SCHEDULE = object(
  Object.fromEntries(REPORT_KINDS.map((kind) => [kind, yes(`Whether ${kind} reports are made.`)])),
);

/** Bodies of channels, deliveries and reports, by name. */
export const NOTICE_SCHEMAS: Readonly<Record<string, Schema>> = {
  Channel: withOthers(object(CHANNEL_FIELDS), WHERE),
  Delivery: object({
    id: text("The same in every attempt: a webhook has it as webhook-id."),
    notice: text("What it tells of."),
    topic: oneOf(TOPICS, "What the notice is about."),
    title: text("The notice in one line."),
    channel: text("The channel it goes to."),
    state: oneOf(
      ["pending", "delivered", "failed", "dropped"],
      "On its way; taken; given up; or its channel was removed.",
    ),
    attempts: count("Attempts that were begun."),
    addedAt: instant("When it was put into the outbox."),
    dueAt: maybeInstant("When the next attempt is due, at the earliest."),
    finishedAt: maybeInstant("When it came to its end."),
    lastError: orNull(text("Why the last attempt failed.")),
  }),
  ReportRecord: object({
    id: text("The report."),
    kind: oneOf(REPORT_KINDS, "How long a time it is about."),
    period: text("`2024-03-01`, `2024-W09` or `2024-03`."),
    label: text("The period, for people."),
    from: instant("Where the period begins."),
    to: instant("Where it ends; not in it."),
    tz: text("Time zone of the period."),
    madeAt: instant("When it was made."),
    hours: count("Hours of the period."),
    wholeHours: count("Hours of these that were wholly observed."),
    lead: text("The report in a sentence or two."),
  }),
  ReportSchedule: SCHEDULE,
  Report: anyObject("The report's numbers: docs/reports.md tells of its members."),
};

const ID = idParameter("The channel.", "f3Kq9ZxT2mWb");
const WEBHOOK = {
  id: "f3Kq9ZxT2mWb",
  label: "Operations",
  topics: ["report.weekly", "alert"],
  kind: "webhook",
  url: "https://hooks.example.org/…q8Zt",
  allowPrivate: false,
  unable: null,
  createdAt: "2026-11-21T09:15:00.000Z",
} as const;
const SENT = { ok: true, why: null } as const;
const MADE = {
  id: "monthly-2024-03",
  kind: "monthly",
  period: "2024-03",
  label: "March 2024",
  from: "2024-02-29T23:00:00.000Z",
  to: "2024-03-31T22:00:00.000Z",
  tz: "Europe/Berlin",
  madeAt: "2024-04-01T00:08:12.000Z",
  hours: 743,
  wholeHours: 743,
  lead: "441 people were active, 20 % more than in February 2024.",
} as const;
const PLANNED = { daily: false, weekly: true, monthly: true } as const;

/** Where notices go, what became of them, and reports. */
export const NOTICE_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/channels": {
    area: "Reports and notices",
    summary: "List channels",
    description: "Where the workspace's notices go. What webhooks are signed with is shown by no list.",
    answers: {
      200: {
        description: "The channels.",
        body: json(object({ channels: arrayOf(named("Channel")) }), { channels: [WEBHOOK] }),
      },
    },
  },
  "POST /v1/channels": {
    area: "Reports and notices",
    summary: "Add a channel",
    description:
      "A webhook (`url`), mail to up to ten people (`addresses`) or a topic of Amazon SNS (`topicArn`); at most 20 in all. Webhooks are signed by Standard Webhooks with the `secret` that this answer shows once. `allowPrivate` lets a webhook go to a private address, and needs an operator's key.",
    body: json(requestSchema(newChannel), {
      kind: "webhook",
      label: "Operations",
      topics: ["report.weekly", "alert"],
      url: "https://hooks.example.org/services/T024/q8Zt",
    }),
    answers: {
      201: {
        description: "The channel is added.",
        body: json(
          withOthers(
            object({ ...CHANNEL_FIELDS, secret: text("What a webhook is signed with: shown now, and never again.") }, [
              "secret",
            ]),
            WHERE,
          ),
          { ...WEBHOOK, secret: "whsec_bm90IGEgc2VjcmV0LCBidXQgYW4gZXhhbXBsZSE=" },
        ),
      },
    },
    failures: ["parameter.invalid", "channel.too-many", "upstream.no-vault"],
  },
  "DELETE /v1/channels/{id}": {
    area: "Reports and notices",
    summary: "Remove a channel",
    description: "Nothing is sent to it any more, not even what is on its way.",
    parameters: [ID],
    answers: { 204: { description: "It is gone." } },
    failures: ["channel.missing"],
  },
  "POST /v1/channels/{id}/test": {
    area: "Reports and notices",
    summary: "Test a channel",
    description: "Sends it a notice now, once, and tells whether it was taken.",
    parameters: [ID],
    answers: {
      200: {
        description: "What became of it.",
        body: json(object({ ok: yes("Whether it was taken."), why: orNull(text("Why it was not.")) }), SENT),
      },
    },
    failures: ["channel.missing"],
  },
  "GET /v1/deliveries": {
    area: "Reports and notices",
    summary: "List deliveries",
    description:
      "What is on its way, and what came to its end in the last 60 days, the latest first. A delivery is tried eight times in 25 hours, then given up.",
    parameters: NOTICE_QUERIES.listDeliveries,
    answers: {
      200: {
        description: "The deliveries.",
        body: json(
          object(
            {
              pending: arrayOf(named("Delivery"), "On their way; told with the first page."),
              deliveries: arrayOf(named("Delivery"), "Those at their end."),
              next: NEXT,
            },
            ["next"],
          ),
          { pending: [], deliveries: [] },
        ),
      },
    },
    failures: ["parameter.invalid"],
  },
  "GET /v1/reports": {
    area: "Reports and notices",
    summary: "List reports",
    description: "Daily, weekly and monthly reports that were made, the latest periods first.",
    parameters: NOTICE_QUERIES.listReports,
    answers: {
      200: {
        description: "The reports.",
        body: json(object({ reports: arrayOf(named("ReportRecord")), next: NEXT }, ["next"]), {
          reports: [MADE],
        }),
      },
    },
    failures: ["parameter.invalid"],
  },
  "GET /v1/reports/schedule": {
    area: "Reports and notices",
    summary: "Read which reports are made",
    description: "All three kinds, unless that was changed.",
    answers: { 200: { description: "The schedule.", body: json(named("ReportSchedule"), PLANNED) } },
  },
  "PUT /v1/reports/schedule": {
    area: "Reports and notices",
    summary: "Choose which reports are made",
    description: "From the next period on; reports that were made stay.",
    body: json(requestSchema(reportSchedule), PLANNED),
    answers: { 200: { description: "The schedule.", body: json(named("ReportSchedule"), PLANNED) } },
    failures: ["parameter.invalid"],
  },
  "GET /v1/reports/{id}": {
    area: "Reports and notices",
    summary: "Read a report",
    description:
      "One page of HTML that loads and runs nothing, a table, or all its numbers; as it was made, whatever was restated since.",
    parameters: [idParameter("The report.", MADE.id), ...NOTICE_QUERIES.readReport],
    conditional: true,
    answers: {
      200: {
        description: "The report.",
        body: {
          "text/html": { schema: { type: "string" }, examples: { example: "<!doctype html>" } },
          "text/csv": {
            schema: { type: "string" },
            examples: { example: "section,start,name,value,previous,status\r\n" },
          },
          "application/json": { schema: named("Report"), examples: { example: { format: 1, id: MADE.id } } },
        },
      },
    },
    failures: ["parameter.invalid", "report.missing"],
  },
};
