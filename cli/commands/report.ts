import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Argument, type Command, Option } from "commander";
import { lastPeriod, periodNamed, REPORT_KINDS, type ReportKind } from "../../functions/core/report-period.ts";
import { composeReport } from "../../functions/tasks/compose-report.ts";
import { Misuse } from "../misuse.ts";
import { addStoreOptions, type StoreFlags, withStore } from "../reach.ts";

const FORMS = ["html", "csv", "json"] as const;
type Form = (typeof FORMS)[number];

interface Flags extends StoreFlags {
  readonly workspace?: string;
  readonly of?: string;
  readonly out: string;
  readonly format?: Form;
}

const FORM_OF: Readonly<Record<ReportKind, string>> = { daily: "2024-03-01", weekly: "2024-W09", monthly: "2024-03" };

const make = async (kind: ReportKind, flags: Flags): Promise<void> => {
  await withStore(flags, async ({ parts, workspace: standing }) => {
    const id = flags.workspace ?? standing;
    if (id === undefined) throw new Misuse("Name the workspace with --workspace.");
    const workspace = await parts.workspaces.find(id);
    if (workspace === undefined) throw new Misuse(`There is no workspace ${id}.`);
    const { timeZone } = workspace;
    const period =
      flags.of === undefined ? lastPeriod(kind, timeZone, parts.clock()) : periodNamed(kind, timeZone, flags.of);
    if (period === undefined) throw new Misuse(`--of names no period: give one such as ${FORM_OF[kind]}.`);
    const report = await composeReport(parts)(workspace, period);
    const { filesOf } = await import("../../functions/dialects/report/writer.ts");
    const files = filesOf(report);
    await mkdir(flags.out, { recursive: true });
    for (const form of flags.format === undefined ? FORMS : [flags.format]) {
      const path = join(flags.out, `${id}-${report.id}.${form}`);
      await writeFile(path, files[form]);
      process.stdout.write(`${path}\n`);
    }
  });
};

/** Adds `report`. */
export const addReport = (program: Command): void => {
  const report = program
    .command("report")
    .summary("make a report of a day, a week or a month")
    .description("make a report of any period, of what was published until now; nothing is sent or archived")
    .addArgument(new Argument("<kind>", "how long a time it is about").choices(REPORT_KINDS))
    .option("--of <period>", "2024-03-01, 2024-W09 or 2024-03 (default: the last one that is over)")
    .option("--workspace <id>", "of whom (default: the local runtime's own workspace)")
    .option("--out <folder>", "where to write it", ".")
    .addOption(new Option("--format <form>", "only this form").choices(FORMS));
  addStoreOptions(report).addHelpText("after", "\nExample:\n  tidemark report monthly --out reports").action(make);
};
