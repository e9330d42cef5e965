import type { Command } from "commander";
import { createOperatorKey, createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { onTable } from "../aws/deployed-table.ts";
import { handOver } from "../handover.ts";
import { addPlaceOptions, type PlaceFlags, tablePlace } from "../place.ts";
import { checkedWorkspace, idText } from "./workspace.ts";

interface Flags extends PlaceFlags {
  readonly name: string;
  readonly json: boolean;
  readonly out?: string;
}

const run = async (id: string, flags: Flags): Promise<void> => {
  const asked = await checkedWorkspace({ id, name: flags.name });
  const { table, baseUrl } = await tablePlace(flags);
  await handOver({
    out: flags.out,
    json: flags.json,
    make: () =>
      onTable(table, async (parts) => {
        // First what may be refused: a key without a workspace would be nobody's.
        const { credentials } = await createWorkspace(parts)(asked);
        const { workspace, ...secrets } = credentials;
        return { workspace, baseUrl, ...secrets, operatorKey: await createOperatorKey(parts)() };
      }),
    done: `The workspace ${id} and a key for every workspace are made, in the table ${table}.`,
    next: () =>
      `Next, ask for its statistics with its apiKey, and send events with the same:\n  curl -H "x-api-key: ‹apiKey›" ${baseUrl ?? "‹server›"}/v1/statistics\n`,
    harmless: () => ({ workspace: id, baseUrl }),
  });
};

/** Adds `operator bootstrap`. */
export const addBootstrap = (operator: Command): void => {
  const bootstrap = operator
    .command("bootstrap")
    .summary("make the first workspace and the operator's key")
    .description("make a fresh deployment's first workspace and its operator's key, and show them once")
    .argument("<id>", "what the workspace is called in keys and addresses, for good", idText)
    .requiredOption("--name <name>", "what people call it");
  addPlaceOptions(bootstrap)
    .option("--json", "tell the result as JSON", false)
    .option("--out <file>", "put the credentials into a new file, for you alone (mode 600)")
    .addHelpText(
      "after",
      `
Writes to the deployment's table with your AWS credentials: a fresh one holds no key yet. The file has the shape of a
local runtime's credentials.json, so every command takes it as --credentials.

Example:
  tidemark operator bootstrap first --name "Our first team" --stack Tidemark --out first.json`,
    )
    .action(run);
};
