import type { HourDelta } from "./delta.ts";
import { type Hour, MINUTE_MS, startOf } from "./hour.ts";
import { countMinutes, minutesBetween } from "./minutes.ts";
import type { Window } from "./observed.ts";

/** When a reporter was heard. */
export interface Heard {
  /** The second of its last word, milliseconds since 1970 UTC. */
  readonly lastHeardAt: number;
  /** Minutes of the window in which it said anything. */
  readonly minutes: number;
}

/** Who was heard from an hour on, by source, and in how many minutes of a window. */
export const heardFrom = (
  hours: ReadonlyMap<Hour, HourDelta>,
  first: Hour,
  window: Window,
): ReadonlyMap<string, Heard> => {
  const found = new Map<string, Heard>();
  for (const [hour, { reporters }] of hours) {
    if (hour < first) continue;
    const start = startOf(hour);
    const within = minutesBetween((window.start - start) / MINUTE_MS, (window.end - start) / MINUTE_MS);
    for (const [source, { heard, words }] of reporters) {
      const known = found.get(source) ?? { lastHeardAt: -Infinity, minutes: 0 };
      const shared = { low: heard.low & within.low, high: heard.high & within.high };
      found.set(source, {
        lastHeardAt: Math.max(known.lastHeardAt, start + (words.at(-1)?.[1] ?? 0) * 1_000),
        minutes: known.minutes + countMinutes(shared),
      });
    }
  }
  return found;
};
