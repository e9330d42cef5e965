import { ask } from "../api.ts";
import type { Definition } from "../documents.ts";
import type { Session } from "../session.ts";
import { timesIn, type Times } from "../times.ts";
import type { Interval, Moment } from "./asked.ts";
import { type Bounds, HOUR_MS } from "./bounds.ts";
import type { History } from "./sums.ts";

const asking = (path: string, query: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(query).toString()}`;

/** What statistics were within bounds, in a time zone. @throws Refused. */
export const readHistory = (
  session: Session,
  metrics: readonly string[],
  bounds: Bounds,
  { interval, zone }: { readonly interval: Interval; readonly zone: string },
): Promise<History> =>
  ask(session, asking("/v1/history", { metrics: metrics.join(","), ...bounds, interval, tz: zone }));

/** A headline number beside that of the period before. */
export interface Headline extends Pick<Definition, "name" | "kind" | "unit" | "label"> {
  readonly value: number | null;
  readonly previous: number | null;
  readonly changeRatio: number | null;
  readonly good: "up" | "down" | null;
}

/** A period up to the last closed hour. */
export interface Summary {
  readonly from: string;
  readonly to: string;
  readonly previous: { readonly from: string; readonly to: string };
  readonly statistics: readonly Headline[];
}

/** What a period comes to. @throws Refused. */
export const readSummary = (session: Session, period: string): Promise<Summary> =>
  ask(session, asking("/v1/summary", { period }));

interface ActiveUsers {
  readonly from: string;
  readonly to: string;
  readonly users: number | null;
}

/** When and where people are active, and who they are. */
export interface Activity {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly heatMap: readonly (readonly { readonly hours: number; readonly mean: number | null }[])[];
  readonly busiestHours: readonly {
    readonly start: string;
    readonly messages: number | null;
    readonly users: number | null;
  }[];
  readonly mostActiveRooms: readonly { readonly id: string; readonly messages: number }[];
  /** As of the last day that is over. */
  readonly activeUsers: Readonly<Record<"day" | "week" | "month", ActiveUsers>>;
  /** Of the range. */
  readonly users: Readonly<Record<"active" | "new" | "returning" | "retained" | "lost", number | null>> & {
    readonly previous: ActiveUsers;
  };
}

/** When and where people were active, in the workspace's time zone. @throws Refused. */
export const readActivity = (session: Session, from: number, to: number): Promise<Activity> =>
  ask(session, asking("/v1/activity", { from: new Date(from).toISOString(), to: new Date(to).toISOString() }));

/** The moment of a view, and the time zone of its days. */
export interface Present extends Moment {
  readonly times: Times;
  /** When the next hour closes; null when none will. */
  readonly nextRunAt: string | null;
}

interface Health {
  readonly checkedAt: string;
  readonly lastClosedHour: string | null;
  readonly nextRunAt: string | null;
}

/** What time it is by the server's clock, and the workspace's zone: every reader may know it. @throws Refused. */
export const readPresent = async (session: Session): Promise<Present> => {
  const [health, days] = await Promise.all([
    ask<Health>(session, "/v1/health"),
    ask<History>(session, asking("/v1/history", { metrics: "messages.sent", interval: "day" })),
  ]);
  const { dateOf, ...times } = timesIn(days.tz);
  const now = Date.parse(health.checkedAt);
  const closed =
    health.lastClosedHour === null
      ? Math.floor(now / HOUR_MS) * HOUR_MS
      : Date.parse(`${health.lastClosedHour}:00:00Z`) + HOUR_MS;
  return { now, closed, dateOf, times: { ...times, dateOf }, nextRunAt: health.nextRunAt };
};
