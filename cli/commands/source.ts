import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { isFields } from "../../functions/core/fields.ts";
import { codeOf } from "../../functions/core/thrown.ts";
import { columns } from "../columns.ts";
import { handOver, without } from "../handover.ts";
import { Misuse } from "../misuse.ts";
import { addApartOptions, type ApartFlags, type Ask, asOperatorOf, asWorkspace, flagsApart } from "../server.ts";
import { Mishap } from "../../local/mishap.ts";

type Source = "rocketchat" | "imkit";

/** What the API says of a source that was tried. */
interface Tried {
  readonly ok: boolean;
  readonly reason: string | null;
  readonly why: string | null;
  readonly notes: readonly string[];
  readonly version: string | null;
  readonly wouldRecord: Readonly<Record<string, number | string>>;
  readonly capabilities: Readonly<Record<string, string>>;
}

interface AddFlags extends ApartFlags {
  readonly url: string;
  readonly credential: string;
  readonly refresh: boolean;
  readonly allowPrivate: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const FIELDS: Readonly<Record<Source, readonly string[]>> = {
  rocketchat: ["userId", "authToken"],
  imkit: ["apiKey"],
};

const stdin = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
};

/** A secret comes from a file or a pipe: what stands on a command line, every user of a machine can read. */
const readCredential = async (source: Source, path: string): Promise<object> => {
  const wanted = FIELDS[source];
  const how = `--credential names a file, or - for standard input, with {${wanted.map((field) => `"${field}": "…"`).join(", ")}}.`;
  let found: unknown;
  try {
    found = JSON.parse(path === "-" ? await stdin() : await readFile(path, "utf8"));
  } catch (error) {
    const code = codeOf(error);
    throw new Misuse(`The credential can't be read${code === undefined ? "" : ` (${code})`}: ${how}`);
  }
  const given = wanted.map((field) => [field, isFields(found) ? found[field] : undefined] as const);
  if (!given.every(([, value]) => typeof value === "string")) throw new Misuse(`The credential is incomplete: ${how}`);
  return Object.fromEntries(given);
};

const HOW: Readonly<Record<string, string>> = {
  told: "as the server tells it",
  derived: "derived from what it tells",
  pushed: "only where the server pushes its reports, too",
  unknown: "not known from this source",
};

const table = ({ capabilities, wouldRecord }: Pick<Tried, "capabilities" | "wouldRecord">): string =>
  columns(
    ["STATISTIC", "NOW", "HOW"],
    Object.entries(capabilities).map(([name, how]) => [name, String(wouldRecord[name] ?? "—"), HOW[how] ?? how]),
  );

const tryIt = async (request: Ask, trial: object): Promise<Tried> => {
  const tried = await request<Tried>("POST", "/v1/workspace/source/check", trial);
  if (!tried.ok)
    throw new Mishap(
      `The server was asked and told nothing: ${tried.why ?? "no reason"} (${tried.reason ?? ""}). Nothing was changed.`,
    );
  return tried;
};

const MOST_SHOWN = 60;

