import type { Command } from "commander";
import { namesOf } from "../../functions/core/vocabulary.ts";
import type { Forgotten, Found } from "../../functions/tasks/forget-everywhere.ts";
import { grouped, terminal } from "../../local/terminal.ts";
import { FAILED } from "../exit-codes.ts";
import { Misuse } from "../misuse.ts";
import { addStoreOptions, type StoreFlags, withStore } from "../reach.ts";

interface Flags extends StoreFlags {
  readonly workspace?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** The contract's bound of an id. */
const LONGEST_ID_BYTES = 128;

const PLACES: Readonly<Record<keyof Found, string>> = {
  directory: "the directory",
  rooms: "direct rooms named by the id",
  segments: "the log",
  hours: "hours that are still kept by the minute",
  sets: "who was seen, hour by hour",
  unions: "who was seen, by day, week and month",
  firsts: "who was seen first when",
  reports: "what an IMKit server reported",
  lists: "full lists on their way in (dropped: send them again)",
  strays: "large bodies that were replaced",
};

const told = (workspace: string, { found, left }: Forgotten, isDry: boolean): string => {
  const places = namesOf(PLACES).filter((place) => found[place] > 0);
  const lines = places.map((place) => `  ${grouped(found[place]).padStart(9)}  ${PLACES[place]}\n`).join("");
  const rest =
    left === 0
      ? ""
      : `${grouped(left)} large ${left === 1 ? "body" : "bodies"} may be on the way into the store: run this again in an hour.\n`;
  if (places.length === 0 && left === 0) return `${workspace} does not name this user anywhere.\n`;
  return `${workspace} ${isDry ? "names this user in" : "has forgotten this user, who was named in"}\n${lines}${rest}`;
};

const run = async (userId: string, flags: Flags): Promise<void> => {
  if (userId === "" || Buffer.byteLength(userId) > LONGEST_ID_BYTES)
    throw new Misuse(`Give the user's id in the chat, 1 to ${LONGEST_ID_BYTES} bytes.`);
  await withStore(flags, async ({ parts, places, workspace: standing }) => {
    const workspace = flags.workspace ?? standing;
    if (workspace === undefined) throw new Misuse("Name the workspace with --workspace.");
    const { forgetUser } = await import("../../functions/tasks/forget-user.ts");
    const { forgettingParts } = await import("../../functions/adapters/compose-forgetting.ts");
    const progress = terminal(process.stderr);
    const forgotten = await forgetUser({ ...parts, ...forgettingParts(places) })({
      workspace,
      userId,
      isDry: flags.dryRun,
      onProgress: (looked) => progress.progress(`${grouped(looked)} places looked at`),
    });
    const { found, left } = forgotten;
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ workspace, dryRun: flags.dryRun, found, left })}\n`
        : told(workspace, forgotten, flags.dryRun),
    );
    if (left > 0) process.exitCode = FAILED;
  });
};

/** Adds `forget`. */
export const addForget = (program: Command): void => {
  const forget = program
    .command("forget")
    .summary("put a pseudonym in the place of a user's id")
    .description("put a new pseudonym in the place of a user's id, everywhere; no number changes")
    .argument("<user id>", "as the chat server names the user in its events")
    .option("--workspace <id>", "whose user (default: the local runtime's own workspace)")
    .option("--dry-run", "change nothing, and say where the user is named and how often", false);
  addStoreOptions(forget)
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Remove the user from the chat first: an event or a list that names the id later makes a new user of it, and whoever
still counts as a user goes on counting, under the pseudonym, until the next full list. Published documents hold no
ids, so \`verify\` passes as before. Safe while Tidemark runs; after a crash run it again, it goes on. Backups made
before, and a table's point-in-time recovery, still hold the id. Ends with 1 when something is left for later.

Example:
  tidemark forget 5fKbQm2ZyTgLrP9wX --workspace demo --dry-run`,
    )
    .action(run);
};
