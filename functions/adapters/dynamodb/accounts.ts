import { KEYS } from "../../contract.ts";
import type { Account, Accounts } from "../../ports/accounts.ts";
import { IS_NEW, type Item, prefixBounds, type Table } from "./table.ts";

/** The two items of an account: by its name, and in its workspace by its id. */
export const accountItems = (account: Account): readonly [Item, Item] => [
  { ...KEYS.account(account.name), workspace: account.workspace, account: JSON.stringify(account) },
  { ...KEYS.accountListed(account.workspace, account.userId), name: account.name },
];

const accountOf = (item: Item): Account => JSON.parse(item["account"] as string) as Account;

/** Accounts in DynamoDB. */
export const dynamoAccounts = (table: Table): Accounts => {
  const findByName = async (name: string): Promise<Account | undefined> => {
    const item = await table.get(KEYS.account(name));
    return item === undefined ? undefined : accountOf(item);
  };
  return {
    findByName,

    async findById(workspace, userId) {
      const listed = await table.get(KEYS.accountListed(workspace, userId));
      return listed === undefined ? undefined : findByName(listed["name"] as string);
    },

    async create(account) {
      const [named, listed] = accountItems(account);
      const { isDone } = await table.transact([table.put(named, IS_NEW), table.put(listed, IS_NEW)]);
      return isDone;
    },

    async replace(account) {
      const [named] = accountItems(account);
      const { isDone } = await table.transact([
        table.put(named, "workspace = :workspace", { ":workspace": account.workspace }),
      ]);
      return isDone;
    },

    async list(workspace, limit, after) {
      const { pk, sk: prefix } = KEYS.accountListed(workspace, "");
      const { items: listed, last } = await table.query(pk, prefixBounds(prefix), {
        limit,
        ...(after === undefined ? {} : { start: KEYS.accountListed(workspace, after) }),
      });
      const items = await table.getAll(listed.map(({ name }) => KEYS.account(name as string)));
      const accounts = items.map(accountOf).toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
      return { accounts, next: last?.sk.slice(prefix.length) };
    },

    async remove({ name, userId, workspace }) {
      await table.transact([table.remove(KEYS.account(name)), table.remove(KEYS.accountListed(workspace, userId))]);
    },
  };
};
