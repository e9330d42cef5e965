import { KEYS } from "../../contract.ts";
import type { Account, Accounts } from "../../ports/accounts.ts";
import { jsonIn, textIn } from "./attributes.ts";
import { noted } from "./audit.ts";
import { IS_NEW, type Item, prefixBounds, type Table } from "./table.ts";

/** The two items of an account: by its name, and in its workspace by its id. */
export const accountItems = (account: Account): readonly [Item, Item] => [
  {
    ...KEYS.account(account.name),
    workspace: account.workspace,
    userId: account.userId,
    account: JSON.stringify(account),
  },
  { ...KEYS.accountListed(account.workspace, account.userId), name: account.name },
];

/** Condition under which the item of a name is the account's that is meant, and its values. */
const IS_HERS = "workspace = :workspace AND userId = :userId";
const hers = ({ workspace, userId }: Pick<Account, "workspace" | "userId">): Item => ({
  ":workspace": workspace,
  ":userId": userId,
});

const accountOf = (item: Item): Account => jsonIn<Account>(item, "account");

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
      const found = listed === undefined ? undefined : await findByName(textIn(listed, "name"));
      // Between the two reads the name may have become another's.
      return found?.workspace === workspace && found.userId === userId ? found : undefined;
    },

    async create(account, acts = []) {
      const [named, listed] = accountItems(account);
      const { isDone } = await table.transact([
        table.put(named, IS_NEW),
        table.put(listed, IS_NEW),
        ...noted(table, acts),
      ]);
      return isDone;
    },

    async replace(account, acts = []) {
      const [named] = accountItems(account);
      const { isDone } = await table.transact([table.put(named, IS_HERS, hers(account)), ...noted(table, acts)]);
      return isDone;
    },

    async list(workspace, limit, after) {
      const { pk, sk: prefix } = KEYS.accountListed(workspace, "");
      const { items: listed, last } = await table.query(pk, prefixBounds(prefix), {
        limit,
        ...(after === undefined ? {} : { start: KEYS.accountListed(workspace, after) }),
      });
      const items = await table.getAll(listed.map((item) => KEYS.account(textIn(item, "name"))));
      const accounts = items.map(accountOf).toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
      return { accounts, next: last?.sk.slice(prefix.length) };
    },

    async remove({ name, userId, workspace }, acts = []) {
      await table.transact([
        table.remove(KEYS.account(name), IS_HERS, hers({ workspace, userId })),
        table.remove(KEYS.accountListed(workspace, userId)),
        ...noted(table, acts),
      ]);
    },
  };
};
