import type { Command } from "commander";
import type { Finding } from "../../functions/core/diagnosis.ts";
import { diagnoseWorkspace } from "../../functions/tasks/diagnose-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { FAILED } from "../exit-codes.ts";
import { addStoreOptions, type StoreFlags, withStore } from "../reach.ts";

interface Flags extends StoreFlags {
  readonly workspace?: string;
  readonly json: boolean;
}

const allWorkspaces = async (parts: Parts): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let after: string | undefined, isEnd = false; !isEnd;) {
    const page = await parts.workspaces.list(after);
    ids.push(...page.ids);
    after = page.next;
    isEnd = after === undefined;
  }
  return ids;
};

const lineOf = ({ severity, subject, what, remedy }: Finding): string =>
  `${severity.padEnd(8)}  ${subject}: ${what}\n          ${remedy}\n`;

const told = (workspaces: readonly string[], findings: readonly Finding[]): string => {
  const looked = workspaces.length === 1 ? String(workspaces[0]) : `${workspaces.length} workspaces`;
  return findings.length === 0 ? `${looked}: all is as it should be.\n` : findings.map(lineOf).join("\n");
};

const run = async (flags: Flags): Promise<void> => {
  await withStore(flags, async ({ parts }) => {
    const workspaces = flags.workspace === undefined ? await allWorkspaces(parts) : [flags.workspace];
    const findings: Finding[] = [];
    for (const id of workspaces) findings.push(...(await diagnoseWorkspace(parts)(id)));
    process.stdout.write(flags.json ? `${JSON.stringify({ workspaces, findings })}\n` : told(workspaces, findings));
    if (findings.some(({ severity }) => severity !== "note")) process.exitCode = FAILED;
  });
};

/** Adds `doctor`. */
export const addDoctor = (program: Command): void => {
  const doctor = program
    .command("doctor")
    .summary("find what is wrong and say what to do about it")
    .description("find what is not as it should be, and say what to do about it")
    .option("--workspace <id>", "one workspace (default: all of them)");
  addStoreOptions(doctor)
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Reads and changes nothing. Ends with 1 when something needs to be done, with 0 otherwise.

Example:
  tidemark doctor --workspace demo`,
    )
    .action(run);
};
