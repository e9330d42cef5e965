import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { keptJson } from "../functions/core/kept-json.ts";
import { type LocalCredentials, credentialsPath } from "../local/credentials-file.ts";
import { ApiFailure, ask, knock, problemIn } from "../local/import/api.ts";
import { Mishap } from "../local/mishap.ts";
import { Misuse } from "./misuse.ts";

/** Options that say which server is meant, and as whom to ask it. */
export interface ServerFlags {
  readonly credentials?: string;
  readonly data?: string;
  readonly url?: string;
}

/** Adds the options of {@link ServerFlags}, but for the server's address. */
const addFileOptions = (command: Command): Command =>
  command
    .option(
      "--credentials <file>",
      "as `operator create` or `workspace create` wrote it (default: the local runtime's)",
    )
    .option("--data <folder>", "where the local runtime keeps its credentials.json (TIDEMARK_DATA)");

const ADDRESS = "the server's address, when the file does not name it";

/** Adds the options of {@link ServerFlags}. */
export const addServerOptions = (command: Command): Command => addFileOptions(command).option("--url <url>", ADDRESS);

interface Found {
  readonly path: string;
  readonly baseUrl: string;
  readonly credentials: Partial<LocalCredentials>;
}

const read = async ({ credentials, data, url }: ServerFlags): Promise<Found> => {
  const path = credentials ?? credentialsPath(resolve(data ?? (process.env["TIDEMARK_DATA"] || ".tidemark")));
  let found: Partial<LocalCredentials>;
  try {
    found = keptJson<Partial<LocalCredentials>>(await readFile(path, "utf8"));
  } catch (error) {
    throw new Misuse(`${path} can't be read: start the local runtime once, or name a file with --credentials.`, {
      cause: error,
    });
  }
  const baseUrl = url ?? found.baseUrl;
  if (typeof baseUrl !== "string" || !URL.canParse(baseUrl))
    throw new Misuse(`${path} names no server: give its address, such as --url https://stats.example.org.`);
  return { path, baseUrl, credentials: found };
};

/** Asks a server; what it answers is not checked again. */
export type Ask = <T>(method: string, path: string, body?: object) => Promise<T>;

