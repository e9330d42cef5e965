import { type Command, Option } from "commander";
import { PERMISSIONS } from "../../functions/core/credential.ts";
import { columns, minuteOf } from "../columns.ts";
import { handOver, without } from "../handover.ts";
import { addWorkspaceOptions, allPages, asWorkspace, wholeId, type WorkspaceFlags } from "../server.ts";
import { userNamed } from "./user.ts";

/** A personal access token as the API lists it. */
interface Token {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly lastCharacters: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

interface Flags extends WorkspaceFlags {
  readonly json: boolean;
}

const ID_CHARACTERS = 12;

const list = async (flags: Flags): Promise<void> => {
  const tokens = await allPages<Token>(await asWorkspace(flags), "/v1/tokens", "tokens");
  const rows = tokens.map(({ id, name, userId, permissions, lastCharacters, lastUsedAt, expiresAt, revokedAt }) => [
    id.slice(0, ID_CHARACTERS),
    name,
    userId,
    `…${lastCharacters}`,
    permissions.join(" ") || "-",
    minuteOf(lastUsedAt),
    revokedAt === null ? minuteOf(expiresAt) : `revoked ${minuteOf(revokedAt)}`,
  ]);
  const head = ["ID", "NAME", "USER ID", "ENDS IN", "PERMISSIONS", "LAST USED", "EXPIRES"];
  process.stdout.write(flags.json ? `${JSON.stringify({ tokens })}\n` : columns(head, rows));
};

interface MakeFlags extends Flags {
  readonly name: string;
  readonly permission?: readonly string[];
  readonly out?: string;
}

const create = async (username: string, { name, permission, out, ...flags }: MakeFlags): Promise<void> => {
  const request = await asWorkspace(flags);
  const { id: userId } = await userNamed(request, username);
  await handOver({
    out,
    json: flags.json,
    make: () =>
      request<Token & { readonly secret: string }>("POST", "/v1/tokens", { userId, name, permissions: permission }),
    done: `The token «${name}» of ${username} is made.`,
    next: () => `Next, send it as X-Auth-Token, with X-User-Id: ${userId}.\n`,
    harmless: (made) => without(made, "secret"),
  });
};

const revoke = async (id: string, flags: Flags): Promise<void> => {
  const request = await asWorkspace(flags);
  const whole = wholeId(await allPages<Token>(request, "/v1/tokens", "tokens"), id);
  await request("DELETE", `/v1/tokens/${encodeURIComponent(whole)}`);
  process.stdout.write(flags.json ? `${JSON.stringify({ revoked: whole })}\n` : "The token is revoked.\n");
};

const finished = (command: Command, example: string): Command =>
  addWorkspaceOptions(command)
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", `\nExample:\n  tidemark token ${example}`);

/** Adds `token` and its commands. */
export const addToken = (program: Command): void => {
  const token = program
    .command("token")
    .summary("personal access tokens of Rocket.Chat's clients")
    .description("personal access tokens, with which Rocket.Chat's clients ask")
    .addHelpText("after", "\nExample:\n  tidemark token list");
  finished(token.command("list").description("list the tokens, never their secrets"), "list").action(list);
  finished(
    token
      .command("create")
      .description("make a token of a user and show it, once")
      .argument("<user>", "whose, by the name of the account")
      .requiredOption("--name <text>", "what it is called")
      .addOption(
        new Option("--permission <names...>", "what it may do (default: what the user may)").choices(PERMISSIONS),
      )
      .option("--out <file>", "put the secret into a new file, for you alone (mode 600)"),
    "create admin --name dashboards",
  ).action(create);
  finished(
    token.command("revoke").description("end a token").argument("<id>", "its id, or the beginning of it"),
    "revoke 4f2a91c0d3be",
  ).action(revoke);
};
