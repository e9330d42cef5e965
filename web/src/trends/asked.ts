import {
  type Bounds,
  dateOfText,
  DAY_MS,
  daysIn,
  HOUR_MS,
  isDate,
  mondayOf,
  monthOf,
  monthsIn,
  shiftDays,
  shiftMonths,
} from "./bounds.ts";

/** Ranges that end with the running hour or day. */
export const RANGES = { "24h": "24 h", "7d": "7 days", "30d": "30 days", "90d": "90 days", year: "Year" } as const;
/** A range that can be chosen. */
export type Range = keyof typeof RANGES;

/** What a point of a chart stands for. */
export const INTERVALS = { hour: "Hour", day: "Day", week: "Week", month: "Month" } as const;
/** How long a point of a chart is. */
export type Interval = keyof typeof INTERVALS;

const DAYS: Readonly<Record<Range, number>> = { "24h": 1, "7d": 7, "30d": 30, "90d": 90, year: 365 };

/** A year in whole weeks, the running one included: an answer of the history holds a little more. */
const MOST_DAYS = 371;

/** What a reader of trends has chosen; the address says it, so that a link reopens it. */
export interface Choice {
  readonly statistic: string;
  readonly range: Range | "own";
  readonly own: Bounds | undefined;
  /** Undefined for what fits the range. */
  readonly interval: Interval | undefined;
  readonly isCompared: boolean;
}

const isRange = (text: string): text is Range => Object.hasOwn(RANGES, text);
const isInterval = (text: string): text is Interval => Object.hasOwn(INTERVALS, text);

/** A date as it is, any other instant as the start of its hour. */
const boundIn = (text: string | null): string | undefined => {
  if (text === null || Number.isNaN(Date.parse(text))) return undefined;
  return isDate(text) ? text : new Date(Math.floor(Date.parse(text) / HOUR_MS) * HOUR_MS).toISOString();
};

const ownBounds = (query: URLSearchParams): Bounds | undefined => {
  const [from, to] = [boundIn(query.get("from")), boundIn(query.get("to"))];
  if (from === undefined || to === undefined || isDate(from) !== isDate(to)) return undefined;
  const days = daysIn({ from, to });
  return days <= 0 || days > MOST_DAYS ? undefined : { from, to };
};

/** The choice that an address holds; what it leaves out is as on the first visit. */
export const choiceIn = (query: URLSearchParams): Choice => {
  const [range, interval] = [query.get("range") ?? "", query.get("by") ?? ""];
  const own = ownBounds(query);
  return {
    statistic: query.get("statistic") ?? "messages.sent",
    range: own !== undefined ? "own" : isRange(range) ? range : "7d",
    own,
    interval: isInterval(interval) ? interval : undefined,
    isCompared: query.get("compare") !== "no",
  };
};

/** The choice as an address holds it. */
export const queryOf = ({ statistic, range, own, interval, isCompared }: Choice): Record<string, string> => ({
  statistic,
  ...(own ?? { range }),
  ...(interval === undefined ? {} : { by: interval }),
  compare: isCompared ? "yes" : "no",
});

const daysOf = ({ range, own }: Choice): number =>
  own === undefined ? DAYS[range === "own" ? "7d" : range] : daysIn(own);

/** Lengths in days that each interval can be told apart in. */
const FITS: Readonly<Record<Interval, readonly [least: number, most: number]>> = {
  hour: [0, 31],
  day: [2, MOST_DAYS],
  week: [21, MOST_DAYS],
  month: [59, MOST_DAYS],
};

/** What the points of a choice may stand for. */
export const intervalsFor = (choice: Choice): readonly Interval[] =>
  (Object.keys(INTERVALS) as Interval[]).filter((interval) => {
    const [least, most] = FITS[interval];
    return daysOf(choice) >= least && daysOf(choice) <= most;
  });

const HOURS_UP_TO_DAYS = 8;
const DAYS_UP_TO_DAYS = 100;

/** What the points of a choice stand for. */
export const intervalOf = (choice: Choice): Interval => {
  const { interval } = choice;
  if (interval !== undefined && intervalsFor(choice).includes(interval)) return interval;
  const days = daysOf(choice);
  return days <= HOURS_UP_TO_DAYS ? "hour" : days <= DAYS_UP_TO_DAYS ? "day" : "week";
};

/** When a view is asked for, and in which time zone. */
export interface Moment {
  /** By the server's clock, milliseconds since 1970 UTC. */
  readonly now: number;
  /** The end of the last hour that is closed. */
  readonly closed: number;
  readonly dateOf: (instant: number) => string;
}

/** What to ask the history for. */
export interface Asked {
  readonly interval: Interval;
  readonly bounds: Bounds;
  /** As long a time, before. */
  readonly before: Bounds;
}

const instants = (from: number, to: number): Bounds => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

const DAYS_OF_WEEK = 7;
const DAYS_OF_MONTH = 30;

/** As long a time before, so that its rows stand beside those of `bounds`: hour by hour, weekday by weekday. */
const beforeOf = ({ from, to }: Bounds, interval: Interval): Bounds => {
  const days = Math.max(Math.floor(daysIn({ from, to })), 1);
  if (!isDate(from)) return instants(Date.parse(from) - days * DAY_MS, Date.parse(to) - days * DAY_MS);
  if (interval === "month" && from === monthOf(from))
    return { from: shiftMonths(from, -monthsIn({ from, to })), to: from };
  const back = interval === "week" ? Math.ceil(days / DAYS_OF_WEEK) * DAYS_OF_WEEK : days;
  return { from: shiftDays(from, -back), to: shiftDays(to, -back) };
};

/** As many closed hours as the range says, and those that are open. */
const hoursTo = ({ now, closed }: Moment, days: number): Bounds =>
  instants(closed - days * DAY_MS, Math.max((Math.floor(now / HOUR_MS) + 1) * HOUR_MS, closed));

/** Whole days, weeks or months up to today. */
const datesTo = (today: string, interval: Exclude<Interval, "hour">, days: number): Bounds => {
  const weeks = Math.ceil(days / DAYS_OF_WEEK);
  const from = {
    day: shiftDays(today, 1 - days),
    week: shiftDays(mondayOf(today), (1 - weeks) * DAYS_OF_WEEK),
    month: shiftMonths(monthOf(today), 1 - Math.round(days / DAYS_OF_MONTH)),
  }[interval];
  return { from, to: shiftDays(today, 1) };
};

/** Bounds as dates of a zone: the first day, and the one after the last. */
export const datesOf = ({ from, to }: Bounds, dateOf: Moment["dateOf"]): Bounds => ({
  from: dateOfText(from, dateOf),
  to: isDate(to) ? to : shiftDays(dateOf(Date.parse(to) - 1), 1),
});

const boundsOf = (choice: Choice, interval: Interval, moment: Moment): Bounds => {
  const { own } = choice;
  if (own !== undefined) return interval === "hour" ? own : datesOf(own, moment.dateOf);
  const days = daysOf(choice);
  return interval === "hour" ? hoursTo(moment, days) : datesTo(moment.dateOf(moment.now), interval, days);
};

/** What a choice asks the history for. */
export const askedOf = (choice: Choice, moment: Moment): Asked => {
  const interval = intervalOf(choice);
  const bounds = boundsOf(choice, interval, moment);
  return { interval, bounds, before: beforeOf(bounds, interval) };
};
