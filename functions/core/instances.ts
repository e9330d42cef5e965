import { type HourDelta, SILENCE_SECONDS } from "./delta.ts";
import type { InstanceReport } from "./event.ts";
import type { Hour } from "./hour.ts";

/** The last an instance said, and when: milliseconds since 1970 UTC. */
export interface Heard {
  readonly time: number;
  readonly report: InstanceReport;
}

/** When its process started; undefined where it did not tell for how long it had been running. */
export const startOfInstance = ({ time, report }: Heard): number | undefined =>
  report.uptime === undefined ? undefined : time - report.uptime * 1_000;

const rank = (heard: Heard): number => startOfInstance(heard) ?? -Infinity;

/** Instances that were heard at `from` or later, each by its last word; the most recently started first. */
export const instancesHeard = (hours: ReadonlyMap<Hour, HourDelta>, from: number): Heard[] => {
  const latest = new Map<string, Heard>();
  for (const delta of hours.values())
    for (const [id, { time, report }] of delta.instances)
      if (time >= (latest.get(id)?.time ?? from)) latest.set(id, { time, report });
  // Two without a start would differ by NaN, which is no difference either.
  return [...latest.values()].toSorted((a, b) => rank(b) - rank(a) || (a.report.id < b.report.id ? -1 : 1));
};

/** Until when an instance counts as live, inclusively: after three minutes of silence it is gone. */
export const liveUntil = ({ time }: Pick<Heard, "time">): number => time + SILENCE_SECONDS * 1_000;
