import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Act, Audit } from "../../functions/ports/audit.ts";
import { pagesOf } from "../support/pages.ts";
import type { Store } from "../support/store.ts";

const NOON = Date.parse("2026-11-21T12:00:00Z");

const act = (id: string, at = NOON, changes: Partial<Act> = {}): Act => ({
  workspace: "acme",
  id,
  at,
  by: "key «chat server» …abcd",
  action: "key.created",
  details: { label: "Ä", scopes: ["admin"], nested: { much: 1 } },
  ...changes,
});

/** What every keeper of the audit trail has to do. */
export const auditContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the audit trail in ${adapter}`, () => {
    let store: Store;
    let audit: Audit;
    beforeEach(async () => {
      store = await open();
      ({ audit } = store.parts);
    });
    afterEach(() => store.close());

    const always = { from: 0, to: NOON * 2, limit: 100 } as const;
    const idsIn = async (range: Partial<Parameters<Audit["list"]>[1]> = {}): Promise<string[]> => {
      const { acts } = await audit.list("acme", { ...always, ...range });
      return acts.map(({ id }) => id);
    };

    it("keeps an act whole, and for good", async () => {
      await audit.note(act("a"));
      expect(await audit.list("acme", always)).toEqual({ acts: [act("a")], next: undefined });
      expect((await store.contents()).join("\n")).not.toContain("expiresAt");
    });

    it("has none at first, and none of another workspace", async () => {
      await audit.note(act("a", NOON, { workspace: "other" }));
      expect(await idsIn()).toEqual([]);
    });

    it("lists the newest first", async () => {
      for (const [id, at] of Object.entries({ second: NOON, first: NOON - 1, third: NOON + 60_000 }))
        await audit.note(act(id, at));
      expect(await idsIn()).toEqual(["third", "second", "first"]);
    });

    it("takes the acts of its start and leaves those of its end", async () => {
      for (const [id, at] of Object.entries({ before: NOON - 1, start: NOON, last: NOON + 9, end: NOON + 10 }))
        await audit.note(act(id, at));
      expect(await idsIn({ from: NOON, to: NOON + 10 })).toEqual(["last", "start"]);
    });

    it.each([
      ["ends where it starts", NOON, NOON],
      ["ends before it starts", NOON + 1, NOON],
    ])("finds nothing in a range that %s", async (_how, from, to) => {
      await audit.note(act("a"));
      expect(await audit.list("acme", { from, to, limit: 10 })).toEqual({ acts: [], next: undefined });
    });

    it("keeps every act of one instant, noted by 16 at once", async () => {
      const ids = Array.from({ length: 16 }, (_, at) => `act-${at}`);
      await Promise.all(ids.map((id) => store.connect().audit.note(act(id))));
      expect((await idsIn()).toSorted()).toEqual(ids.toSorted());
    });

    it("gives each act once, page by page, over acts of one instant too", async () => {
      const ids = Array.from({ length: 25 }, (_, at) => `act-${String(at).padStart(2, "0")}`);
      await Promise.all(ids.map((id, at) => audit.note(act(id, NOON + Math.floor(at / 5)))));
      const pages = await pagesOf((after) => audit.list("acme", { ...always, limit: 7, after }));
      expect(pages.flatMap(({ acts }) => acts.map(({ id }) => id))).toEqual(ids.toReversed());
      expect(Math.max(...pages.map(({ acts }) => acts.length))).toBe(7);
    });

    it("gives nothing after a cursor that lies before the range, and everything after one beyond it", async () => {
      await audit.note(act("a"));
      const range = { from: NOON - 1, to: NOON + 1 };
      expect(await idsIn({ ...range, after: "2026-11-20" })).toEqual([]);
      expect(await idsIn({ ...range, after: "x" })).toEqual(["a"]);
    });
  });
};
