import { type ActiveHour, busiestOf, heatMapOf, mostActive } from "../core/activity.ts";
import { isHashed } from "../core/hashed-ids.ts";
import type { Hour } from "../core/hour.ts";
import type { Value } from "../core/roll-up.ts";
import { type HistoryParts, openSpans } from "./read-history.ts";
import { type ActiveUsers, readActiveUsers, timeBefore, type Turnover, turnoverIn } from "./read-people.ts";

const LISTED = 20;

/** When and where a workspace is active. */
export interface Activity {
  readonly heatMap: ReturnType<typeof heatMapOf>;
  readonly busiest: readonly ActiveHour[];
  readonly rooms: ReturnType<typeof mostActive>;
  readonly activeUsers: ActiveUsers;
  readonly users: Turnover;
}

const numberOf = (value: Value | undefined): number | null => (typeof value === "number" ? value : null);

/**
 * When and where a workspace was active in the hours `[from, to)`: by hour of the week in a time zone, its busiest hours,
 * its most active rooms; how many were active lately, and who came, came back, stayed and went.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const readActivity =
  (parts: HistoryParts) =>
  async (
    workspace: string,
    { from, to, timeZone }: { readonly from: Hour; readonly to: Hour; readonly timeZone: string },
  ): Promise<Activity> => {
    const range = { from, to };
    const [spans, activeUsers] = await Promise.all([
      openSpans(parts)(workspace, {
        statistics: ["messages.sent", "users.seen"],
        ranges: [range, timeBefore(range)],
      }),
      readActiveUsers(parts)(workspace, timeZone),
    ]);
    const active = spans.hours(range).map(({ published }, at) => ({
      hour: from + at,
      messages: numberOf(published?.values["messages.sent"]),
      users: numberOf(published?.values["users.seen"]),
    }));
    const union = await spans.unions.tally(range);
    return {
      heatMap: heatMapOf(active, timeZone),
      busiest: busiestOf(active, LISTED),
      // Hashes name no room.
      rooms: mostActive(new Map([...(union?.rooms ?? [])].filter(([id]) => !isHashed(id))), LISTED),
      activeUsers,
      users: await turnoverIn(parts, workspace, spans, range),
    };
  };
