import { type Command, Option } from "commander";
import { Failure } from "../../functions/core/failure.ts";
import { INTERVALS } from "../../functions/core/calendar.ts";
import { historyPage } from "../../functions/dialects/v1/bodies/history.ts";
import { historyQuery, historyRange } from "../../functions/dialects/v1/queries/history.ts";
import { defaultRange, readHistory } from "../../functions/tasks/read-history.ts";
import { Misuse } from "../misuse.ts";
import { type Form, FORMS, printed } from "../query/forms.ts";
import { addStoreOptions, type StoreFlags, withStore } from "../reach.ts";

interface Flags extends StoreFlags {
  readonly workspace?: string;
  readonly metrics: string;
  readonly from?: string;
  readonly to?: string;
  readonly interval: string;
  readonly tz?: string;
  readonly format: Form;
  readonly json: boolean;
}

/** The query of `/v1/history` that the options make. */
const queryOf = ({ metrics, from, to, interval, tz }: Flags): URLSearchParams => {
  const given = Object.entries({ metrics, from, to, interval, tz }).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given as [string, string][]);
};

/** A share as people read it; programs take the other forms, which have every digit. */
const rounded = (share: unknown): unknown => (typeof share === "number" ? Number(share.toFixed(3)) : share);

const run = async (flags: Flags): Promise<void> => {
  await withStore(flags, async ({ parts, workspace: standing }) => {
    const id = flags.workspace ?? standing;
    if (id === undefined) throw new Misuse("Name the workspace with --workspace.");
    const workspace = await parts.workspaces.find(id);
    if (workspace === undefined) throw new Failure("workspace.missing", `There is no workspace ${id}.`);
    const { statistics, interval, timeZone, ...ends } = historyQuery(queryOf(flags), workspace.timeZone);
    const range = historyRange({ ...ends, interval, timeZone }, await defaultRange(parts)(id));
    const { rows } = await readHistory(parts)(id, { statistics, interval, timeZone, ...range });
    const format = flags.json ? "json" : flags.format;
    if (format === "table" || format === "markdown") {
      const columns = ["start", "status", "coverage", ...statistics];
      const shown = rows.map((row) => columns.map((name) => (name === "coverage" ? rounded(row[name]) : row[name])));
      process.stdout.write(printed({ columns, rows: shown }, format));
      return;
    }
    const history = { workspace: id, interval, timeZone, ...range, statistics, rows };
    const { body } = historyPage(history, format, Infinity);
    process.stdout.write(format === "json" ? `${body}\n` : body);
  });
};

/** Adds `history`. */
export const addHistory = (program: Command): void => {
  const history = program
    .command("history")
    .summary("what statistics were, hour by hour or longer")
    .description("what statistics were: a row an hour, day, ISO week or month; the same as GET /v1/history")
    .requiredOption("--metrics <names>", "statistics, with commas between them")
    .option("--from <when>", "first hour (2026-11-21T09) or date, which is one of --tz")
    .option("--to <when>", "the hour or date after the last one (default: the last closed hour)")
    .addOption(new Option("--interval <length>", "of a row").choices(INTERVALS).default("hour"))
    .option("--tz <zone>", "IANA time zone of days and longer (default: the workspace's)")
    .option("--workspace <id>", "whose history (default: the local runtime's own)")
    .addOption(new Option("--format <form>", "how to print it").choices(FORMS).default("table"))
    .option("--json", "the same as --format json", false);
  addStoreOptions(history)
    .addHelpText(
      "after",
      `
Example:
  tidemark history --metrics messages.sent,users.seen --from 2026-11-01 --interval day`,
    )
    .action(run);
};
