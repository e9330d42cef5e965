import { type Bucket, bucketAt, type Interval, hourOfDate, isOver } from "./calendar.ts";
import { DAY_MS, type Hour, startOf } from "./hour.ts";
import { dateIn, isoOf } from "./instant.ts";

/** Lengths of time that are reported on. */
export const REPORT_KINDS = ["daily", "weekly", "monthly"] as const;
/** How long the period of a report is. */
export type ReportKind = (typeof REPORT_KINDS)[number];

const INTERVALS = { daily: "day", weekly: "week", monthly: "month" } as const satisfies Record<ReportKind, Interval>;

/** A day, ISO week or month of a time zone that is reported on; hours `[from, to)`. */
export interface ReportPeriod {
  readonly kind: ReportKind;
  /** `2024-03-01`, `2024-W09`, `2024-03`. */
  readonly name: string;
  readonly from: Hour;
  readonly to: Hour;
}

/** Monday, first of the month, or the day itself, as a date of the period's time zone. */
const firstDate = (timeZone: string, from: Hour): string => dateIn(timeZone, startOf(from));
const middayOf = (date: string): number => Date.parse(`${date}T12:00:00.000Z`);

/** ISO 8601: a week belongs to the year of its Thursday. */
const weekName = (monday: string): string => {
  const thursday = isoOf(middayOf(monday) + 3 * DAY_MS).slice(0, 10);
  const year = thursday.slice(0, 4);
  const days = Math.round((middayOf(thursday) - middayOf(`${year}-01-01`)) / DAY_MS);
  return `${year}-W${String(Math.floor(days / 7) + 1).padStart(2, "0")}`;
};

const named = (kind: ReportKind, timeZone: string, { from, to }: Pick<Bucket, "from" | "to">): ReportPeriod => {
  const date = firstDate(timeZone, from);
  const name = kind === "weekly" ? weekName(date) : kind === "monthly" ? date.slice(0, 7) : date;
  return { kind, name, from, to };
};

const holding = (kind: ReportKind, timeZone: string, hour: Hour): ReportPeriod =>
  named(kind, timeZone, bucketAt(INTERVALS[kind], timeZone, startOf(hour)));

/** The period that an hour lies in. */
export const periodAt = (kind: ReportKind, timeZone: string, hour: Hour): ReportPeriod => holding(kind, timeZone, hour);

/** The period right before another. */
export const periodBefore = ({ kind, from }: ReportPeriod, timeZone: string): ReportPeriod =>
  holding(kind, timeZone, from - 1);

/** The period right after another. */
export const periodAfter = ({ kind, to }: ReportPeriod, timeZone: string): ReportPeriod => holding(kind, timeZone, to);

/** The last period that is over at an instant, milliseconds since 1970 UTC. */
export const lastPeriod = (kind: ReportKind, timeZone: string, now: number): ReportPeriod => {
  const running = named(kind, timeZone, bucketAt(INTERVALS[kind], timeZone, now));
  return isOver(running, now) ? running : periodBefore(running, timeZone);
};

const FORMS: Readonly<Record<ReportKind, RegExp>> = {
  daily: /^\d{4}-\d{2}-\d{2}$/,
  weekly: /^\d{4}-W\d{2}$/,
  monthly: /^\d{4}-\d{2}$/,
};

/** A date within a named period; a name that means nothing gives some date, whose period has another name. */
const dateWithin = (kind: ReportKind, name: string): string => {
  if (kind === "daily") return name;
  if (kind === "monthly") return `${name}-01`;
  const [year = "", week = ""] = name.split("-W");
  // The 4th of January always lies in week 1.
  return isoOf(middayOf(`${year}-01-04`) + (Number(week) - 1) * 7 * DAY_MS).slice(0, 10);
};

/** The date that a named period begins with, whatever the time zone. */
export const dateOfPeriod = (kind: ReportKind, name: string): string => {
  const date = dateWithin(kind, name);
  if (kind !== "weekly") return date;
  // Days since 1970-01-05, a Monday.
  const days = Math.round((middayOf(date) - middayOf("1970-01-05")) / DAY_MS);
  return isoOf(middayOf(date) - (((days % 7) + 7) % 7) * DAY_MS).slice(0, 10);
};

/** The period of a name; undefined for a name of none, such as `2024-W53` or `2023-02-29`. */
export const periodNamed = (kind: ReportKind, timeZone: string, name: string): ReportPeriod | undefined => {
  if (!FORMS[kind].test(name) || name < "1970-02" || name > "9999-11") return undefined;
  const date = dateWithin(kind, name);
  if (Number.isNaN(middayOf(date))) return undefined;
  const period = holding(kind, timeZone, hourOfDate(timeZone, date));
  return period.name === name ? period : undefined;
};

/** `monthly-2024-03`: names a report within its workspace. */
export const reportId = ({ kind, name }: Pick<ReportPeriod, "kind" | "name">): string => `${kind}-${name}`;

const ID = new RegExp(`^(${REPORT_KINDS.join("|")})-(\\d{4}-[\\dW-]{2,5})$`);

/** Kind and period of a {@link reportId}; undefined for what can't be one. */
export const reportNamed = (id: string): Pick<ReportPeriod, "kind" | "name"> | undefined => {
  const [, kind, name = ""] = ID.exec(id) ?? [];
  const found = REPORT_KINDS.find((one) => one === kind);
  return found !== undefined && FORMS[found].test(name) ? { kind: found, name } : undefined;
};

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const dayMonth = (date: string): string => `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1] ?? ""}`;

/** A date as people write it: `Friday, 1 March 2024`. */
export const dateLabel = (date: string): string =>
  `${DAYS[new Date(middayOf(date)).getUTCDay()] ?? ""}, ${dayMonth(date)} ${date.slice(0, 4)}`;

/** A period as people call it: `March 2024`, `Week 9 of 2024 (26 February to 3 March)`. */
export const periodLabel = ({ kind, name, from }: ReportPeriod, timeZone: string): string => {
  const first = firstDate(timeZone, from);
  if (kind === "daily") return dateLabel(first);
  if (kind === "monthly") return `${MONTHS[Number(name.slice(5)) - 1] ?? ""} ${name.slice(0, 4)}`;
  const last = isoOf(middayOf(first) + 6 * DAY_MS).slice(0, 10);
  const [year = "", week = ""] = name.split("-W");
  return `Week ${Number(week)} of ${year} (${dayMonth(first)} to ${dayMonth(last)})`;
};
