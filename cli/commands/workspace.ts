import { type Command, InvalidArgumentError, Option } from "commander";
import { Failure } from "../../functions/core/failure.ts";
import { parseInstant } from "../../functions/core/instant.ts";
import { isWorkspaceId } from "../../functions/core/workspace.ts";
import type { NewWorkspace } from "../../functions/dialects/v1/request.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import type { LocalCredentials } from "../../local/credentials-file.ts";
import { ask, knock, Unreachable } from "../../local/import/api.ts";
import { onTable } from "../aws/deployed-table.ts";
import { handOver } from "../handover.ts";
import { Misuse } from "../misuse.ts";
import { addWorkspaceLanes } from "./workspace-lanes.ts";
import { addMigrate } from "./migrate.ts";
import { addWorkspaceSettings } from "./workspace-settings.ts";
import { addPlaceOptions, localPlace, type PlaceFlags, type TablePlace, tablePlace } from "../place.ts";

/** What `credentials.json` holds of one workspace. */
interface Credentials extends FirstCredentials {
  readonly baseUrl: string | null;
}

interface Flags extends PlaceFlags {
  readonly name: string;
  readonly startsAt?: string;
  readonly data?: string;
  readonly json: boolean;
  readonly out?: string;
}

/** @throws what makes a command end with 2, for what can be no id. */
export const idText = (text: string): string => {
  if (!isWorkspaceId(text))
    throw new InvalidArgumentError("Give 1 to 63 characters of a-z, 0-9 and -, the first a letter or digit.");
  return text;
};

const instantText = (text: string): string => {
  if (parseInstant(text) === undefined) throw new InvalidArgumentError("Give an instant such as 2026-11-21T09:00:00Z.");
  return text;
};

/**
 * The same checks as those of the API, told as what is wrong with the command.
 * @throws Misuse.
 */
export const checkedWorkspace = async (asked: object): Promise<NewWorkspace> => {
  // Loaded late: the checks take longer than all the rest, and most commands do without.
  const { newWorkspaceOf } = await import("../../functions/dialects/v1/request.ts");
  try {
    return newWorkspaceOf(asked);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const errors = (error.details["errors"] ?? []) as readonly { readonly field: string; readonly message: string }[];
    throw new Misuse(`${errors.map(({ field, message }) => `${field}: ${message}`).join("; ")}.`, { cause: error });
  }
};

/** Where a workspace is made, and how. */
interface Maker {
  readonly where: string;
  readonly make: () => Promise<Credentials>;
}

const onDeployment = ({ table, baseUrl }: TablePlace, asked: NewWorkspace): Maker => ({
  where: `in the table ${table}`,
  make: async () => {
    const { credentials } = await onTable(table, (parts) => createWorkspace(parts)(asked));
    const { workspace, ...secrets } = credentials;
    return { workspace, baseUrl, ...secrets };
  },
});

const overHttp = ({ baseUrl, operatorKey }: LocalCredentials, asked: object): Maker => ({
  where: `at ${baseUrl}`,
  make: async () => {
    const api = { baseUrl, key: operatorKey };
    try {
      await knock(api);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      throw new Unreachable(`${error.message}: start it with \`npm start\`, or name a deployment with --stack.`, {
        cause: error,
      });
    }
    // Safe to come twice: the second one finds the id taken.
    return ask<Credentials>(api, "POST", "/v1/workspaces", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(asked),
    });
  },
});

const nextIn = ({ baseUrl }: Credentials): string =>
  `Next, ask for its statistics with its apiKey:\n  curl -H "x-api-key: ‹apiKey›" ${baseUrl ?? "‹server›"}/v1/statistics\n`;

const run = async (id: string, flags: Flags): Promise<void> => {
  const { name, startsAt, json, out } = flags;
  const asked = { id, name, ...(startsAt === undefined ? {} : { startsAt }) };
  const workspace = await checkedWorkspace(asked);
  const local = await localPlace(flags);
  const { where, make } =
    local === undefined ? onDeployment(await tablePlace(flags), workspace) : overHttp(local, asked);
  await handOver({
    out,
    json,
    make,
    done: `The workspace ${id} is made, ${where}.`,
    next: nextIn,
    harmless: ({ baseUrl }) => ({ workspace: id, baseUrl }),
  });
};

/** Adds `workspace` and its commands. */
export const addWorkspace = (program: Command): void => {
  const workspace = program
    .command("workspace")
    .description("the chat installations that are counted")
    .addHelpText("after", "\nExample:\n  tidemark workspace list");
  addWorkspaceSettings(workspace);
  addMigrate(workspace);
  addWorkspaceLanes(workspace);
  const create = workspace
    .command("create")
    .description("make a workspace and show its first credentials, once")
    .argument("<id>", "what it is called in keys and addresses, for good", idText)
    .requiredOption("--name <name>", "what people call it")
    .option("--starts-at <instant>", "from when on its events count (default: now)", instantText);
  addPlaceOptions(create)
    .addOption(
      new Option("--data <folder>", "ask the local runtime of this folder instead").conflicts([
        "stack",
        "table",
        "region",
        "url",
      ]),
    )
    .option("--json", "tell the result as JSON", false)
    .option("--out <file>", "put the credentials into a new file, for you alone (mode 600)")
    .addHelpText(
      "after",
      `
A deployment is reached with your AWS credentials, straight to its table, and needs no key yet. With none of
--stack, --table, --region, --url and --data: the local runtime of .tidemark (TIDEMARK_DATA) if there is one.

Example:
  tidemark workspace create team --name "Our team" --stack Tidemark --out team.json`,
    )
    .action(run);
};
