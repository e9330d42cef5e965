import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newHead } from "../../functions/core/head.ts";
import type { Account } from "../../functions/ports/accounts.ts";
import type { Workspaces } from "../../functions/ports/workspaces.ts";
import { SAMPLE_HOUR, sampleWorkspace } from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const accountOf = (workspace: string, changes: Partial<Account> = {}): Account => ({
  name: `operator-of-${workspace}`,
  userId: "u1",
  workspace,
  passwordHash: "scrypt$1$1$1$c2FsdA==$aGFzaA==",
  scopes: ["view-statistics"],
  createdAt: 1,
  ...changes,
});

/** What every keeper of workspaces has to do. */
export const workspacesContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the workspaces in ${adapter}`, () => {
    let store: Store;
    let workspaces: Workspaces;
    beforeEach(async () => {
      store = await open();
      ({ workspaces } = store.parts);
    });
    afterEach(() => store.close());

    const create = (id: string, account = accountOf(id), from = workspaces): Promise<boolean> =>
      from.create(sampleWorkspace(id), newHead(SAMPLE_HOUR), account);
    const listed = async (): Promise<string[]> => {
      const ids: string[] = [];
      for (let after: string | undefined, isEnd = false; !isEnd;) {
        const page = await (after === undefined ? workspaces.list() : workspaces.list(after));
        ids.push(...page.ids);
        after = page.next;
        isEnd = after === undefined;
      }
      return ids;
    };

    it("has none at first", async () => {
      expect(await workspaces.find("acme")).toBeUndefined();
      expect(await listed()).toEqual([]);
    });

    it("creates a workspace with its head, and lists it", async () => {
      expect(await create("acme")).toBe(true);
      expect(await workspaces.find("acme")).toEqual(sampleWorkspace("acme"));
      expect(await store.parts.hours.head("acme")).toEqual(newHead(SAMPLE_HOUR));
      expect(await listed()).toEqual(["acme"]);
    });

    it("writes nothing when the id is taken", async () => {
      await create("acme");
      const before = await store.contents();
      const workspace = sampleWorkspace("acme", { name: "Another" });
      expect(await workspaces.create(workspace, newHead(1), accountOf("acme", { name: "another" }))).toBe(false);
      expect(await store.contents()).toEqual(before);
    });

    it("writes nothing when the account's name is taken", async () => {
      await create("acme");
      const before = await store.contents();
      expect(await create("other", accountOf("other", { name: "operator-of-acme" }))).toBe(false);
      expect(await store.contents()).toEqual(before);
    });

    it("lets one of 16 win who create the same", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, at) =>
          create("acme", accountOf("acme", { name: `operator-${at}` }), store.connect().workspaces),
        ),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      // The workspace, its head, its place in the list, and one account with its place in the workspace.
      expect(await store.contents()).toHaveLength(5);
    });

    it("lists every workspace once, page by page", async () => {
      const ids = Array.from({ length: 60 }, (_, at) => `workspace-${at}`);
      await Promise.all(ids.map((id) => create(id)));
      expect((await listed()).toSorted()).toEqual(ids.toSorted());
    });

    it("changes a workspace, and says how it is afterwards", async () => {
      await create("acme");
      const after = await workspaces.change("acme", (workspace) => ({ ...workspace, name: "Renamed" }));
      expect(after).toEqual(sampleWorkspace("acme", { name: "Renamed" }));
      expect(await store.connect().workspaces.find("acme")).toEqual(after);
    });

    it("notes what is to be noted of a change with it, and nothing of a change that is none", async () => {
      await create("acme");
      const act = { workspace: "acme", id: "a", at: 1, by: "ann", action: "workspace.changed", details: {} };
      const change = () =>
        workspaces.change(
          "acme",
          (workspace) => ({ ...workspace, name: "Renamed" }),
          (before, after) => (before.name === after.name ? [] : [act]),
        );
      await change();
      await change();
      expect((await store.parts.audit.list("acme", { from: 0, to: 2, limit: 9 })).acts).toEqual([act]);
    });

    it("shows a change at once to the one who made it", async () => {
      await create("acme");
      await workspaces.find("acme");
      await workspaces.change("acme", (workspace) => ({ ...workspace, state: "paused" }));
      expect(await workspaces.find("acme")).toMatchObject({ state: "paused" });
    });

    it("changes none where there is none, and does not ask how", async () => {
      const asked: string[] = [];
      const after = await workspaces.change("acme", (workspace) => {
        asked.push(workspace.id);
        return workspace;
      });
      expect(after).toBeUndefined();
      expect(asked).toEqual([]);
      expect(await store.contents()).toEqual([]);
    });

    it("lists as many at once as asked for, and no more", async () => {
      const ids = Array.from({ length: 20 }, (_, at) => `workspace-${at}`);
      await Promise.all(ids.map((id) => create(id)));
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await workspaces.list(after, 2);
        expect(page.ids.length).toBeLessThanOrEqual(2);
        found.push(...page.ids);
        after = page.next;
      } while (after !== undefined);
      expect(found.toSorted()).toEqual(ids.toSorted());
    });

    it("finds many at once, in the order asked for, ended ones too", async () => {
      const ids = Array.from({ length: 120 }, (_, at) => `workspace-${at}`);
      await Promise.all(ids.map((id) => create(id)));
      await workspaces.change("workspace-7", (workspace) => ({ ...workspace, state: "ended" }));
      const found = await workspaces.findAll([...ids.toReversed(), "nobody"]);
      expect(found.map(({ id }) => id)).toEqual(ids.toReversed());
      expect(found.find(({ id }) => id === "workspace-7")).toMatchObject({ state: "ended" });
      expect(await workspaces.findAll([])).toEqual([]);
    });

    it("leaves a workspace as it is when the change throws", async () => {
      await create("acme");
      const before = await store.contents();
      const refuse = (): never => {
        throw new Error("not like this");
      };
      await expect(workspaces.change("acme", refuse)).rejects.toThrow("not like this");
      expect(await store.contents()).toEqual(before);
    });

    it("loses none of 16 changes that come at once", async () => {
      await create("acme");
      const pauses = Array.from({ length: 16 }, (_, at) => ({ from: at, to: at + 1 }));
      await Promise.all(
        pauses.map((pause) =>
          store
            .connect()
            .workspaces.change("acme", (workspace) => ({ ...workspace, pauses: [...workspace.pauses, pause] })),
        ),
      );
      const after = await store.connect().workspaces.find("acme");
      expect(after?.pauses.toSorted((a, b) => a.from - b.from)).toEqual(pauses);
    });

    it("takes one that has ended out of the list, and keeps it", async () => {
      await Promise.all(["acme", "other"].map((id) => create(id)));
      await workspaces.change("acme", (workspace) => ({ ...workspace, state: "ended" }));
      expect(await listed()).toEqual(["other"]);
      expect(await workspaces.find("acme")).toMatchObject({ state: "ended" });
      expect(await create("acme", accountOf("acme", { name: "another", userId: "u2" }))).toBe(false);
    });

    it("keeps one in the list that is paused", async () => {
      await create("acme");
      await workspaces.change("acme", (workspace) => ({ ...workspace, state: "paused" }));
      expect(await listed()).toEqual(["acme"]);
    });
  });
};
