import { useAsking } from "../asking.ts";
import { type Loaded, useLoaded } from "../loaded.ts";
import { DAY_MS, HOUR_MS } from "./bounds.ts";
import { type Activity, type Present, readActivity } from "./series.ts";
import type { History } from "./sums.ts";

/** When and where people are active. */
export interface Active {
  /** In what is shown. */
  readonly range: Activity;
  /** In four weeks at least, so that every hour of the week comes as often. */
  readonly weeks: Activity;
}

const LEAST_MS = 28 * DAY_MS;

/** Loads the activity of a history, as far as its hours are closed. */
export const useActive = (now: History | undefined, present: Present | undefined): Loaded<Active | undefined> => {
  const { session, notice } = useAsking();
  const load = async (): Promise<Active | undefined> => {
    if (now === undefined || present === undefined) return undefined;
    const to = Math.max(Math.min(Date.parse(now.to), present.closed), Date.parse(now.from) + HOUR_MS);
    const from = Date.parse(now.from);
    const range = readActivity(session, from, to);
    const weeks = to - from >= LEAST_MS ? range : readActivity(session, to - LEAST_MS, to);
    return { range: await range, weeks: await weeks };
  };
  return useLoaded(`${now?.from ?? ""} ${now?.to ?? ""}`, load, notice);
};
