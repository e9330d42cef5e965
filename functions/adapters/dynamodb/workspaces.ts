import { KEYS, WORKSPACE_SHARDS } from "../../contract.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Workspaces } from "../../ports/workspaces.ts";
import { headBody, headItem } from "./head.ts";
import { IS_NEW, type Table } from "./table.ts";

const shardOf = (id: string): number => {
  let sum = 0;
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0;
  return sum % WORKSPACE_SHARDS;
};

const PAGE = 1_000;

/** Workspaces in DynamoDB. */
export const dynamoWorkspaces = (table: Table): Workspaces => ({
  async find(id) {
    const item = await table.get(KEYS.workspace(id));
    return item === undefined ? undefined : (JSON.parse(item["workspace"] as string) as Workspace);
  },

  async create(workspace, head, account) {
    const { id } = workspace;
    const outcome = await table.transact([
      table.put({ ...KEYS.workspace(id), workspace: JSON.stringify(workspace) }, IS_NEW),
      table.put(headItem(id, head, { body: headBody(head).bytes }), IS_NEW),
      table.put({ ...KEYS.workspaceListed(shardOf(id), id) }),
      table.put({ ...KEYS.user(account.name), ...account }, IS_NEW),
    ]);
    return outcome.isDone;
  },

  async replaceAccount(account) {
    const outcome = await table.transact([
      table.put({ ...KEYS.user(account.name), ...account }, "attribute_not_exists(pk) OR workspace = :workspace", {
        ":workspace": account.workspace,
      }),
    ]);
    if (!outcome.isDone) throw new Error(`the account ${account.name} belongs to another workspace`);
  },

  async list(after) {
    const [shard = "0", id] = after?.split("#") ?? [];
    const { pk } = KEYS.workspaceListed(Number(shard), "");
    const start = id === undefined || id === "" ? undefined : KEYS.workspaceListed(Number(shard), id);
    const { items, last } = await table.query(
      pk,
      {},
      { limit: PAGE, isConsistent: false, ...(start === undefined ? {} : { start }) },
    );
    const ids = items.map((item) => item["sk"] as string);
    if (last !== undefined) return { ids, next: `${shard}#${last.sk}` };
    const isLast = Number(shard) + 1 >= WORKSPACE_SHARDS;
    return { ids, next: isLast ? undefined : `${Number(shard) + 1}#` };
  },
});
