import type { Command } from "commander";
import { addWorkspaceOptions, asWorkspace, type WorkspaceFlags } from "../server.ts";
import { columns } from "../columns.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { type Document, valueIn } from "../../functions/core/document.ts";
import { grouped } from "../../local/terminal.ts";

interface Flags extends WorkspaceFlags {
  readonly json: boolean;
}

const shown = (value: number | string | null): string =>
  value === null ? "not known" : typeof value === "number" ? grouped(value) : value;

const run = async (flags: Flags): Promise<void> => {
  const request = await asWorkspace(flags);
  const reading = await request<Document>("POST", "/v1/statistics/refresh");
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(reading)}\n`);
    return;
  }
  const rows = STATISTICS.filter(({ label }) => label !== undefined).map(({ name, label = name }) => [
    label,
    shown(valueIn(reading, name)),
    name,
  ]);
  process.stdout.write(`${reading.workspace} as of ${reading.takenAt}\n\n${columns(["", "VALUE", "STATISTIC"], rows)}`);
};

/** Adds `refresh`. */
export const addRefresh = (program: Command): void => {
  addWorkspaceOptions(
    program
      .command("refresh")
      .summary("take a reading now and show it")
      .description("take a reading now and show it: the statistics with every event in"),
  )
    .option("--json", "tell the reading as JSON", false)
    .addHelpText("after", "\nExample:\n  tidemark refresh --json")
    .action(run);
};
