import { Failure } from "../core/failure.ts";
import type { Sets } from "../core/publication.ts";
import type { HashId } from "../core/hashed-ids.ts";
import type { Parts } from "./parts.ts";

/** Keys never change, so each is asked for once. */
const known = new WeakMap<object, Map<string, HashId>>();

/**
 * What hashes ids of a workspace.
 * @throws Failure `upstream.no-vault` when its key is not where it should be.
 */
export const hashOf = async ({ peopleKeys }: Pick<Parts, "peopleKeys">, workspace: string): Promise<HashId> => {
  const hashes = known.get(peopleKeys) ?? new Map<string, HashId>();
  known.set(peopleKeys, hashes);
  const found = hashes.get(workspace);
  if (found !== undefined) return found;
  const key = await peopleKeys.find(workspace);
  if (key === undefined)
    throw new Failure("upstream.no-vault", "The key that ids of this workspace are hashed with is not to be found.");
  const { hashingWith } = await import("../core/hashing.ts");
  const hash = hashingWith(key);
  hashes.set(workspace, hash);
  return hash;
};

/** Sets in which everybody and every room goes by a hash. What is hashed already needs no key. */
export const inHashes = async (parts: Pick<Parts, "peopleKeys">, workspace: string, sets: Sets): Promise<Sets> => {
  const { areHashed, hashedSets } = await import("../core/hashing.ts");
  return areHashed(sets) ? sets : hashedSets(sets, await hashOf(parts, workspace));
};

/** Letters and digits that are as hard to guess as 32 bytes. */
const KEY_CHARACTERS = 43;

/**
 * Sees to it that a workspace has a key before anything is hashed with it. Nothing happens to one that has ended.
 * @throws Failure `upstream.no-vault` when none can be kept, or theirs is lost.
 */
export const makeKey = async (
  parts: Pick<Parts, "workspaces" | "hours" | "peopleKeys" | "secret">,
  id: string,
): Promise<void> => {
  const workspace = await parts.workspaces.find(id);
  if (workspace === undefined || workspace.state === "ended") return;
  // Where ids are hashed already, another key would make other people of them: one that is lost is told, not replaced.
  if ((await parts.hours.head(id))?.hashed !== undefined) await hashOf(parts, id);
  else await parts.peopleKeys.make(id, parts.secret(KEY_CHARACTERS));
};
