import type { Command } from "commander";
import { createOperatorKey } from "../../functions/tasks/create-workspace.ts";
import { onTable } from "../aws/deployed-table.ts";
import { handOver } from "../handover.ts";
import { addBootstrap } from "./bootstrap.ts";
import { addProvision } from "./provision.ts";
import { addPlaceOptions, type PlaceFlags, tablePlace } from "../place.ts";

interface Flags extends PlaceFlags {
  readonly json: boolean;
  readonly out?: string;
}

const run = async (flags: Flags): Promise<void> => {
  const { table, baseUrl } = await tablePlace(flags);
  await handOver({
    out: flags.out,
    json: flags.json,
    make: async () => ({ baseUrl, operatorKey: await onTable(table, (parts) => createOperatorKey(parts)()) }),
    done: `A key for every workspace is made, in the table ${table}.`,
    next: () =>
      `Next, make a workspace with it, from anywhere:
  curl -H "x-api-key: ‹operatorKey›" -H "content-type: application/json" ${baseUrl ?? "‹server›"}/v1/workspaces \\
    -d '{"id": "team", "name": "Our team"}'\n`,
    harmless: () => ({ baseUrl }),
  });
};

/** Adds `operator` and its commands. */
export const addOperator = (program: Command): void => {
  const operator = program
    .command("operator")
    .description("what those who run a deployment need first")
    .addHelpText("after", "\nExample:\n  tidemark operator create --stack Tidemark --out operator.json");
  addBootstrap(operator);
  addProvision(operator);
  const create = operator
    .command("create")
    .description("make an operator's key, good for every workspace of a deployment, and show it once");
  addPlaceOptions(create)
    .option("--json", "tell the result as JSON", false)
    .option("--out <file>", "put the key into a new file, for you alone (mode 600)")
    .addHelpText(
      "after",
      `
Writes to the deployment's table with your AWS credentials: who may do that needs no key to begin with.

Example:
  tidemark operator create --stack Tidemark --out operator.json`,
    )
    .action(run);
};
