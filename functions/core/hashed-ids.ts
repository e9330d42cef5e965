import type { Head } from "./head.ts";
import type { Hour } from "./hour.ts";

/** Begins what is no id any more. Ids have no control characters, so none is mistaken for one. */
export const HASHED = "\u0001";

/** Whether an id was hashed. */
export const isHashed = (id: string): boolean => id.startsWith(HASHED);

/** Another name for an id, the same each time; a name stays what it is. */
export type HashId = (id: string) => string;

/** The hour before which nobody may be named: ids are hashed there, or gone. */
export const namedFrom = ({ people, hashed }: Head): Hour =>
  Math.max(people?.from ?? -Infinity, hashed?.from ?? -Infinity);
