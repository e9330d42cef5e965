import type { Command } from "commander";
import { migrateWorkspaces, type Migrated } from "../../functions/tasks/migrate-workspaces.ts";
import { grouped, terminal } from "../../local/terminal.ts";
import { addStoreOptions, type StoreFlags, withStore } from "../reach.ts";

interface Flags extends StoreFlags {
  readonly json: boolean;
}

const told = ({ layout, migrated, current }: Migrated): string =>
  `${grouped(migrated)} brought to layout ${layout}, ${grouped(current)} had it.\n`;

const run = async (flags: Flags): Promise<void> => {
  const progress = terminal(process.stderr);
  await withStore(flags, async ({ parts, places }) => {
    const { layoutsOf } = await import("../../functions/adapters/compose-layouts.ts");
    const migrated = await migrateWorkspaces({ ...parts, layouts: layoutsOf(places) })((looked) =>
      progress.progress(`${grouped(looked)} workspaces looked at`),
    );
    process.stdout.write(flags.json ? `${JSON.stringify(migrated)}\n` : told(migrated));
  });
};

/** Adds `workspace migrate`. */
export const addMigrate = (workspace: Command): void => {
  const migrate = workspace
    .command("migrate")
    .summary("bring every workspace to the present layout")
    .description("bring every workspace's items to the layout that this version writes");
  addStoreOptions(migrate)
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Nobody has to: whatever writes to a workspace does so on its way, within the hour for all that are not paused. It
tells that none is behind before a version that no longer reads the old layout is deployed. Safe while Tidemark runs.

Example:
  tidemark workspace migrate`,
    )
    .action(run);
};
