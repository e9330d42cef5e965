import { KEYS } from "../../contract.ts";
import type { KeptRule } from "../../core/alert.ts";
import { Failure } from "../../core/failure.ts";
import type { Follower } from "../../core/follower.ts";
import type { Alerts } from "../../ports/alerts.ts";
import { actItem } from "./audit.ts";
import { pressed, unpressed } from "./bodies.ts";
import { IS_NEW, type Item, type Table } from "./table.ts";

/** Rounds against others that change the same rules. */
const TRIES = 20;

const rulesOf = (item: Item | undefined): readonly KeptRule[] =>
  item === undefined ? [] : (JSON.parse(item["rules"] as string) as KeptRule[]);

/** Rules and follower of a workspace, an item each. */
export const dynamoAlerts = (table: Table): Alerts => {
  const onCondition = (item: Item, version: number): ReturnType<Table["put"]> =>
    version === 0
      ? table.put({ ...item, version: 1 }, IS_NEW)
      : table.put({ ...item, version: version + 1 }, "version = :version", { ":version": version });

  return {
    async rules(workspace) {
      return rulesOf(await table.get(KEYS.alertRules(workspace)));
    },

    async change(workspace, change, act) {
      for (let attempt = 1; attempt <= TRIES; attempt++) {
        const item = await table.get(KEYS.alertRules(workspace));
        const rules = change(rulesOf(item));
        const changed = { ...KEYS.alertRules(workspace), rules: JSON.stringify(rules) };
        const { isDone } = await table.transact([
          onCondition(changed, (item?.["version"] as number | undefined) ?? 0),
          table.put(actItem(act)),
        ]);
        if (isDone) return rules;
        await table.pause(attempt);
      }
      throw new Failure("store.busy", "Others kept changing these rules; try again.");
    },

    async follower(workspace) {
      const item = await table.get(KEYS.follower(workspace));
      if (item === undefined) return undefined;
      const follower = JSON.parse(unpressed(item["body"] as Uint8Array).toString()) as Follower;
      return { ...follower, version: item["version"] as number };
    },

    async advance(workspace, follower) {
      const item = { ...KEYS.follower(workspace), body: pressed(JSON.stringify(follower)) };
      const { isDone } = await table.transact([onCondition(item, follower.version)]);
      return isDone ? { ...follower, version: follower.version + 1 } : undefined;
    },
  };
};
