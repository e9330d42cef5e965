/**
 * A UTC hour, `[start, end)`, as the number of whole hours since 1970-01-01T00:00Z.
 * Its name is its start: `2026-11-21T09`.
 */
export type Hour = number;

/** Milliseconds of a minute. */
export const MINUTE_MS = 60_000;
/** Milliseconds of an hour. */
export const HOUR_MS = 3_600_000;
/** Milliseconds of a UTC day. */
export const DAY_MS = 86_400_000;
/** Seconds of an hour. */
export const HOUR_SECONDS = 3_600;

/** The hour that holds an instant (milliseconds since 1970 UTC). */
export const hourOf = (instant: number): Hour => Math.floor(instant / HOUR_MS);

/** First millisecond of the hour. */
export const startOf = (hour: Hour): number => hour * HOUR_MS;

/** First millisecond after the hour. */
export const endOf = (hour: Hour): number => (hour + 1) * HOUR_MS;

/** `2026-11-21T09`. */
export const hourName = (hour: Hour): string => new Date(startOf(hour)).toISOString().slice(0, 13);

const HOURS_OF_A_DAY = 24;

/** First instants of the hours `[from, to)` as ISO text. Each date is written once: a year of them took longer than the rest. */
export const hourStarts = (from: Hour, to: Hour): string[] => {
  let date = "";
  return Array.from({ length: to - from }, (_, at) => {
    const hour = from + at;
    const slot = hour - Math.floor(hour / HOURS_OF_A_DAY) * HOURS_OF_A_DAY;
    if (at === 0 || slot === 0) date = hourName(hour).slice(0, -2);
    return `${date}${String(slot).padStart(2, "0")}:00:00.000Z`;
  });
};

const NAME = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** The hour of a name such as `2026-11-21T09`; undefined for anything else (`2026-02-30T09` too). */
export const hourNamed = (name: string): Hour | undefined => {
  if (!NAME.test(name)) return undefined;
  const start = Date.parse(`${name}:00:00.000Z`);
  return Number.isNaN(start) || hourName(hourOf(start)) !== name ? undefined : hourOf(start);
};
