import { EVERY_WORKSPACE, PERMISSIONS, type Permission, WORKSPACE_SCOPES } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { newHead } from "../core/head.ts";
import { hourOf } from "../core/hour.ts";
import { NO_PASSWORD } from "../core/password.ts";
import { DEFAULT_SETTINGS, isWorkspaceId, type Workspace } from "../core/workspace.ts";
import type { Account } from "../ports/accounts.ts";
import type { ActsOn } from "../ports/audit.ts";
import { issueCredential, type NewCredential } from "./issue-credential.ts";
import { keptPassword, newPassword, newUserId } from "./manage-users.ts";
import { noActs } from "./note-act.ts";
import type { Parts } from "./parts.ts";

/** A workspace's first credentials; secrets appear here and nowhere else. */
export interface FirstCredentials {
  readonly workspace: string;
  readonly apiKey: string;
  readonly imkit: { readonly apiKey: string; readonly clientKey: string };
  readonly rocketchat: {
    readonly userId: string;
    readonly authToken: string;
    readonly username: string;
    readonly password: string;
  };
  readonly viewer: { readonly userId: string; readonly authToken: string };
}

type CreateParts = Pick<Parts, "workspaces" | "accounts" | "credentials" | "clock" | "secret" | "hashPassword">;

/** What an administrator's account may do; the exemption from rate limits is nobody's by default. */
export const ADMINISTRATOR: readonly Permission[] = PERMISSIONS.filter(
  (permission) => permission !== "api-bypass-rate-limit",
);

const SUFFIX_CHARACTERS = 6;
const FIRST_TOKEN = "first token";

/** What a workspace is called by servers that ask for a unique id, and identifies itself with to IMKit's clients. */
export const newDeploymentId = (parts: Pick<Parts, "secret">): string => parts.secret(17);
/** What IMKit's clients know a workspace by. */
export const newClientKey = (parts: Pick<Parts, "secret">): string => `ck_${parts.secret(16)}`;

/** The account of the first viewer, to which nobody logs in with a password; an earlier one of the name serves on. */
const viewerOf = async (parts: CreateParts, workspace: string): Promise<Account> => {
  const name = `viewer-${workspace}`;
  const known = await parts.accounts.findByName(name);
  if (known?.workspace === workspace) return known;
  const account = {
    // Somebody else may have taken the name; this one is told to nobody, so any will do.
    name: known === undefined ? name : `${name}-${parts.secret(SUFFIX_CHARACTERS)}`,
    userId: newUserId(parts),
    workspace,
    passwordHash: NO_PASSWORD,
    scopes: [],
    createdAt: parts.clock(),
  };
  if (await parts.accounts.create(account)) return account;
  throw new Failure("store.busy", `Somebody took the name ${account.name} in this moment; try again.`);
};

const issueAll = async (
  parts: CreateParts,
  workspace: Workspace,
  account: { readonly name: string; readonly userId: string; readonly password: string },
): Promise<FirstCredentials> => {
  const { id } = workspace;
  const issue = async (what: Omit<NewCredential, "workspace">): Promise<string> =>
    (await issueCredential(parts)({ ...what, workspace: id })).secret;
  const viewer = await viewerOf(parts, id);
  return {
    workspace: id,
    apiKey: await issue({ kind: "key", scopes: WORKSPACE_SCOPES, label: "first key" }),
    imkit: {
      apiKey: await issue({ kind: "imkit", scopes: ["platform"], label: "first IMKit key" }),
      clientKey: workspace.clientKey,
    },
    rocketchat: {
      userId: account.userId,
      authToken: await issue({ kind: "token", scopes: ADMINISTRATOR, label: FIRST_TOKEN, userId: account.userId }),
      username: account.name,
      password: account.password,
    },
    viewer: {
      userId: viewer.userId,
      authToken: await issue({ kind: "token", scopes: [], label: FIRST_TOKEN, userId: viewer.userId }),
    },
  };
};

/** A new workspace and what it is reached by. */
export interface Created {
  readonly workspace: Workspace;
  readonly credentials: FirstCredentials;
}

/** What a new workspace is made from; `startsAt` in milliseconds since 1970 UTC, now by default. */
export interface NewWorkspace {
  readonly id: string;
  readonly name: string;
  readonly startsAt?: number | undefined;
  /** Name of its first operator account; unique per deployment. */
  readonly username?: string | undefined;
}

/**
 * Makes a workspace with its first credentials.
 * @throws Failure `parameter.invalid` for a bad id, `workspace.exists` when the id or the account's name is taken.
 */
export const createWorkspace =
  (parts: CreateParts) =>
  async (
    { id, name, startsAt = parts.clock(), username = `admin-${id}` }: NewWorkspace,
    actsOn: ActsOn<Workspace> = noActs,
  ): Promise<Created> => {
    if (!isWorkspaceId(id))
      throw new Failure(
        "parameter.invalid",
        "id must be 1 to 63 characters of a-z, 0-9 and -, and begin with a letter or digit.",
        { parameter: "id" },
      );
    const workspace: Workspace = {
      id,
      name,
      state: "active",
      source: "events",
      ...DEFAULT_SETTINGS,
      startsAt,
      deploymentId: newDeploymentId(parts),
      clientKey: newClientKey(parts),
    };
    const account = { name: username, userId: newUserId(parts), password: newPassword(parts) };
    const administrator = {
      name: account.name,
      userId: account.userId,
      workspace: id,
      passwordHash: await keptPassword(parts, account.password),
      scopes: ADMINISTRATOR,
      createdAt: parts.clock(),
    };
    const head = newHead(hourOf(startsAt));
    const isMade = await parts.workspaces.create(workspace, head, administrator, actsOn(workspace));
    if (!isMade)
      throw new Failure("workspace.exists", `The id ${id}, or the account ${username}, is taken: choose another.`, {
        id,
      });
    return { workspace, credentials: await issueAll(parts, workspace, account) };
  };

/** Makes a key for every workspace; the secret is shown once. */
export const createOperatorKey = (parts: CreateParts) => async (): Promise<string> =>
  (
    await issueCredential(parts)({
      workspace: EVERY_WORKSPACE,
      kind: "operator",
      scopes: [...WORKSPACE_SCOPES, "operator"],
      label: "operator",
    })
  ).secret;

/**
 * New first credentials for a workspace whose first ones were lost before anyone saw them.
 * @throws Failure `workspace.missing`, `account.exists` when the account's name is another workspace's.
 */
export const issueCredentials =
  (parts: CreateParts) =>
  async (workspaceId: string, username = `admin-${workspaceId}`): Promise<FirstCredentials> => {
    const workspace = await parts.workspaces.find(workspaceId);
    if (workspace === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspaceId}.`);
    const known = await parts.accounts.findByName(username);
    const account = { name: username, userId: known?.userId ?? newUserId(parts), password: newPassword(parts) };
    const kept = {
      name: account.name,
      userId: account.userId,
      workspace: workspaceId,
      passwordHash: await keptPassword(parts, account.password),
      scopes: ADMINISTRATOR,
      createdAt: known?.createdAt ?? parts.clock(),
    };
    const isKept = await (known === undefined ? parts.accounts.create(kept) : parts.accounts.replace(kept));
    if (!isKept)
      throw new Failure("account.exists", `The account ${username} belongs to another workspace: choose another name.`);
    return issueAll(parts, workspace, account);
  };
