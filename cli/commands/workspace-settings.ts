import { type Command, InvalidArgumentError, Option } from "commander";
import { columns, minuteOf } from "../columns.ts";
import { Misuse } from "../misuse.ts";
import {
  addServerOptions,
  addWorkspaceOptions,
  allPages,
  type Ask,
  asOperator,
  asWorkspace,
  type ServerFlags,
  type WorkspaceFlags,
} from "../server.ts";

/** A workspace as the API shows it. */
interface Shown {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly source: string;
  readonly timeZone: string;
  readonly startsAt: string;
  readonly rocketchat: { readonly shape: string; readonly callsPerMinute: number | null };
  readonly imkit: { readonly echoKeys: boolean };
  readonly retention: { readonly people: string; readonly afterDays: number };
  readonly federation: { readonly enabled: boolean; readonly domain: string | null } | null;
  readonly license: { readonly status: string } | null;
}

interface Flags extends WorkspaceFlags {
  readonly json: boolean;
}

const tell = (json: boolean, value: object, words: string): void => {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : words);
};

const whoWasSeen = ({ people, afterDays }: Shown["retention"]): string => {
  if (people === "keep") return "kept";
  return people === "hash" ? `ids hashed after ${afterDays} days` : `only how many, after ${afterDays} days`;
};

const inWords = ({ rocketchat, imkit, retention, federation, license, ...told }: Shown): string =>
  columns(
    [told.id, ""],
    [
      ["name", told.name],
      ["state", told.state],
      ["source", told.source],
      ["time zone", told.timeZone],
      ["since", minuteOf(told.startsAt)],
      ["Rocket.Chat shape", rocketchat.shape],
      ["calls a minute", rocketchat.callsPerMinute === null ? "no limit" : String(rocketchat.callsPerMinute)],
      ["IMKit echoes keys", imkit.echoKeys ? "yes" : "no"],
      ["who was seen", whoWasSeen(retention)],
      ["federation", federation?.enabled === true ? (federation.domain ?? "on, without a domain") : "off"],
      ["licence", license?.status ?? "none"],
    ],
  );

const list = async (flags: ServerFlags & { readonly json: boolean }): Promise<void> => {
  const workspaces = await allPages<Shown>(await asOperator(flags), "/v1/workspaces", "workspaces");
  const rows = workspaces.map(({ id, name, state, source, startsAt }) => [id, state, source, minuteOf(startsAt), name]);
  tell(flags.json, { workspaces }, columns(["ID", "STATE", "SOURCE", "SINCE", "NAME"], rows));
};

const show = async (flags: Flags): Promise<void> => {
  const shown = await (await asWorkspace(flags))<Shown>("GET", "/v1/workspace");
  tell(flags.json, shown, inWords(shown));
};

interface SetFlags extends Flags {
  readonly name?: string;
  readonly timeZone?: string;
  readonly source?: string;
  readonly shape?: string;
  readonly callsPerMinute?: number | typeof NO_LIMIT;
  readonly echoKeys?: boolean;
  readonly people?: string;
  readonly peopleDays?: number;
}

const without = (fields: object): object | undefined => {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
};

const set = async (flags: SetFlags): Promise<void> => {
  const { name, timeZone, source, shape, callsPerMinute, echoKeys, people, peopleDays } = flags;
  const change = without({
    name,
    timeZone,
    source,
    // Null and not left out: no limit is a setting, too.
    rocketchat: without({ shape, callsPerMinute: callsPerMinute === NO_LIMIT ? null : callsPerMinute }),
    imkit: without({ echoKeys }),
    retention: without({ people, afterDays: peopleDays }),
  });
  if (change === undefined) throw new Misuse("Say what to change: --help names the settings.");
  const changed = await (await asWorkspace(flags))<Shown>("PATCH", "/v1/workspace", change);
  tell(flags.json, changed, inWords(changed));
};

const turn =
  (verb: "pause" | "resume", done: string) =>
  async (flags: Flags): Promise<void> => {
    const shown = await (await asWorkspace(flags))<Shown>("POST", `/v1/workspace/${verb}`);
    tell(flags.json, shown, `${shown.id} ${done}\n`);
  };

interface Ended {
  readonly remaining: boolean;
}

const end = async (
  id: string,
  flags: ServerFlags & { readonly confirm?: string; readonly json: boolean },
): Promise<void> => {
  if (flags.confirm !== id)
    throw new Misuse(
      `This ends ${id} for good: its keys and tokens, its directory and who was seen. Export it first (tidemark export), then say its id again: --confirm ${id}.`,
    );
  const request = await asOperator(flags);
  let ended = await endOnce(request, id);
  while (ended.remaining) ended = await endOnce(request, id);
  tell(flags.json, ended, `${id} has ended. What was published stays in the archive.\n`);
};

const endOnce = (request: Ask, id: string): Promise<Ended> =>
  request<Ended>("DELETE", `/v1/workspaces/${encodeURIComponent(id)}?confirm=${encodeURIComponent(id)}`);

const NO_LIMIT = "none";

const callsText = (text: string): number | typeof NO_LIMIT => {
  if (text === NO_LIMIT) return NO_LIMIT;
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 to 10000, or none.");
  return Number(text);
};

const daysText = (text: string): number => {
  if (!/^\d{2,4}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 36 to 3650.");
  return Number(text);
};

const flagText = (text: string): boolean => {
  if (text !== "yes" && text !== "no") throw new InvalidArgumentError("Give yes or no.");
  return text === "yes";
};

const finished = (command: Command, example: string): Command =>
  command
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", `\nExample:\n  tidemark workspace ${example}`);

/** Adds the commands that look at workspaces and change them. */
export const addWorkspaceSettings = (workspace: Command): void => {
  finished(addServerOptions(workspace.command("list").description("list every workspace of a server")), "list").action(
    list,
  );
  finished(addWorkspaceOptions(workspace.command("show").description("show a workspace's settings")), "show").action(
    show,
  );
  finished(
    addWorkspaceOptions(
      workspace
        .command("set")
        .description("change a workspace's settings; those that are not named stay")
        .option("--name <name>", "what people call it")
        .option("--time-zone <zone>", "such as Europe/Berlin; days and reports go by it")
        .addOption(new Option("--source <source>", "where its numbers come from").choices(["events", "imkit"]))
        .addOption(new Option("--shape <shape>", "of Rocket.Chat's statistics").choices(["nested", "flat"]))
        .option("--calls-per-minute <n>", "of one token on one Rocket.Chat route, or none", callsText)
        .option("--echo-keys <yes|no>", "whether IMKit's report names its keys", flagText)
        .addOption(new Option("--people <what>", "stays known of who was seen").choices(["keep", "hash", "counts"]))
        .option("--people-days <n>", "after which ids are hashed, or only how many is known, 36 to 3650", daysText),
    ),
    "set --shape flat --time-zone Europe/Berlin",
  ).action(set);
  finished(
    addWorkspaceOptions(workspace.command("pause").description("take nothing more, until it is resumed")),
    "pause",
  ).action(turn("pause", "is paused: what is sent to it is refused, and its hours are missing."));
  finished(addWorkspaceOptions(workspace.command("resume").description("end a pause")), "resume").action(
    turn("resume", "takes events again."),
  );
  finished(
    addServerOptions(
      workspace
        .command("end")
        .description("end a workspace for good")
        .argument("<id>", "which")
        .option("--confirm <id>", "its id again"),
    ),
    "end old --confirm old",
  ).action(end);
};
