import { Failure } from "./failure.ts";
import { endOf, type Hour, startOf } from "./hour.ts";
import type { Workspace } from "./workspace.ts";

/** Pauses that a workspace keeps; an hour remembers on its own why nobody observed it. */
const KEPT_PAUSES = 1_000;

/** Whether nothing was taken at some instant of `[from, to)`, milliseconds since 1970 UTC. */
export const isPausedWithin = ({ pauses }: Pick<Workspace, "pauses">, from: number, to: number): boolean =>
  pauses.some((pause) => pause.from < to && (pause.to ?? Infinity) > from);

/** Whether nothing was taken in all of an hour that is over: nobody observed it. Pauses that touch are one. */
export const isPausedThroughout = ({ pauses }: Pick<Workspace, "pauses">, hour: Hour): boolean =>
  pauses.reduce((until, { from, to }) => (from <= until ? Math.max(until, to ?? Infinity) : until), startOf(hour)) >=
  endOf(hour);

/**
 * Pauses a workspace from `now` on; one that is paused stays as it is. The oldest pauses go, but none that reaches into
 * an hour that is still to close: how it closes depends on it.
 * @param openFrom start of the first hour that is not closed, milliseconds since 1970 UTC.
 * @throws Failure `rate.exceeded` when too many lie in hours that are still to close.
 */
export const paused = (workspace: Workspace, now: number, openFrom: number): Workspace => {
  if (workspace.state !== "active") return workspace;
  // A clock that was set back must not make two pauses overlap.
  const from = Math.max(now, workspace.pauses.at(-1)?.to ?? -Infinity);
  const pauses = [...workspace.pauses, { from, to: null }];
  const gone = pauses.splice(0, Math.max(pauses.length - KEPT_PAUSES, 0));
  if (gone.some(({ to }) => to === null || to > openFrom))
    throw new Failure(
      "rate.exceeded",
      `This workspace was paused ${KEPT_PAUSES} times in hours that are still to close: wait until they are.`,
      { retryAfterSeconds: 3_600 },
    );
  return { ...workspace, state: "paused", pauses };
};

/** Ends the pause of a workspace at `now`; one that is not paused stays as it is. */
export const resumed = (workspace: Workspace, now: number): Workspace => {
  if (workspace.state !== "paused") return workspace;
  const pauses = workspace.pauses
    .map((pause) => (pause.to === null ? { ...pause, to: Math.max(now, pause.from) } : pause))
    .filter(({ from, to }) => from !== to);
  return { ...workspace, state: "active", pauses };
};

/**
 * Lets nothing in while a workspace is paused.
 * @throws Failure `workspace.paused`.
 */
export const mustTake = ({ id, state }: Workspace): void => {
  if (state === "paused")
    throw new Failure("workspace.paused", `Workspace ${id} is paused, and takes nothing until it is resumed.`, {
      workspace: id,
    });
};
