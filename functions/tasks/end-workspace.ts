import { Failure } from "../core/failure.ts";
import type { Act } from "../ports/audit.ts";
import type { Parts } from "./parts.ts";

type EndParts = Pick<
  Parts,
  | "workspaces"
  | "credentials"
  | "accounts"
  | "hours"
  | "remains"
  | "channels"
  | "signingSecrets"
  | "upstreamCredentials"
  | "peopleKeys"
  | "clock"
>;

/** What one call ended or removed; while something `isLeft`, call again. */
export interface Ended {
  readonly credentials: number;
  readonly accounts: number;
  readonly items: number;
  readonly isLeft: boolean;
}

const AT_A_TIME = 100;
/** Pages of credentials to end, and of accounts to remove, in one call. */
const PAGES = 20;

const endCredentials = async (parts: EndParts, id: string): Promise<{ count: number; isLeft: boolean }> => {
  const now = parts.clock();
  let count = 0;
  let after: string | undefined;
  // Those that ended before are passed on the way.
  while (count < PAGES * AT_A_TIME) {
    const { credentials, next } = await parts.credentials.list(id, AT_A_TIME, after);
    const good = credentials.filter(({ revokedAt }) => revokedAt === null);
    await Promise.all(good.map(({ hash }) => parts.credentials.revoke(hash, now)));
    count += good.length;
    if (next === undefined) return { count, isLeft: false };
    after = next;
  }
  return { count, isLeft: true };
};

const removeAccounts = async (parts: EndParts, id: string): Promise<{ count: number; isLeft: boolean }> => {
  let count = 0;
  for (let page = 0; page < PAGES; page++) {
    const { accounts, next } = await parts.accounts.list(id, AT_A_TIME);
    for (const account of accounts) await parts.accounts.remove(account);
    count += accounts.length;
    if (next === undefined) return { count, isLeft: false };
  }
  return { count, isLeft: true };
};

/** Before the channels, which are what the secrets are found by. Only webhooks have one. */
const removeSecrets = async (parts: EndParts, id: string): Promise<void> => {
  for (const { id: channel, target } of await parts.channels.list(id))
    if (target.kind === "webhook") await parts.signingSecrets.remove(id, channel);
  await parts.upstreamCredentials.remove(id);
};

/**
 * Ends a workspace: nothing is taken, served or closed for it any more, its credentials end, and its secrets and
 * what is kept of its people are removed. What was published stays, and so does its id. Calling it again goes on with what is left.
 * @param actsOf what the audit trail keeps of it, once.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const endWorkspace =
  (parts: EndParts) =>
  async (id: string, actsOf: () => readonly Act[] = () => []): Promise<Ended> => {
    const workspace = await parts.workspaces.change(
      id,
      (before) => ({ ...before, state: "ended" }),
      ({ state }) => (state === "ended" ? [] : actsOf()),
    );
    if (workspace === undefined) throw new Failure("workspace.missing", `There is no workspace ${id}.`);
    const credentials = await endCredentials(parts, id);
    const accounts = await removeAccounts(parts, id);
    await removeSecrets(parts, id);
    await parts.peopleKeys.remove(id);
    const head = await parts.hours.head(id);
    const { removed, isEmpty } = await parts.remains.remove(id, head?.positions.length ?? 1);
    return {
      credentials: credentials.count,
      accounts: accounts.count,
      items: removed,
      isLeft: credentials.isLeft || accounts.isLeft || !isEmpty,
    };
  };
