import type { Value } from "./roll-up.ts";
import { type StatisticKind, STATISTICS, type StatisticName, type Unit } from "./statistic.ts";

/** Lengths of time that are summed up, in hours. */
export const PERIODS = { "24h": 24, "7d": 7 * 24, "30d": 30 * 24, "90d": 90 * 24 } as const;
/** A period that a summary may be asked of. */
export type Period = keyof typeof PERIODS;

/** What is told at a glance, and which direction of each is good; null where neither is. */
const HEADLINES: readonly (readonly [name: StatisticName, good: "up" | "down" | null])[] = [
  ["users.seen", "up"],
  ["users.joined", "up"],
  ["users.total", "up"],
  ["messages.sent", "up"],
  ["messages.removed", "down"],
  ["rooms.used", "up"],
  ["rooms.opened", "up"],
  ["uploads.added", null],
  ["uploads.addedBytes", null],
  ["connections.peak", null],
  ["memory.freeLow", "up"],
];

/** Names of the headlines. */
export const HEADLINE_NAMES: readonly StatisticName[] = HEADLINES.map(([name]) => name);

/** A headline number, held against the period before. */
export interface Headline {
  readonly name: StatisticName;
  readonly label: string;
  readonly kind: StatisticKind;
  readonly unit: Unit;
  readonly value: number | null;
  readonly previous: number | null;
  /** `value` less `previous`; null when one of them is not known. */
  readonly change: number | null;
  /** The change as a share of `previous`; null when that is nothing or not known. */
  readonly changeRatio: number | null;
  /** The direction that is good. */
  readonly good: "up" | "down" | null;
}

const numberOf = (value: Value | undefined): number | null => (typeof value === "number" ? value : null);

/** Headline numbers of a period beside those of the one before; both by the name of the statistic. */
export const headlinesOf = (
  values: Readonly<Record<string, Value>>,
  previous: Readonly<Record<string, Value>>,
): readonly Headline[] =>
  HEADLINES.flatMap(([name, good]) => {
    const row = STATISTICS.find((one) => one.name === name);
    if (row === undefined) return [];
    const [now, before] = [numberOf(values[name]), numberOf(previous[name])];
    const change = now === null || before === null ? null : now - before;
    return [
      {
        name,
        label: row.label ?? name,
        kind: row.kind,
        unit: row.unit,
        value: now,
        previous: before,
        change,
        changeRatio: change === null || before === null || before === 0 ? null : change / before,
        good,
      },
    ];
  });
