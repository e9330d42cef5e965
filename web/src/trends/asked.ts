import { DAY_MS, HOUR_MS, type Span } from "./sums.ts";

/** Ranges that end with the running hour. */
export const RANGES = { "24h": "24 h", "7d": "7 days", "30d": "30 days", "90d": "90 days", year: "Year" } as const;
export type Range = keyof typeof RANGES;

const LENGTHS: Readonly<Record<Range, number>> = {
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
  "90d": 90 * DAY_MS,
  year: 365 * DAY_MS,
};

/** Most that one answer of the history holds. */
const MOST_MS = 366 * DAY_MS;

/** What a reader of trends has chosen; the address says it, so that a link reopens it. */
export interface Choice {
  readonly statistic: string;
  readonly range: Range | "own";
  readonly own: Span | undefined;
  readonly isCompared: boolean;
}

const isRange = (text: string): text is Range => Object.hasOwn(RANGES, text);

const hourIn = (text: string | null): number | undefined => {
  const instant = Date.parse(text ?? "");
  return Number.isNaN(instant) ? undefined : Math.floor(instant / HOUR_MS) * HOUR_MS;
};

const ownSpan = (query: URLSearchParams): Span | undefined => {
  const [from, to] = [hourIn(query.get("from")), hourIn(query.get("to"))];
  return from === undefined || to === undefined || from >= to || to - from > MOST_MS ? undefined : { from, to };
};

/** The choice that an address holds; what it leaves out is as on the first visit. */
export const choiceIn = (query: URLSearchParams): Choice => {
  const range = query.get("range") ?? "";
  const own = ownSpan(query);
  return {
    statistic: query.get("statistic") ?? "messages.sent",
    range: own !== undefined ? "own" : isRange(range) ? range : "7d",
    own,
    isCompared: query.get("compare") !== "no",
  };
};

/** The choice as an address holds it. */
export const queryOf = ({ statistic, range, own, isCompared }: Choice): Record<string, string> => ({
  statistic,
  ...(own === undefined ? { range } : { from: new Date(own.from).toISOString(), to: new Date(own.to).toISOString() }),
  compare: isCompared ? "yes" : "no",
});

/** The hours that are shown; a range that is not the reader's own ends with the running hour. */
export const spanOf = ({ range, own }: Choice, now: number): Span => {
  if (own !== undefined) return own;
  const to = (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;
  return { from: to - LENGTHS[range === "own" ? "7d" : range], to };
};

/** The span of the same length before. */
export const before = ({ from, to }: Span): Span => ({ from: from - (to - from), to: from });