/** What somebody else's server says of itself, without what a terminal would take for a command. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, "").slice(0, MOST_SHOWN);

const add = async (source: Source, flags: AddFlags): Promise<void> => {
  const { url, refresh, allowPrivate, dryRun, json } = flags;
  const credential = await readCredential(source, flags.credential);
  // Opening the deployment's own network is an operator's to do.
  const request = await (allowPrivate ? asOperatorOf : asWorkspace)(flagsApart(flags));
  const upstream = { url, refresh, ...(allowPrivate ? { allowPrivate } : {}) };
  const tried = await tryIt(request, { source, upstream, credential });
  if (!dryRun) {
    await request("PATCH", "/v1/workspace", { source, upstream });
    await request("PUT", "/v1/workspace/upstream-credential", credential);
  }
  const done = dryRun
    ? "Nothing was changed: leave --dry-run out to set it."
    : "The workspace is read from it from now on, a few minutes past each hour.";
  const notes = tried.notes.length === 0 ? "" : `What it told has notes: ${tried.notes.join(", ")}.\n`;
  const version = tried.version === null ? "" : ` ${printable(tried.version)}`;
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...tried, isSet: !dryRun })}\n`
      : `${url}${version} was asked, and an hour would record:\n\n${table(tried)}\n${notes}${done}\n`,
  );
};

interface Shown {
  readonly source: string;
  readonly upstream: { readonly url: string } | null;
  readonly credential: { readonly kept: boolean };
  readonly lastPoll: { readonly hour: string; readonly reason: string | null; readonly why: string | null } | null;
  readonly capabilities: Readonly<Record<string, string>>;
}

const lastly = (last: Shown["lastPoll"]): string =>
  last === null
    ? "not asked yet"
    : `${last.hour}: ${last.reason === null ? "told" : `${last.reason}, ${last.why ?? ""}`}`;

const show = async (flags: ApartFlags & { readonly json: boolean }): Promise<void> => {
  const shown = await (await asWorkspace(flagsApart(flags)))<Shown>("GET", "/v1/workspace/source");
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(shown)}\n`
      : columns(
          ["source", shown.source],
          [
            ["server", shown.upstream?.url ?? "none"],
            ["credential", shown.credential.kept ? "kept" : "none"],
            ["asked last for", lastly(shown.lastPoll)],
            ...Object.entries(shown.capabilities),
          ],
        ),
  );
};

interface WebhookFlags extends ApartFlags {
  readonly label: string;
  readonly json: boolean;
  readonly out?: string;
}

const makeWebhook = async ({ label, out, ...flags }: WebhookFlags): Promise<void> => {
  const request = await asWorkspace(flagsApart(flags));
  await handOver({
    out,
    json: flags.json,
    make: () =>
      request<{ readonly secret: string; readonly path: string }>("POST", "/v1/keys", { label, kind: "webhook" }),
    done: `The token «${label}» is made.`,
    next: ({ path }) =>
      `Next, on the Rocket.Chat server (Workspace, Integrations, New, Outgoing): choose an event, give Tidemark's address with ${path} at its end as URL and the secret as Token, and let failed calls be tried again. One integration for each kind of rooms says so at the end of its URL: ?rooms=channel, ?rooms=private, ?rooms=direct.\n`,
    harmless: (made) => without(made, "secret"),
  });
};

const HELP: Readonly<Record<Source, string>> = {
  rocketchat: `
The credential is a JSON file, or standard input with -: {"userId": "…", "authToken": "…"}, a personal access token of a
user with view-statistics.

Example:
  tidemark source add rocketchat --url https://chat.example.org --credential chat.json`,
  imkit: `
The credential is a JSON file, or standard input with -: {"apiKey": "…"}, the app's API key.

Example:
  tidemark source add imkit --url https://app.imkit.example --credential app.json`,
};

/** Adds `source add`, `source webhook` and `source show`. */
export const addSource = (program: Command): void => {
  const source = program
    .command("source")
    .description("where a workspace's numbers come from")
    .addHelpText("after", "\nExample:\n  tidemark source show");
  const adding = source
    .command("add")
    .description("read a workspace from its chat server, after trying it")
    .addHelpText("after", HELP.rocketchat);
  for (const kind of ["rocketchat", "imkit"] as const)
    addApartOptions(
      adding
        .command(kind)
        .description(kind === "imkit" ? "an IMKit app" : "a Rocket.Chat server, 0.61 or later")
        .requiredOption("--url <url>", "where the chat server is")
        .requiredOption("--credential <file>", "what it is asked with; - for standard input")
        .addOption(new Option("--no-refresh", "take the server's latest record instead of letting it count anew"))
        .option("--allow-private", "its host is at a private address; needs the operator's key", false)
        .option("--dry-run", "try it and change nothing", false)
        .option("--json", "tell the result as JSON", false),
    )
      .addHelpText("after", HELP[kind])
      .action((flags: AddFlags) => add(kind, flags));
  addApartOptions(
    source.command("webhook").description("make the token of a Rocket.Chat server's outgoing webhooks, shown once"),
  )
    .requiredOption("--label <text>", "what people call it")
    .option("--out <file>", "put the secret into a new file, for you alone (mode 600)")
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", '\nExample:\n  tidemark source webhook --label "chat.example.org"')
    .action(makeWebhook);
  addApartOptions(source.command("show").description("show the source, how it was last asked, and what it can give"))
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", "\nExample:\n  tidemark source show")
    .action(show);
};
