import type { DescribedOperation } from "../../../core/description.ts";
import {
  arrayOf,
  count,
  instant,
  named,
  number,
  object,
  orNull,
  type Schema,
  text,
} from "../../../core/json-schema.ts";
import { ANOMALY_QUERIES } from "../queries/anomalies.ts";
import { json, NEXT } from "./body.ts";
import { ANOMALY, ANOMALY_EXAMPLE, HOUR, WORKSPACE_ID } from "./document.ts";

const RANGE = { from: instant("Where the range begins."), to: instant("Where it ends; not in it.") } as const;
const OF_HOUR = { hour: HOUR, start: instant("Where the hour starts.") } as const;

/** Bodies of what is unusual and what is usual, by name. */
export const ANOMALY_SCHEMAS: Readonly<Record<string, Schema>> = {
  AnomalyList: object(
    {
      workspace: WORKSPACE_ID,
      ...RANGE,
      anomalies: arrayOf(object({ ...OF_HOUR, ...ANOMALY }), "Oldest first."),
      next: NEXT,
    },
    ["next"],
  ),
  Baseline: object({
    workspace: WORKSPACE_ID,
    statistic: text("The statistic."),
    ...RANGE,
    weeks: count("Weeks before an hour that it is held against."),
    hours: arrayOf(
      object({
        ...OF_HOUR,
        median: orNull(number("Median of the same hour of the week.")),
        low: orNull(number("Where the usual begins.")),
        high: orNull(number("Where the usual ends.")),
      }),
      "A row for each hour, of nulls where fewer than four weeks are known.",
    ),
  }),
};

const SPAN = { workspace: "demo", from: "2026-10-24T10:00:00.000Z", to: "2026-11-21T10:00:00.000Z" } as const;

/** What is usual, and what was not. */
export const ANOMALY_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/anomalies": {
    area: "History",
    summary: "List what was unusual",
    description:
      "Numbers of closed hours that were far from the same hour of the week in the eight weeks before, as they were published: four weeks up to the last closed hour unless the range says otherwise, at most 9,000 hours. Hours that nobody could judge have none.",
    parameters: ANOMALY_QUERIES.listAnomalies,
    conditional: true,
    answers: {
      200: {
        description: "The anomalies.",
        body: json(named("AnomalyList"), {
          ...SPAN,
          anomalies: [{ hour: "2026-11-17T14", start: "2026-11-17T14:00:00.000Z", ...ANOMALY_EXAMPLE }],
        }),
      },
    },
    failures: ["parameter.invalid", "range.invalid"],
  },
  "GET /v1/baseline": {
    area: "History",
    summary: "Read what is usual",
    description:
      "For each hour of the range the median of the same hour of the week in the eight weeks before, and the band of what is usual: a week up to the last closed hour unless the range says otherwise, at most 35 days. The range may reach into the future.",
    parameters: ANOMALY_QUERIES.readBaseline,
    conditional: true,
    answers: {
      200: {
        description: "The band.",
        body: json(named("Baseline"), {
          ...SPAN,
          statistic: "messages.sent",
          weeks: 8,
          hours: [
            { hour: "2026-10-24T10", start: "2026-10-24T10:00:00.000Z", median: 96, low: 0, high: 250.92 },
            { hour: "2026-10-24T11", start: "2026-10-24T11:00:00.000Z", median: null, low: null, high: null },
          ],
        }),
      },
    },
    failures: ["parameter.invalid", "range.invalid"],
  },
};
