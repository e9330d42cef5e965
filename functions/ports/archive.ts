import type { Hour } from "../core/hour.ts";
import type { Day } from "../core/series.ts";
import type { TableName } from "../core/table.ts";

/**
 * A file that is made from what was published, and may be made again: the rows of a table that begin on a day, or how
 * far the tables of a workspace are made.
 */
export type Made =
  | { readonly table: TableName; readonly workspace: string; readonly start: Day }
  | { readonly progressOf: string };

/** A file as it stands; the tag is that of these bytes. */
export interface Standing {
  readonly bytes: Uint8Array;
  readonly tag: string;
}

/** Where published documents lie for good. Writing the same again leaves the same. */
export interface Archive {
  /** Writes an hour's `statistics.json`; an older revision is first copied to `superseded/…`. */
  write(workspace: string, hour: Hour, revision: number, bytes: Uint8Array): Promise<void>;
  /** Archived bytes; undefined when there are none. */
  read(workspace: string, hour: Hour): Promise<Uint8Array | undefined>;
  /** Bytes of an older revision that was replaced. */
  readSuperseded(workspace: string, hour: Hour, revision: number): Promise<Uint8Array | undefined>;
  readMade(file: Made): Promise<Standing | undefined>;
  /**
   * Puts a file where one with this tag stands, or where none does.
   * @returns false when something else stands there by now.
   */
  replaceMade(file: Made, bytes: Uint8Array, tag: string | undefined): Promise<boolean>;
}
