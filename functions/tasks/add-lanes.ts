import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import type { Parts } from "./parts.ts";

/** Lanes at most: a fold asks each of them for what is new, so each costs a read even when it is idle. */
export const LANES_AT_MOST = 64;
/** Tries against folders and closers, who move the head as well. */
const TRIES = 50;
const ACT_ID_CHARACTERS = 17;

type LaneParts = Pick<Parts, "hours" | "audit" | "clock" | "secret">;

const mustBeWhole = (lanes: number, before: number): void => {
  if (Number.isInteger(lanes) && lanes >= before && lanes <= LANES_AT_MOST) return;
  throw new Failure(
    "parameter.invalid",
    `lanes must be a whole number from ${before}, of which it has no fewer any more, to ${LANES_AT_MOST}.`,
    { parameter: "lanes" },
  );
};

const withLanes = (head: Head, lanes: number): Head => ({
  ...head,
  positions: [...head.positions, ...Array.from({ length: lanes - head.positions.length }, () => 0)],
});

/**
 * Gives a workspace's log more lanes, for writers who keep losing the race for the tail of those there are. Folders
 * learn of a lane before any writer does, who takes a head as seen for a minute; so no segment is ever passed over.
 * @returns how many there were.
 * @throws Failure `parameter.invalid` for fewer than there are, or too many; `workspace.missing`, `store.busy`.
 */
export const addLanes =
  (parts: LaneParts) =>
  async (workspace: string, lanes: number, by: string): Promise<number> => {
    for (let tries = 0; tries < TRIES; tries++) {
      const head = await parts.hours.head(workspace);
      if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
      const before = head.positions.length;
      mustBeWhole(lanes, before);
      if (lanes === before) return before;
      const act = {
        workspace,
        id: parts.secret(ACT_ID_CHARACTERS),
        at: parts.clock(),
        by,
        action: "workspace.lanes-added",
        details: { from: before, to: lanes },
      };
      if ((await parts.hours.advance(workspace, withLanes(head, lanes), new Map(), [act])) !== undefined) return before;
    }
    throw new Failure("store.busy", "Others kept moving this workspace's head; try again.");
  };
