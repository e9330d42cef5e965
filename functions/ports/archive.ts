import type { Hour } from "../core/hour.ts";

/** Where published documents lie for good. Writing the same again leaves the same. */
export interface Archive {
  /** Writes an hour's `statistics.json`; an older revision is first copied to `superseded/…`. */
  write(workspace: string, hour: Hour, revision: number, bytes: Uint8Array): Promise<void>;
  /** Archived bytes; undefined when there are none. */
  read(workspace: string, hour: Hour): Promise<Uint8Array | undefined>;
  /** Bytes of an older revision that was replaced. */
  readSuperseded(workspace: string, hour: Hour, revision: number): Promise<Uint8Array | undefined>;
}
