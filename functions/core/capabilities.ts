import { FIGURES_OF_IMKIT } from "./imkit-figures.ts";
import { DERIVABLE } from "./derived-flows.ts";
import { STATISTICS, type StatisticName } from "./statistic.ts";
import type { Workspace } from "./workspace.ts";

/**
 * How a source comes to a statistic. counted: from every event. told: the server says it. pushed: only in reports that
 * it sends by itself. derived: the difference, or the highest, of what it says. unknown: it can't be known.
 */
export const CAPABILITIES = ["counted", "told", "pushed", "derived", "unknown"] as const;
/** How a number is come by. */
export type Capability = (typeof CAPABILITIES)[number];

/** What only the reports hold that an IMKit server pushes. */
const PUSHED: ReadonlySet<StatisticName> = new Set(["users.joined", "users.total"]);
const TOLD_BY_IMKIT: ReadonlySet<StatisticName> = new Set([...FIGURES_OF_IMKIT, "users.seen"]);

const ofImkit = (name: StatisticName): Capability => {
  if (PUSHED.has(name)) return "pushed";
  if (name === "connections.dayPeak") return "derived";
  return TOLD_BY_IMKIT.has(name) ? "told" : "unknown";
};

const ofRocketchat = (name: StatisticName, isTold: boolean): Capability => {
  if (isTold) return "told";
  return DERIVABLE.includes(name) ? "derived" : "unknown";
};

/** What a source can give, per statistic, in the order of documents. */
export const capabilitiesOf = (source: Workspace["source"]): ReadonlyMap<StatisticName, Capability> =>
  new Map(
    STATISTICS.map(({ name, rocketchat = [] }) => [
      name,
      source === "events" ? "counted" : source === "imkit" ? ofImkit(name) : ofRocketchat(name, rocketchat.length > 0),
    ]),
  );
