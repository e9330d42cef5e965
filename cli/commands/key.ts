import { type Command, InvalidArgumentError, Option } from "commander";
import { parseInstant } from "../../functions/core/instant.ts";
import { columns, minuteOf } from "../columns.ts";
import { handOver, without } from "../handover.ts";
import { addWorkspaceOptions, allPages, type Ask, asWorkspace, wholeId, type WorkspaceFlags } from "../server.ts";

/** A key as the API lists it. */
interface Key {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly lastCharacters: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

interface Flags extends WorkspaceFlags {
  readonly json: boolean;
}

/** Long enough to tell keys apart, short enough to type; the commands take any beginning that fits one key. */
const ID_CHARACTERS = 12;

const instantText = (text: string): string => {
  if (parseInstant(text) === undefined) throw new InvalidArgumentError("Give an instant such as 2027-01-01T00:00:00Z.");
  return text;
};

const keysOf = (request: Ask): Promise<readonly Key[]> => allPages<Key>(request, "/v1/keys", "keys");

const list = async (flags: Flags): Promise<void> => {
  const keys = await keysOf(await asWorkspace(flags));
  const rows = keys.map(({ id, kind, label, scopes, lastCharacters, expiresAt, lastUsedAt, revokedAt }) => [
    id.slice(0, ID_CHARACTERS),
    kind,
    label,
    `…${lastCharacters}`,
    scopes.join(" "),
    minuteOf(lastUsedAt),
    revokedAt === null ? minuteOf(expiresAt) : `revoked ${minuteOf(revokedAt)}`,
  ]);
  const head = ["ID", "KIND", "LABEL", "ENDS IN", "SCOPES", "LAST USED", "EXPIRES"];
  process.stdout.write(flags.json ? `${JSON.stringify({ keys })}\n` : columns(head, rows));
};

interface MakeFlags extends Flags {
  readonly label: string;
  readonly kind?: string;
  readonly scope?: readonly string[];
  readonly expiresAt?: string;
  readonly out?: string;
}

/** What a key that was just made is for; tells no secret. */
const NEXT: Readonly<Record<string, string>> = {
  key: "Next, send it as authorization: Bearer ‹secret› or x-api-key.\n",
  imkit: "Next, send it as IM-API-KEY.\n",
  push: "Next, give the app Tidemark's address with this path at its end as its REPORT_URL. The secret is in the path.\n",
  webhook:
    "Next, give it to the Rocket.Chat server as Token of its outgoing webhooks: `tidemark source webhook` says how.\n",
};

/** What may be told of a key in the open: the path to report to has its secret in it. */
const harmless = (made: Key & { readonly secret: string }): object => ({
  ...without(made, "secret"),
  ...(made.kind === "push" ? { path: undefined } : {}),
});

const create = async ({ label, kind, scope, expiresAt, out, ...flags }: MakeFlags): Promise<void> => {
  const request = await asWorkspace(flags);
  await handOver({
    out,
    json: flags.json,
    make: () =>
      request<Key & { readonly secret: string }>("POST", "/v1/keys", { label, kind, scopes: scope, expiresAt }),
    done: `The key «${label}» is made.`,
    next: (made) => NEXT[made.kind] ?? "",
    harmless,
  });
};

interface RotateFlags extends Flags {
  readonly overlap?: number;
  readonly out?: string;
}

const rotate = async (id: string, { overlap, out, ...flags }: RotateFlags): Promise<void> => {
  const request = await asWorkspace(flags);
  const whole = wholeId(await keysOf(request), id);
  await handOver({
    out,
    json: flags.json,
    make: () =>
      request<Key & { readonly secret: string; readonly replaces: { readonly expiresAt: string } }>(
        "POST",
        `/v1/keys/${encodeURIComponent(whole)}/rotate`,
        overlap === undefined ? {} : { overlapSeconds: overlap },
      ),
    done: "A new key is made in the place of the old one.",
    next: ({ replaces }) => `The old one is good until ${replaces.expiresAt}.\n`,
    harmless,
  });
};

const revoke = async (id: string, flags: Flags): Promise<void> => {
  const request = await asWorkspace(flags);
  const whole = wholeId(await keysOf(request), id);
  await request("DELETE", `/v1/keys/${encodeURIComponent(whole)}`);
  process.stdout.write(flags.json ? `${JSON.stringify({ revoked: whole })}\n` : "The key is revoked.\n");
};

const secondsText = (text: string): number => {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError("Give whole seconds.");
  return Number(text);
};

const finished = (command: Command, example: string): Command =>
  addWorkspaceOptions(command)
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", `\nExample:\n  tidemark key ${example}`);

/** Adds `key` and its commands. */
export const addKey = (program: Command): void => {
  const key = program
    .command("key")
    .summary("keys of a workspace, and addresses to report to")
    .description("keys of a workspace: those of our own API, of the IMKit dialect, and addresses to report to")
    .addHelpText("after", "\nExample:\n  tidemark key list");
  finished(key.command("list").description("list the keys, never their secrets"), "list --json").action(list);
  finished(
    key
      .command("create")
      .description("make a key and show its secret, once")
      .requiredOption("--label <text>", "what people call it")
      .addOption(new Option("--kind <kind>", "what it is for").choices(["key", "imkit", "push", "webhook"]))
      .option("--scope <scopes...>", "what it may do: events:write, statistics:read, statistics:refresh, admin")
      .option("--expires-at <instant>", "until when it is good (default: for good)", instantText)
      .option("--out <file>", "put the secret into a new file, for you alone (mode 600)"),
    'create --label "chat server" --scope events:write',
  ).action(create);
  finished(
    key
      .command("rotate")
      .description("make a key in the place of another, which stays good for a while")
      .argument("<id>", "the old one's id, or the beginning of it")
      .option("--overlap <seconds>", "for how long both are good (default: a day)", secondsText)
      .option("--out <file>", "put the secret into a new file, for you alone (mode 600)"),
    "rotate 4f2a91c0d3be --overlap 3600",
  ).action(rotate);
  finished(
    key.command("revoke").description("end a key").argument("<id>", "its id, or the beginning of it"),
    "revoke 4f2a91c0d3be",
  ).action(revoke);
};
