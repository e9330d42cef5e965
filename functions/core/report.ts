import { type ActiveHour, busiestOf, heatMapOf } from "./activity.ts";
import { type Hour, startOf } from "./hour.ts";
import { isoOf } from "./instant.ts";
import { keptJson } from "./kept-json.ts";
import { periodLabel, reportId, type ReportKind, type ReportPeriod } from "./report-period.ts";
import type { Value } from "./roll-up.ts";
import { type Headline, headlinesOf } from "./summary.ts";
import type { StatisticName } from "./statistic.ts";

/** Kinds of messages as a report stacks them. */
export const REPORTED_KINDS = ["channels", "privateGroups", "direct", "omnichannel", "discussions"] as const;

/** What a report shows over time. */
export const REPORTED: readonly StatisticName[] = [
  "messages.sent",
  ...REPORTED_KINDS.map((kind) => `messages.sentByKind.${kind}` as const),
  "users.seen",
  "users.joined",
  "connections.peak",
  "memory.freeLow",
  "memory.total",
];

/** A row of a history: `start`, `status`, `coverage`, and values by the names of statistics. */
export interface ReportRow {
  readonly start: string;
  readonly status: string;
  readonly coverage: number | null;
  readonly [statistic: string]: Value;
}

/** Hours one after the other that were not wholly observed, for the same reasons; instants are ISO text. */
export interface Gap {
  readonly from: string;
  readonly to: string;
  readonly hours: number;
  readonly status: string;
  readonly reasons: readonly string[];
}

/** A number far from what is usual at its hour. */
export interface ReportedAnomaly {
  readonly start: string;
  readonly statistic: string;
  readonly value: number;
  readonly median: number;
  readonly direction: "above" | "below";
}

/** A room and its messages; which of them are direct is nobody's business, so those are told as one number. */
export interface ReportedRoom {
  readonly id: string;
  readonly messages: number;
}

/** One operational report: everything that its pages, tables and files are written from. Instants are ISO text, UTC. */
export interface Report {
  readonly format: 1;
  readonly id: string;
  readonly kind: ReportKind;
  /** `2024-03-01`, `2024-W09`, `2024-03`. */
  readonly period: string;
  readonly label: string;
  readonly previousLabel: string;
  /** How many hours the period before has: months differ. */
  readonly previousHours: number;
  readonly workspace: { readonly id: string; readonly name: string };
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  readonly quality: {
    readonly hours: number;
    /** Hours by how they were observed. */
    readonly statuses: Readonly<Record<string, number>>;
    /** Share of the minutes in which a reporter was heard; null when nothing was published. */
    readonly coverage: number | null;
    readonly previousCoverage: number | null;
    /** How the worst hour of the period before was observed. */
    readonly previousStatus: string;
    readonly gaps: readonly Gap[];
    /** Gaps that are not in the list, because it would be too long. */
    readonly moreGaps: number;
  };
  readonly headlines: readonly Headline[];
  /** Hours of a day, days of a week or a month. */
  readonly interval: "hour" | "day";
  readonly rows: readonly ReportRow[];
  /** Messages to an hour, Monday first, hours from 0; null for a day. */
  readonly heatMap: readonly (readonly (number | null)[])[] | null;
  readonly busiest: readonly { readonly start: string; readonly messages: number; readonly users: number | null }[];
  readonly rooms: readonly ReportedRoom[];
  /** Null when nobody could say. */
  readonly anomalies: readonly ReportedAnomaly[] | null;
}

/** What a report is made from. */
export interface ReportInput {
  readonly workspace: { readonly id: string; readonly name: string };
  readonly timeZone: string;
  readonly period: ReportPeriod;
  readonly previous: ReportPeriod;
  /** The period, and the one before, as one row each. */
  readonly now: ReportRow;
  readonly before: ReportRow;
  /** A row each for the hours of the period. */
  readonly hours: readonly ReportRow[];
  readonly rows: readonly ReportRow[];
  /** Why hours were not wholly observed, by hour; those left out have no document that tells. */
  readonly reasons: ReadonlyMap<Hour, readonly string[]>;
  readonly rooms: readonly ReportedRoom[];
  readonly anomalies: readonly ReportedAnomaly[] | null;
}

const GAPS = 40;
const BUSIEST = 10;
/** Hours of which nothing is missing. */
const WHOLE: ReadonlySet<string> = new Set(["complete", "imported", "restated"]);

/** Whether hours of a status were wholly observed. */
export const isWhole = (status: string): boolean => WHOLE.has(status);

const numberOf = (value: Value | undefined): number | null => (typeof value === "number" ? value : null);

const gapsIn = (hours: readonly ReportRow[], reasonsOf: (at: number) => readonly string[]): readonly Gap[] => {
  const gaps: { from: string; to: string; hours: number; status: string; reasons: readonly string[] }[] = [];
  for (const [at, { start, status }] of hours.entries()) {
    if (isWhole(status)) continue;
    const to = isoOf(Date.parse(start) + 3_600_000);
    const reasons = reasonsOf(at);
    const last = gaps.at(-1);
    if (last !== undefined && last.to === start && last.status === status && last.reasons.join() === reasons.join()) {
      last.to = to;
      last.hours++;
    } else gaps.push({ from: start, to, hours: 1, status, reasons });
  }
  return gaps;
};

const counted = (hours: readonly ReportRow[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { status } of hours) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

/** Makes a report: the same input gives the same report, whenever it is made. */
export const reportOf = (input: ReportInput): Report => {
  const { workspace, timeZone, period, previous, now, before, hours, rows, reasons, rooms, anomalies } = input;
  const { kind, name, from, to } = period;
  const active: ActiveHour[] = hours.map((row, at) => ({
    hour: from + at,
    messages: numberOf(row["messages.sent"]),
    users: numberOf(row["users.seen"]),
  }));
  const gaps = gapsIn(hours, (at) => reasons.get(from + at) ?? []);
  return {
    format: 1,
    id: reportId(period),
    kind,
    period: name,
    label: periodLabel(period, timeZone),
    previousLabel: periodLabel(previous, timeZone),
    previousHours: previous.to - previous.from,
    workspace,
    timeZone,
    from: isoOf(startOf(from)),
    to: isoOf(startOf(to)),
    quality: {
      hours: hours.length,
      statuses: counted(hours),
      coverage: now.coverage,
      previousCoverage: before.coverage,
      previousStatus: before.status,
      gaps: gaps.slice(0, GAPS),
      moreGaps: Math.max(gaps.length - GAPS, 0),
    },
    headlines: headlinesOf(now, before),
    interval: kind === "daily" ? "hour" : "day",
    rows,
    heatMap: kind === "daily" ? null : heatMapOf(active, timeZone).map((day) => day.map(({ mean }) => mean)),
    busiest: busiestOf(active, BUSIEST).map(({ hour, messages, users }) => ({
      start: isoOf(startOf(hour)),
      messages: messages ?? 0,
      users,
    })),
    rooms,
    anomalies,
  };
};

/** A report as it is kept: the same report, the same bytes. */
export const reportBytes = (report: Report): Uint8Array => Buffer.from(`${JSON.stringify(report)}\n`);

/** Reads {@link reportBytes} back. */
export const reportIn = (bytes: Uint8Array): Report => keptJson<Report>(Buffer.from(bytes).toString());
