import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Account, Accounts } from "../../functions/ports/accounts.ts";
import { pagesOf } from "../support/pages.ts";
import { sampleAccount } from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const account = (name: string, changes: Partial<Account> = {}): Account => ({
  ...sampleAccount(),
  name,
  userId: `id-of-${name}`,
  scopes: ["view-statistics"],
  ...changes,
});

/** What every keeper of accounts has to do. */
export const accountsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the accounts in ${adapter}`, () => {
    let store: Store;
    let accounts: Accounts;
    beforeEach(async () => {
      store = await open();
      ({ accounts } = store.parts);
    });
    afterEach(() => store.close());

    const everyone = async (workspace = "acme", limit = 100): Promise<readonly (readonly string[])[]> => {
      const pages = await pagesOf((after) => accounts.list(workspace, limit, after));
      return pages.map((page) => page.accounts.map(({ userId }) => userId));
    };

    it("finds an account by its name and by its id", async () => {
      const ann = account("ann", { passwordHash: "scrypt$1$1$1$c2FsdA==$aGFzaA==" });
      expect(await accounts.create(ann)).toBe(true);
      await accounts.create(account("bob"));
      expect(await accounts.findByName("ann")).toEqual(ann);
      expect(await accounts.findById("acme", "id-of-ann")).toEqual(ann);
    });

    it("finds nobody under what is not there, and no id of another workspace", async () => {
      await accounts.create(account("ann"));
      expect(await accounts.findByName("bob")).toBeUndefined();
      expect(await accounts.findById("acme", "ann")).toBeUndefined();
      expect(await accounts.findById("other", "id-of-ann")).toBeUndefined();
    });

    it.each([
      ["its name is taken", account("ann", { userId: "another" })],
      ["its name is taken in another workspace", account("ann", { userId: "another", workspace: "other" })],
      ["its id is taken", account("another", { userId: "id-of-ann" })],
    ])("writes nothing of a new one when %s", async (_why, second) => {
      await accounts.create(account("ann"));
      const before = await store.contents();
      expect(await accounts.create(second)).toBe(false);
      expect(await store.contents()).toEqual(before);
    });

    it("lets one of 16 win who create the same name", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, at) => store.connect().accounts.create(account("ann", { userId: `id-${at}` }))),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await everyone()).toEqual([[(await accounts.findByName("ann"))?.userId]]);
    });

    it("replaces an account", async () => {
      await accounts.create(account("ann"));
      const changed = account("ann", { passwordHash: "new", scopes: [] });
      expect(await accounts.replace(changed)).toBe(true);
      expect(await accounts.findById("acme", "id-of-ann")).toEqual(changed);
    });

    it.each([
      ["nobody", account("bob")],
      ["one of another workspace", account("ann", { workspace: "other", passwordHash: "stolen" })],
      ["one with another id", account("ann", { userId: "another" })],
    ])("replaces %s by nothing", async (_whom, changed) => {
      await accounts.create(account("ann"));
      const before = await store.contents();
      expect(await accounts.replace(changed)).toBe(false);
      expect(await store.contents()).toEqual(before);
    });

    it("removes an account, and its name is free again", async () => {
      await accounts.create(account("ann"));
      await accounts.remove(account("ann"));
      expect(await store.contents()).toEqual([]);
      expect(await accounts.create(account("ann", { workspace: "other" }))).toBe(true);
    });

    it.each([
      ["nobody", account("bob")],
      ["one of another workspace", account("ann", { workspace: "other" })],
      ["one with another id", account("ann", { userId: "another" })],
    ])("leaves everything as it is when asked to remove %s", async (_whom, gone) => {
      await accounts.create(account("ann"));
      const before = await store.contents();
      await accounts.remove(gone);
      expect(await store.contents()).toEqual(before);
    });

    it("lists a workspace's accounts once each in the order of ids, page by page", async () => {
      const names = Array.from({ length: 45 }, (_, at) => `user-${String(at).padStart(2, "0")}`);
      await Promise.all(names.map((name) => accounts.create(account(name))));
      await accounts.create(account("stranger", { workspace: "other" }));
      const pages = await everyone("acme", 10);
      expect(pages.flat()).toEqual(names.map((name) => `id-of-${name}`));
      expect(Math.max(...pages.map(({ length }) => length))).toBe(10);
    });

    it("lists more accounts than the store reads at a time", async () => {
      const names = Array.from({ length: 130 }, (_, at) => `user-${String(at).padStart(3, "0")}`);
      await Promise.all(names.map((name) => accounts.create(account(name))));
      const page = await accounts.list("acme", 1_000);
      expect(page.accounts.map(({ name }) => name)).toEqual(names);
      expect(page.next).toBeUndefined();
    });

    it("goes on after one that was removed in between", async () => {
      for (const name of ["a", "b", "c"]) await accounts.create(account(name));
      const { next } = await accounts.list("acme", 2);
      await accounts.remove(account("b"));
      expect((await accounts.list("acme", 2, next)).accounts.map(({ name }) => name)).toEqual(["c"]);
    });
  });
};
