import { type ActiveHour, busiestOf, heatMapOf, mostActive } from "../core/activity.ts";
import { Failure } from "../core/failure.ts";
import { isHashed } from "../core/hashed-ids.ts";
import type { Hour } from "../core/hour.ts";
import type { Value } from "../core/roll-up.ts";
import { type HistoryParts, readHistory } from "./read-history.ts";
import { type ActiveUsers, readActiveUsers, readTurnover, type Turnover } from "./read-people.ts";
import { openUnions } from "./read-unions.ts";

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
    const { rows } = await readHistory(parts)(workspace, { statistics: ["messages.sent", "users.seen"], from, to });
    const active = rows.map((row, at) => ({
      hour: from + at,
      messages: numberOf(row["messages.sent"]),
      users: numberOf(row["users.seen"]),
    }));
    const head = await parts.hours.head(workspace);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
    const unions = await openUnions(parts, workspace, head, [{ from, to }]);
    const union = await unions.tally({ from, to });
    return {
      heatMap: heatMapOf(active, timeZone),
      busiest: busiestOf(active, LISTED),
      // Hashes name no room.
      rooms: mostActive(new Map([...(union?.rooms ?? [])].filter(([id]) => !isHashed(id))), LISTED),
      activeUsers: await readActiveUsers(parts)(workspace, timeZone),
      users: await readTurnover(parts)(workspace, { from, to }),
    };
  };
