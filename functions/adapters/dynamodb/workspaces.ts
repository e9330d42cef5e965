import { KEYS, WORKSPACE_SHARDS } from "../../contract.ts";
import { Failure } from "../../core/failure.ts";
import { DEFAULT_SETTINGS, type Workspace } from "../../core/workspace.ts";
import type { Workspaces } from "../../ports/workspaces.ts";
import { accountItems } from "./accounts.ts";
import { jsonIn, numberIn, textIn } from "./attributes.ts";
import { noted } from "./audit.ts";
import { headBody, headItem } from "./head.ts";
import { IS_NEW, type Item, type Table } from "./table.ts";

const shardOf = (id: string): number => {
  let sum = 0;
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0;
  return sum % WORKSPACE_SHARDS;
};

const PAGE = 1_000;
/** Rounds against others that change the same workspace. */
const TRIES = 20;

/** A workspace that was made before there was a setting has what everybody has. */
const workspaceOf = (item: Item): Workspace => ({
  ...DEFAULT_SETTINGS,
  ...jsonIn<Workspace>(item, "workspace"),
});

const workspaceItem = (workspace: Workspace, version: number): Item => ({
  ...KEYS.workspace(workspace.id),
  workspace: JSON.stringify(workspace),
  version,
});

/** Workspaces in DynamoDB. */
export const dynamoWorkspaces = (table: Table): Workspaces => ({
  async find(id) {
    const item = await table.get(KEYS.workspace(id));
    return item === undefined ? undefined : workspaceOf(item);
  },

  async create(workspace, head, account, acts = []) {
    const { id } = workspace;
    const [named, listed] = accountItems(account);
    const outcome = await table.transact([
      table.put(workspaceItem(workspace, 0), IS_NEW),
      table.put(headItem(id, head, { body: headBody(head).bytes }), IS_NEW),
      table.put({ ...KEYS.workspaceListed(shardOf(id), id) }),
      table.put(named, IS_NEW),
      table.put(listed, IS_NEW),
      ...noted(table, acts),
    ]);
    return outcome.isDone;
  },

  async change(id, change, actsOf) {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const item = await table.get(KEYS.workspace(id));
      if (item === undefined) return undefined;
      const before = workspaceOf(item);
      const changed = change(before);
      const version = numberIn(item, "version");
      const listed = KEYS.workspaceListed(shardOf(id), id);
      const { isDone } = await table.transact([
        table.put(workspaceItem(changed, version + 1), "version = :version", { ":version": version }),
        // Most changes leave the list alone, and most functions may delete nothing.
        ...(changed.state === before.state
          ? []
          : [changed.state === "ended" ? table.remove(listed) : table.put({ ...listed })]),
        ...noted(table, actsOf?.(before, changed) ?? []),
      ]);
      if (isDone) return changed;
      await table.pause(attempt);
    }
    throw new Failure("store.busy", "Others kept changing this workspace; try again.");
  },

  async findAll(ids) {
    const items = await table.getAll(ids.map((id) => KEYS.workspace(id)));
    const found = new Map(items.map((item) => [workspaceOf(item).id, workspaceOf(item)]));
    return ids.flatMap((id) => found.get(id) ?? []);
  },

  async list(after, limit = PAGE) {
    const [shard = "0", id] = after?.split("#") ?? [];
    const { pk } = KEYS.workspaceListed(Number(shard), "");
    const start = id === undefined || id === "" ? undefined : KEYS.workspaceListed(Number(shard), id);
    const { items, last } = await table.query(
      pk,
      {},
      { limit, isConsistent: false, ...(start === undefined ? {} : { start }) },
    );
    const ids = items.map((item) => textIn(item, "sk"));
    if (last !== undefined) return { ids, next: `${shard}#${last.sk}` };
    const isLast = Number(shard) + 1 >= WORKSPACE_SHARDS;
    return { ids, next: isLast ? undefined : `${Number(shard) + 1}#` };
  },
});
