import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS } from "../../functions/core/hour.ts";
import type { Sync, SyncPlan, Syncs } from "../../functions/ports/syncs.ts";
import { denseBytes } from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const KEPT_UNTIL = NOW + 2 * DAY_MS;

const plan = (id: string, changes: Partial<SyncPlan> = {}): SyncPlan => ({
  id,
  pages: 1,
  chunks: [1],
  counts: { received: 1, duplicates: 0, added: 1, changed: 0, removed: 0, unchanged: 0 },
  ...changes,
});
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** What every keeper of full lists has to do. */
export const syncsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`full lists in ${adapter}`, () => {
    let store: Store;
    let syncs: Syncs;
    beforeEach(async () => {
      store = await open();
      ({ syncs } = store.parts);
    });
    afterEach(() => store.close());

    const begin = (changes: Partial<Sync> = {}): Promise<Sync> =>
      syncs.open({ workspace: "acme", kind: "user", id: "nightly", at: NOW - 5, openedAt: NOW, ...changes });
    const find = (now = NOW): Promise<Sync | undefined> => syncs.find("acme", { kind: "user", id: "nightly" }, now);
    const pagesOf = async (sync: Sync): Promise<[number, string][]> =>
      [...(await syncs.pages(sync))].map(([page, bytes]) => [page, textOf(bytes)]);

    it("knows none that was not opened", async () => {
      expect(await find()).toBeUndefined();
    });

    it("opens one, and gives the one that is open after that", async () => {
      const opened = await begin();
      expect(opened).toEqual({
        workspace: "acme",
        kind: "user",
        id: "nightly",
        at: NOW - 5,
        openedAt: NOW,
        pages: 0,
        plan: undefined,
      });
      expect(await begin({ at: NOW + 7, openedAt: NOW + 10 })).toEqual(opened);
      expect(await find()).toEqual(opened);
    });

    it("opens one of 16 that come at once", async () => {
      const opened = await Promise.all(
        Array.from({ length: 16 }, (_, at) =>
          store.connect().syncs.open({ workspace: "acme", kind: "user", id: "nightly", at: NOW + at, openedAt: NOW }),
        ),
      );
      expect(new Set(opened.map(({ at }) => at)).size).toBe(1);
    });

    it("keeps workspaces, kinds and ids apart", async () => {
      const sync = await begin();
      await syncs.keepPage(sync, 1, bytesOf("users"));
      for (const other of [{ workspace: "other" }, { kind: "room" as const }, { id: "weekly" }])
        expect(await pagesOf(await begin(other))).toEqual([]);
      expect(await pagesOf(sync)).toEqual([[1, "users"]]);
    });

    it("keeps pages in whatever order they come, and gives them in theirs", async () => {
      const sync = await begin();
      for (const page of [2, 10, 1]) expect(await syncs.keepPage(sync, page, bytesOf(`page ${page}`))).toBe("kept");
      expect(await pagesOf(sync)).toEqual([
        [1, "page 1"],
        [2, "page 2"],
        [10, "page 10"],
      ]);
      expect((await find())?.pages).toBe(3);
    });

    it("keeps pages that come at once, each once", async () => {
      const sync = await begin();
      const pages = Array.from({ length: 16 }, (_, at) => (at % 8) + 1);
      await Promise.all(pages.map((page) => store.connect().syncs.keepPage(sync, page, bytesOf(`page ${page}`))));
      expect((await find())?.pages).toBe(8);
    });

    it("takes a page again, and refuses another under its number", async () => {
      const sync = await begin();
      await syncs.keepPage(sync, 1, bytesOf("one"));
      const before = await store.contents();
      expect(await syncs.keepPage(sync, 1, bytesOf("one"))).toBe("kept");
      expect(await syncs.keepPage(sync, 1, bytesOf("other"))).toBe("mismatch");
      expect(await store.contents()).toEqual(before);
    });

    it("keeps a page that no compression makes smaller, whole", async () => {
      const sync = await begin();
      await syncs.keepPage(sync, 1, denseBytes(2_000_000));
      await syncs.keepPage(sync, 2, denseBytes(700_001));
      const pages = await syncs.pages(sync);
      expect(Buffer.compare(pages.get(1) ?? Buffer.alloc(0), denseBytes(2_000_000))).toBe(0);
      expect(Buffer.compare(pages.get(2) ?? Buffer.alloc(0), denseBytes(700_001))).toBe(0);
    });

    it("keeps a plan and its chunks", async () => {
      await syncs.keepPage(await begin(), 1, bytesOf("one"));
      const sync = (await find()) as Sync;
      const planned = await syncs.keepPlan(sync, plan("p", { chunks: [2, 1] }), [denseBytes(400_000), bytesOf("b")]);
      expect(planned).toEqual({ ...sync, plan: plan("p", { chunks: [2, 1] }) });
      expect(await find()).toEqual(planned);
      expect(Buffer.compare(await syncs.chunk(planned as Sync, 0), denseBytes(400_000))).toBe(0);
      expect(textOf(await syncs.chunk(planned as Sync, 1))).toBe("b");
      await expect(syncs.chunk(planned as Sync, 2)).rejects.toThrow("no chunk 2");
    });

    it("keeps the first of two plans, with its own chunks", async () => {
      await syncs.keepPage(await begin(), 1, bytesOf("one"));
      const sync = (await find()) as Sync;
      await syncs.keepPlan(sync, plan("first"), [bytesOf("of the first")]);
      expect(await syncs.keepPlan(sync, plan("second"), [bytesOf("of the second")])).toBeUndefined();
      const found = (await find()) as Sync;
      expect(found.plan?.id).toBe("first");
      expect(textOf(await syncs.chunk(found, 0))).toBe("of the first");
    });

    it("keeps no plan that was made without a page", async () => {
      const sync = await begin();
      await syncs.keepPage(sync, 1, bytesOf("one"));
      await syncs.keepPage(sync, 2, bytesOf("two"));
      expect(await syncs.keepPlan({ ...sync, pages: 1 }, plan("p"), [])).toBeUndefined();
      expect((await find())?.plan).toBeUndefined();
    });

    it("takes no page after the plan, but says of those before what they were", async () => {
      await syncs.keepPage(await begin(), 1, bytesOf("one"));
      const sync = (await find()) as Sync;
      await syncs.keepPlan(sync, plan("p"), []);
      expect(await syncs.keepPage(sync, 2, bytesOf("two"))).toBe("closed");
      expect(await syncs.keepPage(sync, 1, bytesOf("one"))).toBe("kept");
      expect(await syncs.keepPage(sync, 1, bytesOf("other"))).toBe("mismatch");
      expect((await find())?.pages).toBe(1);
    });

    it("forgets a list after two days by the clock, and its id can be used anew", async () => {
      const old = await begin();
      await syncs.keepPage(old, 1, bytesOf("old"));
      expect(await find(KEPT_UNTIL - 1)).toBeDefined();
      expect(await find(KEPT_UNTIL)).toBeUndefined();
      const anew = await begin({ openedAt: KEPT_UNTIL });
      expect(anew).toMatchObject({ openedAt: KEPT_UNTIL, pages: 0 });
      expect(await pagesOf(anew)).toEqual([]);
      expect(await syncs.keepPage(anew, 1, bytesOf("new"))).toBe("kept");
      expect(await syncs.keepPage(old, 2, bytesOf("late"))).toBe("closed");
      expect(await pagesOf(anew)).toEqual([[1, "new"]]);
    });
  });
};
