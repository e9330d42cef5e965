import type { DescribedOperation } from "../../../core/description.ts";
import {
  arrayOf,
  count,
  instant,
  mapOf,
  named,
  object,
  oneOf,
  orNull,
  type Schema,
  text,
} from "../../../core/json-schema.ts";
import { QUERIES } from "../parameters.ts";
import { json, maybeInstant, NEXT } from "./body.ts";
import { HOUR, WORKSPACE_ID } from "./document.ts";

const maybeHour = orNull(HOUR);

/** Bodies of health and ledger, by name. */
export const HEALTH_SCHEMAS: Readonly<Record<string, Schema>> = {
  LedgerRow: object({
    hour: HOUR,
    start: instant("Where it starts."),
    status: named("Status"),
    reasons: arrayOf(text("Why it is not complete, and what else is true of it.")),
    coverage: orNull(named("Coverage")),
    bookedLate: mapOf({ type: "integer" }, "What late events of closed hours added to levels, by statistic."),
    revision: orNull(count("The latest revision; null without a publication.")),
  }),
  Ledger: object({ workspace: WORKSPACE_ID, hours: arrayOf(named("LedgerRow"), "Oldest first."), next: NEXT }, [
    "next",
  ]),
  Health: object({
    workspace: WORKSPACE_ID,
    status: oneOf(["ok", "warn", "critical"], "How the hourly run is doing."),
    reasons: arrayOf(text("Why it is not ok.")),
    checkedAt: instant("As of when."),
    lastClosedHour: maybeHour,
    lastSuccess: maybeInstant("When an hour was closed last."),
    ageSeconds: orNull(count("Seconds since then.")),
    lagSeconds: count("How far closing is behind."),
    nextRunAt: instant("When the schedule closes the next hour."),
    warnAfterMinutes: count("Lag from which on the status is a warning."),
    criticalAfterMinutes: count("Lag from which on it is critical."),
    coverage: orNull(named("Coverage")),
    failing: orNull(object({ hour: HOUR, runs: count("Runs in which it failed to close.") })),
    failedHours: count("Hours that were passed over."),
    failed: arrayOf(HOUR, "The first 100 of them."),
    missingHours: count("Hours that nobody observed."),
    dirtyHours: count("Closed hours that wait to be restated."),
    unarchived: count("Publications that wait to be archived."),
    anomalies: orNull(arrayOf(named("Anomaly"), "What is unusual in the last closed hour; null when nobody can say.")),
    deliveriesGivenUp: count("Notices given up in the last seven days, to channels that have taken none since."),
  }),
};

const COVERAGE_EXAMPLE = { heardMinutes: 60, of: 60 } as const;

const METRICS = `# TYPE tidemark_users_total gauge
# HELP tidemark_users_total Everyone in the directory, active or not, of every kind.
tidemark_users_total{workspace="demo"} 88
# EOF
`;

/** How complete the history is, and how the service is. */
export const HEALTH_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/ledger": {
    area: "Health",
    summary: "Read how complete each hour is",
    description:
      "A row for each hour of the range, oldest first: how it was observed, and why it is not complete. 1,000 rows an answer unless `limit` asks for fewer.",
    parameters: QUERIES.readLedger,
    conditional: true,
    answers: {
      200: {
        description: "The ledger.",
        body: json(named("Ledger"), {
          workspace: "demo",
          hours: [
            {
              hour: "2026-11-21T09",
              start: "2026-11-21T09:00:00.000Z",
              status: "complete",
              reasons: [],
              coverage: COVERAGE_EXAMPLE,
              bookedLate: {},
              revision: 0,
            },
          ],
        }),
      },
    },
    failures: ["parameter.invalid", "range.invalid"],
  },
  "GET /v1/health": {
    area: "Health",
    summary: "Read how the hourly run is doing",
    description: "Lag, the last success and what waits: a warning after 90 minutes, critical after 150.",
    answers: {
      200: {
        description: "The health.",
        body: json(named("Health"), {
          workspace: "demo",
          status: "ok",
          reasons: [],
          checkedAt: "2026-11-21T10:30:00.000Z",
          lastClosedHour: "2026-11-21T09",
          lastSuccess: "2026-11-21T10:03:01.000Z",
          ageSeconds: 1_619,
          lagSeconds: 0,
          nextRunAt: "2026-11-21T11:03:00.000Z",
          warnAfterMinutes: 90,
          criticalAfterMinutes: 150,
          coverage: COVERAGE_EXAMPLE,
          failing: null,
          failedHours: 0,
          failed: [],
          missingHours: 0,
          dirtyHours: 0,
          unarchived: 0,
          anomalies: [],
          deliveriesGivenUp: 0,
        }),
      },
    },
  },
  "GET /v1/metrics": {
    area: "Health",
    summary: "Scrape metrics",
    description:
      "OpenMetrics 1.0: gauges of the latest reading without timestamps, and how the hourly run is doing. The older text format goes to those who ask for `text/plain` alone.",
    parameters: [
      {
        name: "accept",
        in: "header",
        description: "The format wanted.",
        schema: { type: "string" },
        example: "application/openmetrics-text",
      },
    ],
    answers: {
      200: {
        description: "The metrics.",
        body: {
          "application/openmetrics-text": { schema: text("OpenMetrics 1.0."), examples: { metrics: METRICS } },
          "text/plain": { schema: text("Prometheus's text format."), examples: { metrics: METRICS } },
        },
      },
    },
  },
};
