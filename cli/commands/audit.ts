import { type Command, InvalidArgumentError } from "commander";
import { parseInstant } from "../../functions/core/instant.ts";
import { columns } from "../columns.ts";
import { Misuse } from "../misuse.ts";
import { addWorkspaceOptions, type Ask, asOperator, asWorkspace, type WorkspaceFlags } from "../server.ts";

/** What somebody did, as the API tells it. */
interface Act {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Flags extends WorkspaceFlags {
  readonly deployment: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly json: boolean;
}

/** More than anybody reads on a screen; `--limit` asks for others. */
const ACTS = 50;
/** As many as a page of the API has. */
const MOST_OF_A_PAGE = 1_000;
/** In the place of a workspace's id: acts upon the deployment itself. */
const DEPLOYMENT = "*";

const instantText = (text: string): string => {
  if (parseInstant(text) === undefined) throw new InvalidArgumentError("Give an instant such as 2026-11-21T00:00:00Z.");
  return text;
};

const countText = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 to 999999.");
  return Number(text);
};

const trailOf = (id: string): string => `/v1/workspaces/${encodeURIComponent(id)}/audit`;

/** Whom to ask, and where the trail lies: a workspace's own key reads its own, an operator's any, ended ones too. */
const reach = async (flags: Flags): Promise<readonly [Ask, string]> => {
  if (flags.deployment && flags.workspace !== undefined)
    throw new Misuse("--deployment and --workspace exclude each other: acts upon the deployment are of no workspace.");
  if (flags.deployment) return [await asOperator(flags), trailOf(DEPLOYMENT)];
  if (flags.workspace === undefined) return [await asWorkspace(flags), "/v1/audit"];
  return [await asOperator(flags), trailOf(flags.workspace)];
};

/**
 * The latest acts first, page by page, until there are as many as were asked for.
 * @throws Unreachable, ApiFailure.
 */
export const actsFrom = async (
  ask: Ask,
  route: string,
  { from, to, limit }: Pick<Flags, "from" | "to" | "limit">,
): Promise<readonly Act[]> => {
  const acts: Act[] = [];
  for (let cursor: string | undefined, isEnd = false; !isEnd && acts.length < limit;) {
    const asked = { from, to, limit: String(Math.min(limit - acts.length, MOST_OF_A_PAGE)), cursor };
    const given = Object.entries(asked).filter((one): one is [string, string] => one[1] !== undefined);
    const page = await ask<{ readonly acts: readonly Act[]; readonly next?: string }>(
      "GET",
      `${route}?${new URLSearchParams(given).toString()}`,
    );
    acts.push(...page.acts);
    cursor = page.next;
    isEnd = cursor === undefined;
  }
  return acts;
};

const inWords = (acts: readonly Act[]): string =>
  acts.length === 0
    ? "Nothing was done in that time.\n"
    : columns(
        ["WHEN", "WHO", "WHAT", "DETAILS"],
        acts.map(({ at, by, action, details }) => [at, by, action, JSON.stringify(details)]),
      );

const run = async (flags: Flags): Promise<void> => {
  const acts = await actsFrom(...(await reach(flags)), flags);
  process.stdout.write(flags.json ? `${JSON.stringify({ acts })}\n` : inWords(acts));
};

/** Adds `audit`. */
export const addAudit = (program: Command): void => {
  addWorkspaceOptions(
    program
      .command("audit")
      .summary("who did what, and when")
      .description("who did what to a workspace, and when; the latest first"),
  )
    .option("--deployment", "acts upon the deployment itself, such as its licence keys; for operators", false)
    .option("--from <instant>", "not before", instantText)
    .option("--to <instant>", "before", instantText)
    .option("--limit <count>", "at most so many", countText, ACTS)
    .option("--json", "tell the acts as JSON", false)
    .addHelpText("after", "\nOf a workspace that has ended, name it with --workspace: operators still read its trail.")
    .addHelpText("after", "\nExample:\n  tidemark audit --from 2026-11-01T00:00:00Z")
    .action(run);
};
