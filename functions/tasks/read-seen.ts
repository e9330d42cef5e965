import { Failure } from "../core/failure.ts";
import { namedFrom } from "../core/hashed-ids.ts";
import { type Hour, hourName } from "../core/hour.ts";
import type { Parts } from "./parts.ts";
import { readSnapshot } from "./read-statistics.ts";

/** A page of the ids of who was seen, in their order. */
export interface Seen {
  /** How many were seen in all. */
  readonly count: number;
  readonly users: readonly string[];
  /** The last id of this page when there are more. */
  readonly next: string | undefined;
}

/**
 * Who was seen in a closed hour: its document says how many, and never who. `after` is the last id of the page before.
 * @throws Failure `snapshot.missing`, or `hour.still-open` for one that is to come.
 */
export const readSeen =
  (parts: Pick<Parts, "log" | "hours" | "snapshots" | "clock">) =>
  async (
    workspace: string,
    hour: Hour,
    { limit, after }: { readonly limit: number; readonly after: string | undefined },
  ): Promise<Seen> => {
    await readSnapshot(parts)(workspace, hour);
    const head = await parts.hours.head(workspace);
    const isNamed = head !== undefined && hour >= namedFrom(head);
    const sets = isNamed ? await parts.snapshots.sets(workspace, hour) : undefined;
    if (sets === undefined)
      throw new Failure(
        "snapshot.missing",
        "Who was seen in this hour is no longer kept; its snapshot says how many.",
        {
          hour: hourName(hour),
        },
      );
    const ids = sets.users.map(([id]) => id).toSorted();
    const left = after === undefined ? ids : ids.filter((id) => id > after);
    const users = left.slice(0, limit);
    return { count: ids.length, users, next: left.length > limit ? users.at(-1) : undefined };
  };
