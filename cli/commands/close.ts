import type { Command } from "commander";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { grouped, terminal } from "../../local/terminal.ts";
import { Misuse } from "../misuse.ts";
import { addStoreOptions, type StoreFlags, withStore } from "../reach.ts";

interface Flags extends StoreFlags {
  readonly workspace?: string;
  readonly json: boolean;
}

const run = async (flags: Flags): Promise<void> => {
  await withStore(flags, async ({ parts, workspace: standing }) => {
    const workspace = flags.workspace ?? standing;
    if (workspace === undefined) throw new Misuse("Name the workspace with --workspace.");
    const close = closeDueHours(parts);
    // Not before the grace is over: what comes in it would restate the hour.
    const now = parts.clock() - parts.graceSeconds * 1_000;
    const progress = terminal(process.stderr);
    let closed = 0;
    let restated = 0;
    for (let remaining = 1; remaining > 0;) {
      const done = await close(workspace, { now });
      closed += done.closed;
      restated += done.restated;
      // What a run can't do, the next one can't either.
      remaining = done.closed + done.restated === 0 ? 0 : done.remaining;
      progress.progress(`${grouped(closed)} hours closed, ${grouped(remaining)} to go`);
    }
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ workspace, closed, restated })}\n`
        : `${workspace}: ${grouped(closed)} hours closed, ${grouped(restated)} restated.\n`,
    );
  });
};

/** Adds `close`. */
export const addClose = (program: Command): void => {
  const close = program
    .command("close")
    .summary("close the hours that are due now")
    .description("close the hours that are due now, as the hourly run does")
    .option("--workspace <id>", "whose hours (default: the local runtime's own workspace)");
  addStoreOptions(close)
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Safe beside the hourly run and as often as one likes: each hour is closed once.

Example:
  tidemark close --workspace demo`,
    )
    .action(run);
};
