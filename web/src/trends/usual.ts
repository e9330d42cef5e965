import { ask } from "../api.ts";
import type { Definition } from "../documents.ts";
import type { Session } from "../session.ts";
import { DAY_MS } from "./bounds.ts";
import type { History } from "./sums.ts";

/** What is usual for an hour; null where too few weeks are known. */
export interface UsualHour {
  readonly start: string;
  readonly median: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A number of an hour that was far from the same hour of the weeks before. */
export interface Unusual {
  readonly start: string;
  readonly statistic: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly direction: "above" | "below";
}

/** What a range is held against. */
export interface Usual {
  /** Row by row of the range; undefined where the statistic or the range has none. */
  readonly band: readonly UsualHour[] | undefined;
  readonly unusual: readonly Unusual[];
}

const MOST_DAYS = 35;
const LISTED = "200";

const asking = (path: string, query: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(query).toString()}`;

const readBand = async (
  session: Session,
  { name: statistic, hasBaseline }: Definition,
  { from, to, interval }: History,
) =>
  interval !== "hour" || !hasBaseline || Date.parse(to) - Date.parse(from) > MOST_DAYS * DAY_MS
    ? undefined
    : (await ask<{ readonly hours: readonly UsualHour[] }>(session, asking("/v1/baseline", { statistic, from, to })))
        .hours;

/** What was usual in a history, and what was not: of the latter, the first couple of hundred. @throws Refused. */
export const readUsual = async (session: Session, statistic: Definition, history: History): Promise<Usual> => {
  const { from, to } = history;
  const [band, { anomalies }] = await Promise.all([
    readBand(session, statistic, history),
    ask<{ readonly anomalies: readonly Unusual[] }>(session, asking("/v1/anomalies", { from, to, limit: LISTED })),
  ]);
  return { band, unusual: anomalies };
};
