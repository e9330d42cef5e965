import { KEYS } from "../../contract.ts";
import type { Publication } from "../../core/publication.ts";
import { type Hour, hourName } from "../../core/hour.ts";
import { type Body, ownedBy, pressed } from "./bodies.ts";
import type { Item } from "./table.ts";

/**
 * Compressed sets of so many bytes lie beside their document, where an item of their own would cost as much as the
 * document; larger ones lie apart, and those of before there was a choice.
 */
const BESIDE_BYTES = 4_096;
/** The attribute of a snapshot's item that holds its sets. */
export const BESIDE = "sets";

/** The body of a publication's sets. */
export const setsBody = (workspace: string, { hour, sets }: Pick<Publication, "hour" | "sets">): Body => ({
  kind: "sets",
  bytes: pressed(JSON.stringify(sets)),
  prefix: ownedBy(KEYS.sets(workspace, hourName(hour))),
});

/** Whether sets lie beside their document; `stored` are the attributes of their body. */
const areBeside = ({ body }: Item): boolean => body instanceof Uint8Array && body.length <= BESIDE_BYTES;

/** What a snapshot's item has of its sets. */
export const setsBeside = (stored: Item): Item => (areBeside(stored) ? { [BESIDE]: stored["body"] } : {});

/** The item of sets that lie apart. */
export const setsApart = (workspace: string, hour: Hour, stored: Item): readonly Item[] =>
  areBeside(stored) ? [] : [{ ...KEYS.sets(workspace, hourName(hour)), ...stored }];

/** Sort keys of every revision of the hours `[from, to)`. */
export const revisionsBetween = (
  workspace: string,
  from: Hour,
  to: Hour,
): { readonly pk: string; readonly bounds: { readonly from: string; readonly to: string } } => ({
  pk: KEYS.snapshot(workspace, hourName(from), 0).pk,
  // The sort key of a revision is longer than its hour's name, so the name of `to` itself lies before its hour.
  bounds: { from: hourName(from), to: hourName(to) },
});
