import type { DescribedOperation } from "../../../core/description.ts";
import { arrayOf, count, named, number, object, oneOf, orNull, type Schema, text } from "../../../core/json-schema.ts";
import { alertRules } from "../requests/alerts.ts";
import { json } from "./body.ts";
import { HOUR, WORKSPACE_ID } from "./document.ts";
import { requestSchema } from "./request-schema.ts";

const RULE: Schema = object(
  {
    id: text("Names the rule in notices."),
    kind: oneOf(["threshold", "missed-hours", "lag", "anomaly"], "What it watches."),
    statistic: text("Of a threshold: the statistic."),
    above: number("Of a threshold: it is raised when the number of an hour is above."),
    below: number("Of a threshold: it is raised when the number of an hour is below."),
    clearAt: number("Of a threshold: it is over when the number is back here; the limit itself by default."),
    forHours: count("Of a threshold: for how many hours running; 1 by default."),
    hours: count("Of a lag: how many hours closing may be behind."),
    statistics: arrayOf(text("A statistic."), "Of an anomaly: which; all that are judged by default."),
    repeatHours: count("Hours after which it is told again that it is still so; 24 by default."),
  },
  ["statistic", "above", "below", "clearAt", "forHours", "hours", "statistics"],
);

/** Bodies of alert rules, by name. */
export const ALERT_SCHEMAS: Readonly<Record<string, Schema>> = {
  AlertRule: RULE,
  Alerts: object({
    workspace: WORKSPACE_ID,
    rules: arrayOf(named("AlertRule"), "In the order in which they were given."),
    raised: arrayOf(
      object({
        rule: text("Id of the rule."),
        statistic: orNull(text("The statistic, where a rule watches many.")),
        hour: HOUR,
      }),
      "What is raised, and since which hour.",
    ),
  }),
};

const RULES = [
  {
    id: "busy",
    kind: "threshold",
    statistic: "messages.sent",
    above: 1_000,
    clearAt: 800,
    forHours: 2,
    repeatHours: 24,
  },
  { id: "gaps", kind: "missed-hours", repeatHours: 24 },
  { id: "late", kind: "lag", hours: 3, repeatHours: 24 },
  { id: "odd", kind: "anomaly", statistics: ["users.seen"], repeatHours: 24 },
] as const;

const ANSWER = {
  200: {
    description: "The rules as they are now.",
    body: json(named("Alerts"), {
      workspace: "demo",
      rules: RULES,
      raised: [{ rule: "odd", statistic: "users.seen", hour: "2026-11-21T09" }],
    }),
  },
} as const;

/** What a workspace wants to be told of. */
export const ALERT_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/alerts": {
    area: "Alerts",
    summary: "Read what is told of",
    description:
      "The workspace's rules, and what is raised now. Notices go to the channels that take the topic `alert`.",
    conditional: true,
    answers: ANSWER,
  },
  "PUT /v1/alerts": {
    area: "Alerts",
    summary: "Set what is told of",
    description:
      "All rules of the workspace, at most 50: one that is not given is gone, one that did not change goes on where it was, and a new one holds from the running hour on. A rule is told when it is raised, once a period while it stays so, and when it is over.",
    body: json(requestSchema(alertRules), { rules: RULES }),
    answers: ANSWER,
    failures: ["parameter.invalid"],
  },
};
