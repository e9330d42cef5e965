import { Unreadable } from "./failure.ts";
import { isFields } from "./fields.ts";
import { isWorkspaceId } from "./workspace.ts";

/** A share of a job: workspaces for which it is to be done as of `now`, milliseconds since 1970 UTC. */
export interface Share {
  readonly workspaces: readonly string[];
  readonly now: number;
  /** 1 is the first; it rises when a workspace failed. */
  readonly attempt: number;
}

/** A share as it travels through a queue. */
export const shareText = ({ workspaces, now, attempt }: Share): string => JSON.stringify({ workspaces, now, attempt });

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

/**
 * Reads a share back.
 * @throws Unreadable when the text is anything else.
 */
export const shareIn = (text: string): Share => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Unreadable("the message is no JSON", { cause: error });
  }
  const { workspaces, now, attempt }: Partial<Record<keyof Share, unknown>> = isFields(value) ? value : {};
  if (!Array.isArray(workspaces) || workspaces.length === 0) throw new Unreadable("the message names no workspaces");
  if (!workspaces.every((id): id is string => typeof id === "string" && isWorkspaceId(id)))
    throw new Unreadable("the message names a workspace that can't be one");
  if (!isCount(now)) throw new Unreadable("the message does not say as of when");
  if (!isCount(attempt)) throw new Unreadable("the message does not count its attempts");
  return { workspaces, now, attempt };
};