const sentAs = (body: object | undefined, headers: Readonly<Record<string, string>> = {}) => ({
  headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/**
 * Asks our own API as the operator.
 * @throws Misuse; what it gives throws Unreachable, ApiFailure.
 */
export const asOperator = async (flags: ServerFlags): Promise<Ask> => {
  const { path, baseUrl, credentials } = await read(flags);
  const { operatorKey } = credentials;
  if (typeof operatorKey !== "string") throw new Misuse(`${path} holds no operatorKey, and this needs one.`);
  const api = { baseUrl, key: operatorKey };
  await knock(api);
  return (method, route, body) => ask(api, method, route, sentAs(body));
};

const NEXT = /^<([^>]+)>; *rel="next"$/;

/** Pages of text, one after the other, as their `link` headers name the next. */
async function* pagesFrom(baseUrl: string, key: string, path: string): AsyncGenerator<string> {
  for (let next: string | undefined = path; next !== undefined;) {
    const response = await fetch(new URL(next, baseUrl), { headers: { authorization: `Bearer ${key}` } });
    const text = await response.text();
    if (!response.ok) throw new ApiFailure(`GET ${next}`, response.status, problemIn(text));
    yield text;
    next = NEXT.exec(response.headers.get("link") ?? "")?.[1];
  }
}

/**
 * Lines that our own API gives an operator, page by page.
 * @throws Misuse; reading on throws ApiFailure.
 */
export const linesAsOperator = async (flags: ServerFlags, path: string): Promise<AsyncIterable<string>> => {
  const { path: file, baseUrl, credentials } = await read(flags);
  if (typeof credentials.operatorKey !== "string")
    throw new Misuse(`${file} holds no operatorKey, and this needs one.`);
  await knock({ baseUrl, key: credentials.operatorKey });
  return pagesFrom(baseUrl, credentials.operatorKey, path);
};

/** Options that say which workspace of a server is meant. */
export interface WorkspaceFlags extends ServerFlags {
  readonly workspace?: string;
}

const addWorkspaceOption = (command: Command): Command =>
  command.option("--workspace <id>", "which workspace; another than the file's needs its operatorKey");

/** Adds the options of {@link WorkspaceFlags}. */
export const addWorkspaceOptions = (command: Command): Command => addServerOptions(addWorkspaceOption(command));

/** Flags of a command whose `--url` is another server's address: ours is `--server` there. */
export interface ApartFlags extends Omit<WorkspaceFlags, "url"> {
  readonly server?: string;
}

/** Adds the options of {@link ApartFlags}. */
export const addApartOptions = (command: Command): Command =>
  addFileOptions(addWorkspaceOption(command)).option("--server <url>", `Tidemark's: ${ADDRESS}`);

/** The same flags, as every other command has them. */
export const flagsApart = ({ credentials, data, workspace, server }: ApartFlags): WorkspaceFlags => ({
  ...(credentials === undefined ? {} : { credentials }),
  ...(data === undefined ? {} : { data }),
  ...(workspace === undefined ? {} : { workspace }),
  ...(server === undefined ? {} : { url: server }),
});

/**
 * Asks our own API about a workspace: with the file's apiKey about its own, with its operatorKey about any other.
 * @throws Misuse; what it gives throws Unreachable, ApiFailure.
 */
export const asWorkspace = async (flags: WorkspaceFlags): Promise<Ask> => {
  const { path, baseUrl, credentials } = await read(flags);
  const { workspace: own, apiKey, operatorKey } = credentials;
  const isOwn = apiKey !== undefined && (flags.workspace === undefined || flags.workspace === own);
  const key = isOwn ? apiKey : operatorKey;
  if (key === undefined) throw new Misuse(`${path} holds no operatorKey, and another workspace needs one.`);
  if (!isOwn && flags.workspace === undefined) throw new Misuse("Name the workspace with --workspace.");
  const api = { baseUrl, key, workspace: isOwn ? undefined : flags.workspace };
  await knock(api);
  return (method, route, body) => ask(api, method, route, sentAs(body));
};

/**
 * Asks our own API about a workspace as the operator; without a name, about the file's own.
 * @throws Misuse; what it gives throws Unreachable, ApiFailure.
 */
export const asOperatorOf = async (flags: WorkspaceFlags): Promise<Ask> => {
  const { path, baseUrl, credentials } = await read(flags);
  const workspace = flags.workspace ?? credentials.workspace;
  if (credentials.operatorKey === undefined) throw new Misuse(`${path} holds no operatorKey, and this needs one.`);
  if (workspace === undefined) throw new Misuse("Name the workspace with --workspace.");
  const api = { baseUrl, key: credentials.operatorKey, workspace };
  await knock(api);
  return (method, route, body) => ask(api, method, route, sentAs(body));
};

/** Every item of a list that comes in pages. */
export const allPages = async <T>(request: Ask, route: string, name: string): Promise<readonly T[]> => {
  const items: T[] = [];
  for (let cursor: string | undefined, isEnd = false; !isEnd;) {
    const page = await request<Readonly<Record<string, unknown>>>(
      "GET",
      `${route}?limit=1000${cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...(page[name] as readonly T[]));
    cursor = page["next"] as string | undefined;
    isEnd = cursor === undefined;
  }
  return items;
};

/** The whole id of the one that begins so; what fits none or several goes on as it is, and the server says so. */
export const wholeId = (all: readonly { readonly id: string }[], beginning: string): string => {
  const [found, ...others] = all.filter(({ id }) => id.startsWith(beginning));
  return found !== undefined && others.length === 0 ? found.id : beginning;
};

/** What Rocket.Chat's dialect says of a failure; its reasons each have a sentence. */
const told = ({ status, problem }: ApiFailure): string => {
  const error = typeof problem["error"] === "string" ? problem["error"] : `the server answered with ${status}`;
  const reasons = Array.isArray(problem["reasons"]) ? (problem["reasons"] as readonly { detail?: unknown }[]) : [];
  return [error, ...reasons.map(({ detail }) => `  ${String(detail)}`)].join("\n");
};

/**
 * Asks the Rocket.Chat dialect as a workspace's administrator.
 * @throws Misuse; what it gives throws Unreachable, and Mishap in the server's words.
 */
export const asAdministrator = async (flags: ServerFlags): Promise<Ask> => {
  const { path, baseUrl, credentials } = await read(flags);
  const { rocketchat, apiKey } = credentials;
  if (rocketchat === undefined || apiKey === undefined)
    throw new Misuse(`${path} holds no administrator of a workspace, and this needs one.`);
  const api = { baseUrl, key: apiKey };
  await knock(api);
  const headers = { "x-auth-token": rocketchat.authToken, "x-user-id": rocketchat.userId };
  return async (method, route, body) => {
    try {
      return await ask(api, method, route, sentAs(body, headers));
    } catch (error) {
      if (error instanceof ApiFailure) throw new Mishap(told(error), { cause: error });
      throw error;
    }
  };
};
