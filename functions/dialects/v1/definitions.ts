import { JUDGED } from "../../core/baseline.ts";
import { INFORMATION } from "../../core/information.ts";
import { type StatisticKind, STATISTICS } from "../../core/statistic.ts";

/** How values of hours become the value of a longer time, by kind. */
export const ROLL_UPS: Readonly<Record<StatisticKind, string>> = {
  level: "last",
  flow: "sum",
  peak: "max",
  low: "min",
  distinct: "union",
  time: "max",
};

/** What a statistic's value is about: the end of its window, or all of it. */
export const WINDOWS = { end: "as of the window's end", whole: "over the window" } as const;

const windowOf = (kind: StatisticKind): string => (kind === "level" || kind === "time" ? WINDOWS.end : WINDOWS.whole);

/** A statistic as callers see it. */
export interface Definition {
  readonly name: string;
  readonly kind: StatisticKind;
  readonly unit: string;
  readonly window: string;
  readonly rollUp: string;
  readonly definition: string;
  readonly label: string | null;
  /** Whether an hour of the week has a usual value, that hours are held against. */
  readonly hasBaseline: boolean;
  readonly dialects: { readonly rocketchat: readonly string[]; readonly imkit: readonly string[] };
}

/** Every row of the registry. */
export const definitions = (): Definition[] =>
  STATISTICS.map(({ name, kind, unit, definition, label, rocketchat, imkit }) => ({
    name,
    kind,
    unit,
    window: windowOf(kind),
    rollUp: ROLL_UPS[kind],
    definition,
    label: label ?? null,
    hasBaseline: JUDGED.includes(name),
    dialects: { rocketchat: rocketchat ?? [], imkit: imkit === undefined ? [] : [imkit] },
  }));

/** The answer of `GET /v1/definitions`. */
export const definitionsBody = (): string =>
  JSON.stringify({
    statistics: definitions(),
    information: INFORMATION.map(({ name, definition, label, rocketchat }) => ({
      name,
      definition,
      label: label ?? null,
      dialects: { rocketchat: rocketchat ?? [], imkit: [] },
    })),
  });
