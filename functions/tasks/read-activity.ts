import { type ActiveHour, busiestOf, heatMapOf, mostActive } from "../core/activity.ts";
import { Failure } from "../core/failure.ts";
import type { Hour } from "../core/hour.ts";
import type { Value } from "../core/roll-up.ts";
import type { Parts } from "./parts.ts";
import { readHistory } from "./read-history.ts";

/** Hours that one answer is made from: who wrote where is read hour by hour. */
export const ACTIVITY_HOURS = 92 * 24;
const LISTED = 20;

/** When and where a workspace is active. */
export interface Activity {
  readonly heatMap: ReturnType<typeof heatMapOf>;
  readonly busiest: readonly ActiveHour[];
  readonly rooms: ReturnType<typeof mostActive>;
}

const numberOf = (value: Value | undefined): number | null => (typeof value === "number" ? value : null);

/**
 * When and where a workspace was active in the hours `[from, to)`: by hour of the week in a time zone, its busiest hours,
 * its most active rooms.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const readActivity =
  (parts: Pick<Parts, "hours" | "snapshots" | "series">) =>
  async (
    workspace: string,
    { from, to, timeZone }: { readonly from: Hour; readonly to: Hour; readonly timeZone: string },
  ): Promise<Activity> => {
    if (to - from > ACTIVITY_HOURS)
      throw new Failure(
        "range.invalid",
        `The range holds ${to - from} hours: ask for at most ${ACTIVITY_HOURS} at once.`,
        {
          parameter: "from",
        },
      );
    const { rows } = await readHistory(parts)(workspace, { statistics: ["messages.sent", "users.seen"], from, to });
    const active = rows.map((row, at) => ({
      hour: from + at,
      messages: numberOf(row["messages.sent"]),
      users: numberOf(row["users.seen"]),
    }));
    const rooms = new Map<string, number>();
    for await (const [, sets] of parts.snapshots.setsBetween(workspace, from, to))
      for (const [id, messages] of sets.rooms) rooms.set(id, (rooms.get(id) ?? 0) + messages);
    return {
      heatMap: heatMapOf(active, timeZone),
      busiest: busiestOf(active, LISTED),
      rooms: mostActive(rooms, LISTED),
    };
  };
