import { HOUR_MS, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { type Report, type ReportInput, reportOf, type ReportRow } from "../../functions/core/report.ts";
import { periodBefore, periodNamed, type ReportKind, type ReportPeriod } from "../../functions/core/report-period.ts";

const ZONE = "Europe/Berlin";
const HOURS_OF_A_DAY = 24;

/** A number that looks like chance and is none. */
const noise = (at: number, salt: number): number => {
  const x = Math.sin(at * 12.9898 + salt * 78.233) * 43_758.5453;
  return x - Math.floor(x);
};

/** Hours that a sample lacks: in its middle, at night, and while its server was silent. */
const statusAt = (at: number): ReportRow["status"] =>
  at >= 200 && at < 240
    ? "missing"
    : at === 301
      ? "partial"
      : at === 420
        ? "failed"
        : at % 97 === 5
          ? "restated"
          : "complete";

const hourOf = (at: number): ReportRow => {
  const status = statusAt(at);
  const start = isoOf(startOf(475_000 + at));
  if (status === "missing" || status === "failed") return { start, status, coverage: null };
  const work = 1 + 6 * Math.max(Math.sin(((at % HOURS_OF_A_DAY) - 6) * 0.28), 0);
  const [channels, privateGroups, direct, discussions] = [30, 14, 22, 5].map((most, salt) =>
    Math.round(most * work * noise(at, salt)),
  );
  return {
    start,
    status,
    coverage: status === "partial" ? 0.4 : 1,
    "messages.sent": (channels ?? 0) + (privateGroups ?? 0) + (direct ?? 0) + (discussions ?? 0),
    "messages.sentByKind.channels": channels ?? 0,
    "messages.sentByKind.privateGroups": privateGroups ?? 0,
    "messages.sentByKind.direct": direct ?? 0,
    "messages.sentByKind.omnichannel": 0,
    "messages.sentByKind.discussions": discussions ?? 0,
    "users.seen": Math.round(8 * work * noise(at, 5)),
    "users.joined": noise(at, 6) > 0.98 ? 1 : 0,
    "connections.peak": Math.round(60 * work * (0.7 + 0.3 * noise(at, 7))),
    "memory.freeLow": Math.round(6e9 - 5e8 * work * noise(at, 8)),
    "memory.total": 17_179_869_184,
  };
};

const sumOf = (hours: readonly ReportRow[], name: string): number | null => {
  const known = hours.flatMap((row) => (typeof row[name] === "number" ? [row[name]] : []));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
};

const WORST = ["failed", "missing", "partial", "restated"];

/** Days out of hours; who was seen is made up. */
const dayOf = (hours: readonly ReportRow[], at: number): ReportRow => {
  const isKnown = hours.some((row) => row["messages.sent"] !== undefined);
  const largest = (name: string): number => Math.max(...hours.map((row) => Number(row[name] ?? 0)));
  const flows = Object.keys(hourOf(0)).filter((name) => name.startsWith("messages.") || name === "users.joined");
  return {
    start: hours[0]?.start ?? "",
    status: isKnown
      ? (WORST.slice(2).find((one) => hours.some(({ status }) => status === one)) ?? "complete")
      : "missing",
    coverage: isKnown ? 1 : null,
    ...Object.fromEntries(flows.map((name) => [name, sumOf(hours, name)])),
    "users.seen": isKnown ? Math.round(90 + 60 * noise(at, 9)) : null,
    "connections.peak": isKnown ? largest("connections.peak") : null,
    "memory.freeLow": isKnown ? Math.min(...hours.map((row) => Number(row["memory.freeLow"] ?? Infinity))) : null,
    "memory.total": isKnown ? 17_179_869_184 : null,
  };
};

/** What a report of a made-up period is made from: every kind of message, gaps of every kind, names that want to break out. */
export const sampleInput = (kind: ReportKind, name: string): ReportInput => {
  const period = periodNamed(kind, ZONE, name) as ReportPeriod;
  const hours = Array.from({ length: period.to - period.from }, (_, at) => ({
    ...hourOf(at + 130),
    start: isoOf(startOf(period.from + at)),
  }));
  const days = Array.from({ length: Math.round(hours.length / HOURS_OF_A_DAY) }, (_, day) =>
    dayOf(hours.slice(day * HOURS_OF_A_DAY, (day + 1) * HOURS_OF_A_DAY), day),
  ).map((row, day) => ({ ...row, start: isoOf(startOf(period.from) + day * HOURS_OF_A_DAY * HOUR_MS) }));
  const sent = sumOf(hours, "messages.sent") ?? 0;
  const spanOf = (share: number): ReportRow => ({
    start: isoOf(startOf(period.from)),
    status: "missing",
    coverage: 0.94,
    "users.seen": Math.round(312 * share),
    "users.joined": 14,
    "users.total": Math.round(1_204 * share),
    "messages.sent": Math.round(sent * share),
    "messages.removed": Math.round(sent * 0.004 * share),
    "rooms.used": 81,
    "rooms.opened": 6,
    "uploads.added": 420,
    "uploads.addedBytes": Math.round(2.4e9 * share),
    "connections.peak": Math.round(402 * share),
    "memory.freeLow": Math.round(2.6e9 / share),
  });
  return {
    workspace: { id: "acme", name: `Acme & Söhne <b>"GmbH"</b>` },
    timeZone: ZONE,
    period,
    previous: periodBefore(period, ZONE),
    now: spanOf(1),
    before: spanOf(0.91),
    hours,
    rows: kind === "daily" ? hours : days,
    reasons: new Map(
      hours.flatMap(({ status }, at): [number, string[]][] =>
        status === "missing"
          ? [[period.from + at, ["paused"]]]
          : status === "partial"
            ? [[period.from + at, ["reporters-silent"]]]
            : [],
      ),
    ),
    rooms: [
      { id: "GENERAL", messages: 4_301 },
      { id: `=HYPERLINK("https://evil.example")`, messages: 2_100 },
      { id: "<img src=x onerror=alert(1)>", messages: 12 },
    ],
    anomalies: [
      {
        start: isoOf(startOf(period.from + 9)),
        statistic: "messages.sent",
        value: 912,
        median: 140,
        direction: "above",
      },
    ],
  };
};

/** The report of {@link sampleInput}. */
export const sampleReport = (kind: ReportKind, name: string): Report => reportOf(sampleInput(kind, name));
