import { Failure } from "../../core/failure.ts";
import type { Head } from "../../core/head.ts";
import { anyNumberIn } from "./attributes.ts";

/** How this version lays a workspace's items out. A head says it; every writer reads the head before it writes. */
export const LAYOUT = 3;
/** How stores were laid out before they said so. */
const FIRST = 1;

/** What a head lacked in each layout before this one, and has from the next on. */
const GAINED: Readonly<Record<number, (stored: Partial<Head>) => Partial<Head>>> = {
  // From before there were series and baselines: it had none of them to its name.
  [FIRST]: () => ({ unpacked: [], judged: null }),
  // From before it listed what was published last: each of those has an item. Which of them rewrote an old hour it does
  // not say either, so whatever is published while the version before is still at work may have.
  2: ({ publication }) => ({ recent: [], rewritten: publication?.number ?? 0 }),
};

/**
 * The layout that a head's item says it has.
 * @throws Failure `store.newer` for one that this version can't know.
 */
export const layoutIn = (item: Readonly<Record<string, unknown>>): number => {
  const layout = anyNumberIn(item, "layout") ?? FIRST;
  if (layout > LAYOUT)
    throw new Failure("store.newer", `A newer version wrote this (layout ${layout}, known to ${LAYOUT}): deploy that.`);
  return layout;
};

/** A head as this version has it, of one that was stored in some layout up to this one. */
export const upgraded = (stored: Partial<Head>, layout: number): Head => {
  let head = stored;
  for (let at = layout; at < LAYOUT; at++) head = { ...GAINED[at]?.(head), ...head };
  return head as Head;
};
