/** RFC 3339 section 5.6, the format of a CloudEvents `time`; a leap second is not an instant we can place. */
const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Midnight of the date seen last: events come in order, so nearly all share it. */
let lastDate = "";
let lastMidnight = Number.NaN;

const midnightOf = (date: string): number => {
  if (date === lastDate) return lastMidnight;
  const midnight = Date.parse(`${date}T00:00:00.000Z`);
  // Date.parse takes 2026-02-30 for 2 March.
  const real = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
  lastDate = date;
  lastMidnight = real ? midnight : Number.NaN;
  return lastMidnight;
};

const ZERO = 48;
const digits = (text: string, at: number, limit: number): number => {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  const both = tens * 10 + ones;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && both < limit ? both : Number.NaN;
};

/** The common form, `2026-11-21T09:15:30Z` or with three decimals, read without a regular expression; NaN for others. */
const plain = (text: string): number => {
  const length = text.length;
  const millis = length === 24;
  if (
    (!millis && length !== 20) ||
    text[10] !== "T" ||
    text[13] !== ":" ||
    text[16] !== ":" ||
    text[length - 1] !== "Z"
  )
    return Number.NaN;
  let fraction = 0;
  if (millis) {
    const hundreds = text.charCodeAt(20) - ZERO;
    if (text[19] !== "." || !(hundreds >= 0 && hundreds <= 9)) return Number.NaN;
    fraction = hundreds * 100 + digits(text, 21, 100);
  }
  return (
    midnightOf(text.slice(0, 10)) +
    digits(text, 11, 24) * 3_600_000 +
    digits(text, 14, 60) * 60_000 +
    digits(text, 17, 60) * 1_000 +
    fraction
  );
};

/**
 * Reads an RFC 3339 timestamp.
 * @returns milliseconds since 1970 UTC, finer fractions cut off; undefined when the text is none.
 */
export const parseInstant = (text: string): number | undefined => {
  const quick = plain(text);
  if (!Number.isNaN(quick)) return quick;
  const parts = RFC3339.exec(text);
  if (parts === null) return undefined;
  const [, date = "", hours, minutes, seconds, fraction = "", zone = "Z"] = parts;
  const millis = Number(fraction.padEnd(3, "0").slice(0, 3));
  const sign = zone[0] === "-" ? -1 : 1;
  const offsetMinutes = zone.length === 1 ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  const instant =
    midnightOf(date) +
    (Number(hours) * 60 + Number(minutes) - offsetMinutes) * 60_000 +
    Number(seconds) * 1_000 +
    millis;
  return Number.isNaN(instant) ? undefined : instant;
};

/** ISO 8601 UTC with milliseconds. */
export const isoOf = (instant: number): string => new Date(instant).toISOString();

/** The calendar date (`2026-11-21`) of an instant in an IANA time zone. */
export const dateIn = (timeZone: string, instant: number): string => {
  if (timeZone === "UTC") return isoOf(instant).slice(0, 10);
  let format = formats.get(timeZone);
  if (format === undefined) {
    // en-CA writes year-month-day.
    format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    formats.set(timeZone, format);
  }
  return format.format(instant);
};
const formats = new Map<string, Intl.DateTimeFormat>();

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Day of the week (0 is Monday) and hour of the day of an instant in an IANA time zone. */
export const hourOfWeekIn = (timeZone: string, instant: number): readonly [day: number, hour: number] => {
  let format = weekFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short", hour: "2-digit", hourCycle: "h23" });
    weekFormats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return [WEEKDAYS.indexOf(parts.get("weekday") ?? ""), Number(parts.get("hour"))];
};
const weekFormats = new Map<string, Intl.DateTimeFormat>();
