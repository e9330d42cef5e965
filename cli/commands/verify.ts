import { type Command, InvalidArgumentError } from "commander";
import { type Hour, hourNamed } from "../../functions/core/hour.ts";
import type { Flaw } from "../../functions/core/verification.ts";
import { type Verified, verifyPublications } from "../../functions/tasks/verify-publications.ts";
import { grouped, terminal } from "../../local/terminal.ts";
import { FAILED } from "../exit-codes.ts";
import { Misuse } from "../misuse.ts";
import { addStoreOptions, type StoreFlags, withStore } from "../reach.ts";

interface Flags extends StoreFlags {
  readonly workspace?: string;
  readonly hour?: Hour;
  readonly from?: Hour;
  readonly to?: Hour;
  readonly json: boolean;
}

const hourArgument = (text: string): Hour => {
  const hour = hourNamed(text);
  if (hour === undefined) throw new InvalidArgumentError("Give an hour by its start, UTC, such as 2026-11-21T09.");
  return hour;
};

const LISTED = 20;

const lineOf = ({ number, hour, revision, where, problem }: Flaw): string => {
  const which = hour === null ? "" : ` (${hour}${revision === 0 ? "" : ` revision ${revision ?? "?"}`})`;
  return `  publication ${number ?? "?"}${which}, ${where}: ${problem}`;
};

const told = (workspace: string, { checked, unarchived, flaws, isWhole }: Verified): string => {
  const isOne = checked === 1;
  const walked = `${grouped(checked)} publication${isOne ? "" : "s"} of ${workspace}${isWhole ? "" : " in that range"}`;
  const waiting =
    unarchived === 0 ? "" : ` ${grouped(unarchived)} wait for the archive; the next hourly run writes them.`;
  if (flaws.length === 0) return `${walked} ${isOne ? "fits" : "fit"}: table, archive and chain agree.${waiting}\n`;
  const more = flaws.length > LISTED ? `\n  and ${grouped(flaws.length - LISTED)} more (--json lists all)` : "";
  return `${walked} ${isOne ? "was" : "were"} checked, and ${grouped(flaws.length)} ${flaws.length === 1 ? "thing does" : "things do"} not fit. Where to look first:\n${flaws.slice(0, LISTED).map(lineOf).join("\n")}${more}\n${waiting}`;
};

const run = async (flags: Flags): Promise<void> => {
  const { hour, from, to, json } = flags;
  const walk = hour === undefined ? { from, to } : { from: hour, to: hour + 1 };
  const progress = terminal(process.stderr);
  await withStore(flags, async ({ parts, workspace: standing }) => {
    const workspace = flags.workspace ?? standing;
    if (workspace === undefined) throw new Misuse("Name the workspace with --workspace.");
    const verified = await verifyPublications(parts)(workspace, {
      ...walk,
      onProgress: (checked, of) => progress.progress(`${grouped(checked)} of about ${grouped(of)} publications`),
    });
    process.stdout.write(json ? `${JSON.stringify({ workspace, ...verified })}\n` : told(workspace, verified));
    if (verified.flaws.length > 0) process.exitCode = FAILED;
  });
};

/** Adds `verify`. */
export const addVerify = (program: Command): void => {
  const verify = program
    .command("verify")
    .summary("hold every publication against its archive")
    .description(
      "hold every publication against table, archive and the one before, and name the first that does not fit",
    )
    .option("--workspace <id>", "whose history (default: the local runtime's own)")
    .option("--hour <hour>", "one hour alone", hourArgument)
    .option("--from <hour>", "first hour of a range", hourArgument)
    .option("--to <hour>", "the hour after its last one", hourArgument);
  addStoreOptions(verify)
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Reads and changes nothing. Ends with 0 when all fits, with 1 when something does not.

Example:
  tidemark verify --workspace demo --from 2026-11-01T00 --to 2026-11-08T00`,
    )
    .action(run);
};
