import { DAY_MS } from "../../core/hour.ts";
import type { Blobs } from "../../ports/blobs.ts";
import type { Item, Table } from "./table.ts";

/** What log and hours are made from. `expires` is off in drills, whose clock is not the table's. */
export interface StoreOptions {
  readonly table: Table;
  readonly blobs: Blobs;
  readonly expires: boolean;
}

/** Epoch seconds at which TTL may delete an item, or nothing in a drill. */
export const expiry = (expires: boolean, from: number, days: number): Item =>
  expires ? { expiresAt: Math.ceil((from + days * DAY_MS) / 1_000) } : {};
