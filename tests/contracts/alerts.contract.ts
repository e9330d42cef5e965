import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KeptRule } from "../../functions/core/alert.ts";
import { NEW_FOLLOWER } from "../../functions/core/follower.ts";
import type { Act } from "../../functions/ports/audit.ts";
import type { Alerts } from "../../functions/ports/alerts.ts";
import type { Store } from "../support/store.ts";

const rule = (id: string): KeptRule => ({ rule: { kind: "missed-hours", id, repeatHours: 24 }, from: 7 });
const act = (id: string): Act => ({
  workspace: "acme",
  id,
  at: Date.parse("2026-11-21T09:00:00Z"),
  by: "key «x»",
  action: "alerts.changed",
  details: {},
});
const adding =
  (id: string) =>
  (rules: readonly KeptRule[]): readonly KeptRule[] => [...rules, rule(id)];

/** What every keeper of alerts has to do. */
export const alertsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the alerts in ${adapter}`, () => {
    let store: Store;
    let alerts: Alerts;
    beforeEach(async () => {
      store = await open();
      ({ alerts } = store.parts);
    });
    afterEach(() => store.close());

    it("have no rules and have followed nothing at first", async () => {
      expect(await alerts.rules("acme")).toEqual([]);
      expect(await alerts.follower("acme")).toBeUndefined();
    });

    it("keep rules in their order, workspace by workspace, and note each act", async () => {
      for (const id of ["b", "a"]) await alerts.change("acme", adding(id), act(id));
      expect(await store.connect().alerts.rules("acme")).toEqual([rule("b"), rule("a")]);
      expect(await alerts.rules("other")).toEqual([]);
      const { acts } = await store.parts.audit.list("acme", { from: 0, to: Date.parse("2027-01-01"), limit: 9 });
      expect(acts.map(({ id }) => id)).toEqual(["b", "a"]);
    });

    it("keep all of 8 rules that come at once", async () => {
      const ids = Array.from({ length: 8 }, (_, at) => String(at));
      await Promise.all(ids.map((id) => store.connect().alerts.change("acme", adding(id), act(id))));
      expect((await alerts.rules("acme")).map(({ rule: { id } }) => id).toSorted()).toEqual(ids);
    });

    it("move a follower on for one of 8 that try at once, and for nobody who read an older one", async () => {
      const tries = Array.from({ length: 8 }, (_, number) =>
        store.connect().alerts.advance("acme", { ...NEW_FOLLOWER, number, hour: 9 }),
      );
      const [won, ...others] = (await Promise.all(tries)).filter((follower) => follower !== undefined);
      expect(others).toEqual([]);
      expect(won?.version).toBe(1);
      expect(await alerts.follower("acme")).toEqual(won);
      expect(await alerts.advance("acme", NEW_FOLLOWER)).toBeUndefined();
      expect(await alerts.follower("acme")).toEqual(won);
    });
  });
};
