import { KEYS } from "../../contract.ts";
import type { KeptRule } from "../../core/alert.ts";
import { Failure } from "../../core/failure.ts";
import type { Follower } from "../../core/follower.ts";
import { keptJson } from "../../core/kept-json.ts";
import type { Alerts } from "../../ports/alerts.ts";
import { anyNumberIn, bytesIn, jsonIn, numberIn } from "./attributes.ts";
import { actItem } from "./audit.ts";
import { pressed, unpressed } from "./bodies.ts";
import { IS_NEW, type Item, type Table } from "./table.ts";

/** Rounds against others that change the same rules. */
const TRIES = 20;

const rulesOf = (item: Item | undefined): readonly KeptRule[] =>
  item === undefined ? [] : jsonIn<KeptRule[]>(item, "rules");

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
          onCondition(changed, anyNumberIn(item, "version") ?? 0),
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
      const follower = keptJson<Follower>(unpressed(bytesIn(item, "body")).toString());
      return { ...follower, version: numberIn(item, "version") };
    },

    async advance(workspace, follower) {
      const item = { ...KEYS.follower(workspace), body: pressed(JSON.stringify(follower)) };
      const { isDone } = await table.transact([onCondition(item, follower.version)]);
      return isDone ? { ...follower, version: follower.version + 1 } : undefined;
    },
  };
};
