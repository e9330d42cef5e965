/** Logs that a query reads: of what serves, of the hourly closing, and of the API's own access. */
export type LogOf = "serving" | "closing" | "access";

/** A query of CloudWatch Logs Insights that is there to be opened, and changed where it names an example. */
export interface LogQuery {
  readonly name: string;
  readonly logs: readonly LogOf[];
  readonly lines: readonly string[];
}

/** For a workspace that is called demo; ids and hours stand for those that are looked for. */
export const LOG_QUERIES: readonly LogQuery[] = [
  {
    name: "follow-a-request",
    logs: ["access", "serving"],
    lines: [
      "fields @timestamp, coalesce(message.event, route) as what, status, message.batch as batch, message.counted as counted, message.segments.0.lane as lane, message.segments.0.position as position, message.hours.0 as hour, @message",
      "filter requestId = 'the-x-request-id' or message.requestId = 'the-x-request-id'",
      "sort @timestamp asc",
    ],
  },
  {
    name: "follow-an-hour",
    logs: ["closing", "serving"],
    lines: [
      "fields @timestamp, message.event as what, message.revision as revision, message.publication as publication, message.status as status, message.positions.0 as lane_0, message.secondsAfterEnd as seconds_after_end, message.why as why",
      "filter message.workspace = 'demo' and message.hour = '2026-11-21T09'",
      "filter message.event in ['HourClosed', 'HourRestated', 'HourFailed']",
      "sort @timestamp asc",
    ],
  },
  {
    name: "follow-a-batch",
    logs: ["serving"],
    lines: [
      "fields @timestamp, message.requestId as request, message.outcome as outcome, message.counted as counted, message.segments.0.lane as lane, message.segments.0.position as position, message.hours.0 as hour",
      "filter message.event = 'BatchCounted' and message.workspace = 'demo' and message.batch = 'the-batch'",
      "sort @timestamp asc",
    ],
  },
  {
    name: "hours-closed-and-failed",
    logs: ["closing", "serving"],
    lines: [
      "filter message.event in ['HourClosed', 'HourRestated', 'HourFailed']",
      "stats count(*) as hours, max(message.milliseconds) as slowest_milliseconds by message.workspace as workspace, message.event as what, message.status as status",
      "sort hours desc",
    ],
  },
  {
    name: "hours-late",
    logs: ["closing"],
    lines: [
      "fields @timestamp, message.workspace as workspace, message.hour as hour, message.secondsAfterEnd as seconds_after_end",
      "filter message.event = 'HourClosed' and message.secondsAfterEnd > 900",
      "sort message.secondsAfterEnd desc",
    ],
  },
  {
    name: "events-refused",
    logs: ["serving"],
    lines: [
      "filter message.event = 'BatchCounted' and message.outcome = 'counted' and message.refused > 0",
      "stats sum(message.refused) as events, count(*) as batches by message.codes as codes, message.workspace as workspace",
      "sort events desc",
    ],
  },
  {
    name: "requests-refused",
    logs: ["access"],
    lines: ["filter status >= 400", "stats count(*) as requests by status, route", "sort requests desc"],
  },
  {
    name: "requests-slow",
    logs: ["access"],
    lines: [
      "stats count(*) as requests, pct(milliseconds, 99) as slowest_hundredth, max(milliseconds) as slowest by route",
      "sort slowest_hundredth desc",
    ],
  },
  {
    name: "batches-by-workspace",
    logs: ["serving"],
    lines: [
      "filter message.event = 'BatchCounted'",
      "stats count(*) as batches, sum(message.counted) as counted, avg(message.counted) as events_each by message.workspace as workspace",
      "sort batches desc",
    ],
  },
];

/** What the dashboard asks whenever somebody looks at it; the first column is time. */
export const DASHBOARD_QUERIES: readonly (LogQuery & { readonly title: string })[] = [
  {
    name: "batches",
    title: "Batches, and events counted and refused",
    logs: ["serving"],
    lines: [
      "filter message.event = 'BatchCounted' and message.outcome != 'replayed'",
      "stats count(*) as batches, sum(message.counted) as counted, sum(message.refused) as refused by bin(5m)",
    ],
  },
  {
    name: "hours",
    title: "Hours closed, restated and failed",
    logs: ["closing"],
    lines: [
      "filter message.event in ['HourClosed', 'HourRestated', 'HourFailed']",
      "fields strcontains(message.event, 'HourClosed') as is_closed, strcontains(message.event, 'HourRestated') as is_restated, strcontains(message.event, 'HourFailed') as is_failed",
      "stats sum(is_closed) as closed, sum(is_restated) as restated, sum(is_failed) as failed by bin(1h)",
    ],
  },
  {
    name: "lateness",
    title: "From an hour's end to its publication, seconds",
    logs: ["closing"],
    lines: [
      "filter message.event = 'HourClosed'",
      "stats pct(message.secondsAfterEnd, 50) as half, max(message.secondsAfterEnd) as slowest by bin(1h)",
    ],
  },
];
