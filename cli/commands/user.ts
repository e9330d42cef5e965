import { type Command, Option } from "commander";
import { PERMISSIONS } from "../../functions/core/credential.ts";
import { columns, minuteOf } from "../columns.ts";
import { handOver, without } from "../handover.ts";
import { Misuse } from "../misuse.ts";
import { addWorkspaceOptions, allPages, type Ask, asWorkspace, type WorkspaceFlags } from "../server.ts";

/** An account as the API lists it. */
interface User {
  readonly id: string;
  readonly username: string;
  readonly permissions: readonly string[];
  readonly createdAt: string;
}

interface Flags extends WorkspaceFlags {
  readonly json: boolean;
}

const usersOf = (request: Ask): Promise<readonly User[]> => allPages<User>(request, "/v1/users", "users");

/** The account of a name. @throws Misuse when there is none. */
export const userNamed = async (request: Ask, name: string): Promise<User> => {
  const found = (await usersOf(request)).find(({ username }) => username === name);
  if (found === undefined) throw new Misuse(`There is no user ${name}: \`tidemark user list\` names them all.`);
  return found;
};

const list = async (flags: Flags): Promise<void> => {
  const users = await usersOf(await asWorkspace(flags));
  const rows = users.map(({ username, id, permissions, createdAt }) => [
    username,
    id,
    permissions.join(" ") || "-",
    minuteOf(createdAt),
  ]);
  const head = ["NAME", "ID", "PERMISSIONS", "SINCE"];
  process.stdout.write(flags.json ? `${JSON.stringify({ users })}\n` : columns(head, rows));
};

interface MakeFlags extends Flags {
  readonly permission?: readonly string[];
  readonly out?: string;
}

type WithPassword = User & { readonly password?: string };

const create = async (username: string, { permission, out, ...flags }: MakeFlags): Promise<void> => {
  const request = await asWorkspace(flags);
  await handOver({
    out,
    json: flags.json,
    make: () => request<WithPassword>("POST", "/v1/users", { username, permissions: permission }),
    done: `The user ${username} is made.`,
    next: () => "Next, log in with it: POST /api/v1/login, or on the Info page.\n",
    harmless: (made) => without(made, "password"),
  });
};

const resetPassword = async (username: string, { out, ...flags }: Flags & { readonly out?: string }): Promise<void> => {
  const request = await asWorkspace(flags);
  const { id } = await userNamed(request, username);
  await handOver({
    out,
    json: flags.json,
    make: () => request<WithPassword>("POST", `/v1/users/${encodeURIComponent(id)}/password`, {}),
    done: `${username} has a new password, and every session of theirs is over.`,
    next: () => "Tell it to them in person; they change it themselves.\n",
    harmless: (made) => without(made, "password"),
  });
};

const remove = async (username: string, flags: Flags): Promise<void> => {
  const request = await asWorkspace(flags);
  const { id } = await userNamed(request, username);
  await request("DELETE", `/v1/users/${encodeURIComponent(id)}`);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ removed: username })}\n`
      : `The user ${username} is removed, with every session and token.\n`,
  );
};

const finished = (command: Command, example: string): Command =>
  addWorkspaceOptions(command)
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", `\nExample:\n  tidemark user ${example}`);

/** Adds `user` and its commands. */
export const addUser = (program: Command): void => {
  const user = program
    .command("user")
    .summary("accounts that log in")
    .description("accounts that log in, in the words of Rocket.Chat's API and on the page")
    .addHelpText("after", "\nExample:\n  tidemark user list");
  const out = () => new Option("--out <file>", "put the password into a new file, for you alone (mode 600)");
  finished(user.command("list").description("list the accounts"), "list").action(list);
  finished(
    user
      .command("create")
      .description("make an account and show its password, once")
      .argument("<name>", "what they log in with")
      .addOption(new Option("--permission <names...>", "what they may do").choices(PERMISSIONS))
      .addOption(out()),
    "create grace --permission view-statistics",
  ).action(create);
  finished(
    user
      .command("reset-password")
      .description("give an account a new password, and end its sessions")
      .argument("<name>", "whose")
      .addOption(out()),
    "reset-password grace",
  ).action(resetPassword);
  finished(
    user.command("remove").description("end an account, its sessions and tokens").argument("<name>", "whose"),
    "remove grace",
  ).action(remove);
};
