import type { BlobStore } from "../../ports/blobs.ts";
import type { Body } from "./bodies.ts";

/** Large bodies that are removed at once. */
const REMOVALS_AT_ONCE = 8;

/**
 * Removes large bodies of a kind whose names begin so. Done again it comes to the same.
 * @param isToGo of which names to remove; left out, all go.
 * @param most how many at most.
 * @returns how many were there.
 */
export const removeBodies = async (
  blobs: BlobStore,
  kind: Body["kind"],
  prefix: string,
  {
    isToGo = () => true,
    most = Infinity,
  }: { isToGo?: (name: string, writtenAt: number) => boolean; most?: number } = {},
): Promise<number> => {
  const names: string[] = [];
  for await (const { name, writtenAt } of blobs.list(kind, prefix)) {
    if (names.length >= most) break;
    if (isToGo(name, writtenAt)) names.push(name);
  }
  for (let at = 0; at < names.length; at += REMOVALS_AT_ONCE)
    await Promise.all(names.slice(at, at + REMOVALS_AT_ONCE).map((name) => blobs.remove(kind, name)));
  return names.length;
};
