import { LOCALE, UNKNOWN } from "./words.ts";

/** Times as the reader's language writes them and a time zone's clocks show them; `null` and the like are unknown. */
export interface Times {
  /** IANA name. */
  readonly zone: string;
  /** A date and a time, with the zone's short name. */
  readonly instant: (value: unknown) => string;
  /** A time of day, with the zone's short name. */
  readonly clock: (value: unknown) => string;
  readonly day: (value: unknown) => string;
  /** A time on an axis, seconds since 1970: the day where it begins, the hour within it. */
  readonly axis: (seconds: number) => string;
  /** The date, such as `2026-11-21`, of an instant in milliseconds since 1970. */
  readonly dateOf: (instant: number) => string;
}

const isKnown = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";

const DAY = { day: "numeric", month: "short", year: "numeric" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;

/** How times are told in a time zone. */
export const timesIn = (zone: string): Times => {
  const format = (options: Intl.DateTimeFormatOptions, locale = LOCALE) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  const told = (options: Intl.DateTimeFormatOptions) => {
    const made = format(options);
    return (value: unknown): string => (isKnown(value) ? made.format(new Date(value)) : UNKNOWN);
  };
  const [shortDay, shortClock] = [format({ day: "numeric", month: "short" }), format(CLOCK)];
  const sortable = format({ year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA");
  const within = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, "en-GB");
  return {
    zone,
    instant: told({ ...DAY, ...CLOCK, timeZoneName: "short" }),
    clock: told({ ...CLOCK, timeZoneName: "short" }),
    day: told(DAY),
    axis: (seconds) => {
      const at = new Date(seconds * 1_000);
      return within.format(at) === "00:00" ? shortDay.format(at) : shortClock.format(at);
    },
    dateOf: (instant) => sortable.format(new Date(instant)),
  };
};

/** Times of the hours themselves, which are UTC. */
export const UTC_TIMES: Times = timesIn("UTC");
export const { instant, clock: clockTime, day } = UTC_TIMES;
