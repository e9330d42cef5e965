import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { columns } from "../columns.ts";
import { Misuse } from "../misuse.ts";
import { addWorkspaceOptions, type Ask, asWorkspace, type WorkspaceFlags } from "../server.ts";

/** A rule as the API shows and takes it. */
interface Rule {
  readonly id: string;
  readonly kind: string;
  readonly [member: string]: unknown;
}

interface Alerts {
  readonly rules: readonly Rule[];
  readonly raised: readonly { readonly rule: string; readonly statistic: string | null; readonly hour: string }[];
}

interface Flags extends WorkspaceFlags {
  readonly json: boolean;
}

const alertsOf = (request: Ask): Promise<Alerts> => request<Alerts>("GET", "/v1/alerts");

/** What a rule watches, in words. */
const watchedBy = (rule: Rule): string => {
  const { kind, statistic, above, below, clearAt, forHours, hours, statistics } = rule;
  if (kind === "lag") return `closing more than ${String(hours)} hours behind`;
  if (kind === "missed-hours") return "hours that nobody observed";
  if (kind === "anomaly")
    return `unusual ${Array.isArray(statistics) ? (statistics as readonly string[]).join(", ") : "numbers"}`;
  const limit = typeof above === "number" ? `above ${above}` : `below ${String(below)}`;
  return `${String(statistic)} ${limit} for ${String(forHours)} h, over at ${String(clearAt)}`;
};

const inWords = ({ rules, raised }: Alerts): string => {
  if (rules.length === 0) return "Nothing is told of: set rules with `tidemark alert set`.\n";
  const sinceOf = (id: string): string =>
    raised
      .filter(({ rule }) => rule === id)
      .map(({ statistic, hour }) => (statistic === null ? hour : `${statistic} ${hour}`))
      .join(", ") || "–";
  return columns(
    ["ID", "KIND", "RAISED SINCE", "WATCHES"],
    rules.map((rule) => [rule.id, rule.kind, sinceOf(rule.id), watchedBy(rule)]),
  );
};

const tell = (json: boolean, alerts: Alerts): void => {
  process.stdout.write(json ? `${JSON.stringify(alerts)}\n` : inWords(alerts));
};

const list = async ({ json, ...flags }: Flags): Promise<void> => tell(json, await alertsOf(await asWorkspace(flags)));

interface SetFlags extends Flags {
  readonly file?: string;
  readonly id?: string;
  readonly kind?: string;
  readonly statistic?: readonly string[];
  readonly above?: number;
  readonly below?: number;
  readonly clearAt?: number;
  readonly forHours?: number;
  readonly hours?: number;
  readonly repeatHours?: number;
}

const rulesIn = async (file: string): Promise<readonly Rule[]> => {
  let found: unknown;
  try {
    found = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new Misuse(`${file} can't be read as JSON: give {"rules": […]} as \`tidemark alert list --json\` shows it.`, {
      cause: error,
    });
  }
  const rules = Array.isArray(found) ? (found as unknown[]) : (found as { readonly rules?: unknown } | null)?.rules;
  if (!Array.isArray(rules)) throw new Misuse(`${file} has no list of rules.`);
  return rules as readonly Rule[];
};

/** The one rule that flags describe; what is wrong with it the server says. */
const ruleOf = ({ id, kind, statistic, above, below, clearAt, forHours, hours, repeatHours }: SetFlags): Rule => {
  if (id === undefined || kind === undefined)
    throw new Misuse("Give all rules with --file, or one with --id and --kind: --help has examples.");
  const named = kind === "anomaly" ? { statistics: statistic } : { statistic: statistic?.[0] };
  return { id, kind, ...named, above, below, clearAt, forHours, hours, repeatHours };
};

const set = async (flags: SetFlags): Promise<void> => {
  const request = await asWorkspace(flags);
  const rules =
    flags.file === undefined
      ? [...(await alertsOf(request)).rules.filter(({ id }) => id !== flags.id), ruleOf(flags)]
      : await rulesIn(flags.file);
  tell(flags.json, await request<Alerts>("PUT", "/v1/alerts", { rules }));
};

const remove = async (id: string, flags: Flags): Promise<void> => {
  const request = await asWorkspace(flags);
  const { rules } = await alertsOf(request);
  if (!rules.some((rule) => rule.id === id)) throw new Misuse(`There is no rule ${id}.`);
  tell(flags.json, await request<Alerts>("PUT", "/v1/alerts", { rules: rules.filter((rule) => rule.id !== id) }));
};

const numberText = (text: string): number => {
  if (text.trim() === "" || !Number.isFinite(Number(text))) throw new InvalidArgumentError("Give a number.");
  return Number(text);
};

const finished = (command: Command, example: string): Command =>
  addWorkspaceOptions(command)
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", `\nExample:\n  tidemark alert ${example}`);

/** Adds `alert` and its commands. */
export const addAlert = (program: Command): void => {
  const alert = program
    .command("alert")
    .summary("what somebody is told of")
    .description("rules about a workspace's numbers and hours; notices go to its channels that take alerts")
    .addHelpText("after", "\nExample:\n  tidemark alert list");
  finished(alert.command("list").description("list the rules, and what is raised"), "list").action(list);
  finished(
    alert
      .command("set")
      .description("set one rule, or with --file all of them")
      .option("--file <file>", 'JSON with all rules: {"rules": […]}')
      .option("--id <name>", "names the rule; one of the same name is replaced")
      .addOption(
        new Option("--kind <kind>", "what it watches").choices(["threshold", "missed-hours", "lag", "anomaly"]),
      )
      .option("--statistic <names...>", "of a threshold one, of an anomaly some (default: all that are judged)")
      .option("--above <number>", "of a threshold", numberText)
      .option("--below <number>", "of a threshold", numberText)
      .option("--clear-at <number>", "where it is over (default: the limit)", numberText)
      .option("--for-hours <count>", "hours running (default: 1)", numberText)
      .option("--hours <count>", "of a lag: hours that closing may be behind", numberText)
      .option("--repeat-hours <count>", "tell again after (default: 24)", numberText),
    "set --id busy --kind threshold --statistic messages.sent --above 1000 --clear-at 800",
  ).action(set);
  finished(alert.command("remove").description("remove one rule").argument("<id>", "its name"), "remove busy").action(
    remove,
  );
};
