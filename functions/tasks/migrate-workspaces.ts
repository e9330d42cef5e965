import { Failure } from "../core/failure.ts";
import type { Layouts } from "../ports/layouts.ts";
import type { Parts } from "./parts.ts";

/** What a walk over all workspaces found and did. */
export interface Migrated {
  readonly layout: number;
  /** Workspaces that were brought to it. */
  readonly migrated: number;
  /** Workspaces that had it. */
  readonly current: number;
}

/** What migrating works with. */
export type MigrateParts = Pick<Parts, "hours" | "workspaces"> & { readonly layouts: Layouts };

/** Tries against folders and closers, each of whom brings the head to the layout, too. */
const TRIES = 20;

/** @returns whether there was anything to do. */
const migrate = async ({ hours, layouts }: MigrateParts, workspace: string): Promise<boolean> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const layout = await layouts.of(workspace);
    if (layout === undefined || layout === layouts.current) return tries > 0;
    const head = await hours.head(workspace);
    // Read in any layout, written in this one.
    if (head !== undefined && (await hours.advance(workspace, head, new Map())) !== undefined) return true;
  }
  throw new Failure("store.busy", `Others kept moving the head of ${workspace}; try again.`);
};

/**
 * Brings every workspace that has not ended to the present layout, as the next write to each would do anyway. Safe
 * while all of it is served, and to be broken off and repeated.
 * @throws Failure `store.newer`, `store.busy`.
 */
export const migrateWorkspaces =
  (parts: MigrateParts) =>
  async (onProgress: (looked: number) => void = () => undefined): Promise<Migrated> => {
    let migrated = 0;
    let looked = 0;
    let after: string | undefined;
    do {
      const page = await parts.workspaces.list(after);
      for (const id of page.ids) {
        if (await migrate(parts, id)) migrated++;
        onProgress(++looked);
      }
      after = page.next;
    } while (after !== undefined);
    return { layout: parts.layouts.current, migrated, current: looked - migrated };
  };
