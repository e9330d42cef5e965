/** A query that is there to be copied; Athena and DuckDB both take it. */
export interface SavedQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** Queries of every deployment, for a workspace that is called demo. */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: "hourly-trend",
    description: "What an hour of the day is like, over all that was observed since January",
    sql: `SELECT hour(start_time) AS hour_of_day, avg(messages_sent) AS messages, avg(users_seen) AS users, count(*) AS hours
FROM hours
WHERE workspace = 'demo' AND month >= '2026-01' AND status NOT IN ('missing', 'failed')
GROUP BY hour(start_time)
ORDER BY hour_of_day`,
  },
  {
    name: "peak-capacity",
    description: "The most connections of each month, when that was, and how low memory got",
    sql: `SELECT month, max(connections_peak) AS peak, max_by(start_time, connections_peak) AS in_hour, min(memory_free_low) AS memory_free_low
FROM hours
WHERE workspace = 'demo' AND month >= '2026-01'
GROUP BY month
ORDER BY month`,
  },
  {
    name: "active-users",
    description: "Daily, weekly and monthly active users, exact: counted by who they were, and never summed",
    sql: `SELECT 'day' AS period, start_time, users_seen FROM days WHERE workspace = 'demo' AND month >= '2026-01'
UNION ALL
SELECT 'week', start_time, users_seen FROM weeks WHERE workspace = 'demo' AND month >= '2026-01'
UNION ALL
SELECT 'month', start_time, users_seen FROM months WHERE workspace = 'demo' AND month >= '2026-01'
ORDER BY period, start_time`,
  },
  {
    name: "stickiness",
    description: "Of those active in a month, how many come on a day of it: DAU over MAU",
    sql: `SELECT m.month, m.users_seen AS mau, avg(d.users_seen) AS dau, avg(d.users_seen) / m.users_seen AS stickiness
FROM months AS m JOIN days AS d ON d.workspace = m.workspace AND d.month = m.month
WHERE m.workspace = 'demo' AND d.workspace = 'demo' AND m.month >= '2026-01' AND d.month >= '2026-01' AND m.users_seen > 0
GROUP BY m.month, m.users_seen
ORDER BY m.month`,
  },
  {
    name: "gaps",
    description: "Hours of which not all is known, and why",
    sql: `SELECT start_time, status, reasons, coverage
FROM hours
WHERE workspace = 'demo' AND month >= '2026-01' AND status IN ('missing', 'failed', 'partial')
ORDER BY start_time`,
  },
  {
    name: "growth",
    description: "What there was at the end of each month",
    sql: `SELECT month, users_total, rooms_total, messages_total, uploads_bytes
FROM months
WHERE workspace = 'demo' AND month >= '2026-01'
ORDER BY month`,
  },
  {
    name: "documents",
    description: "The documents themselves, hour by hour of a day: what the tables leave out is in them",
    sql: `SELECT hour, revision, ledger.status, messages.sent, users.seen, deployment.version
FROM statistics_json
WHERE workspace = 'demo' AND date = '2026-11-01'
ORDER BY hour`,
  },
];
