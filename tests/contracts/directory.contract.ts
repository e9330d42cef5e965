import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEEP_DAYS } from "../../functions/contract.ts";
import { type Entry, newEntry } from "../../functions/core/directory.ts";
import { DAY_MS } from "../../functions/core/hour.ts";
import type { VersionedEntry } from "../../functions/ports/directory.ts";
import { pagesOf } from "../support/pages.ts";
import { samplePart, sampleUser } from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const NOW = samplePart("").now;
const FORGOTTEN = NOW + KEEP_DAYS.tombstone * DAY_MS;

/** What every directory has to do. */
export const directoryContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the directory in ${adapter}`, () => {
    let store: Store;
    let batch: number;
    beforeEach(async () => {
      store = await open();
      batch = 0;
    });
    afterEach(() => store.close());

    const write = (entry: Entry, version: number): Promise<string> =>
      store.parts.log.append(samplePart(`batch-${batch++}`, { entries: [{ entry, version }] }));
    const read = async (id: string, now = NOW): Promise<VersionedEntry | undefined> => {
      const [found] = await store.parts.directory.read("acme", [{ kind: "user", id }], now);
      return found;
    };

    it("leaves out entries that do not exist", async () => {
      await write(sampleUser("u1"), 0);
      const found = await store.parts.directory.read(
        "acme",
        [
          { kind: "user", id: "u0" },
          { kind: "user", id: "u1" },
          { kind: "room", id: "u1" },
        ],
        NOW,
      );
      expect(found).toEqual([{ entry: sampleUser("u1"), version: 1 }]);
    });

    it("reads nothing when asked for nothing", async () => {
      expect(await store.parts.directory.read("acme", [], NOW)).toEqual([]);
    });

    it("keeps workspaces apart", async () => {
      await write(sampleUser("u1"), 0);
      expect(await store.parts.directory.read("other", [{ kind: "user", id: "u1" }], NOW)).toEqual([]);
    });

    it("raises the version with every write", async () => {
      for (let version = 0; version < 3; version++) {
        expect(await write(sampleUser("u1"), version)).toBe("appended");
        expect((await read("u1"))?.version).toBe(version + 1);
      }
      expect(await write(sampleUser("u1"), 2)).toBe("moved");
    });

    it("lets one of 16 win who write from the same version", async () => {
      await write(sampleUser("u1"), 0);
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, at) =>
          store.connect().log.append(samplePart(`race-${at}`, { entries: [{ entry: sampleUser("u1"), version: 1 }] })),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === "appended")).toHaveLength(1);
      expect((await read("u1"))?.version).toBe(2);
    });

    it("reads more entries than one request takes", async () => {
      const ids = Array.from({ length: 250 }, (_, at) => `u${at}`);
      for (let at = 0; at < ids.length; at += 50)
        await store.parts.log.append(
          samplePart(`many-${at}`, {
            entries: ids.slice(at, at + 50).map((id) => ({ entry: sampleUser(id), version: 0 })),
          }),
        );
      const keys = [...ids, "unknown"].map((id) => ({ kind: "user" as const, id }));
      const found = await store.parts.directory.read("acme", keys, NOW);
      expect(found.map(({ entry }) => entry.id).toSorted()).toEqual(ids.toSorted());
    });

    it("takes ids of any characters", async () => {
      for (const id of ["a#b", "ü/ö", "👋", " ", "x".repeat(500)]) {
        await write(sampleUser(id), 0);
        expect(await read(id)).toEqual({ entry: sampleUser(id), version: 1 });
      }
    });

    it("remembers a tombstone for 36 days", async () => {
      const removed = sampleUser("u1", { removed: "3" });
      await write(removed, 0);
      expect(await read("u1", FORGOTTEN - 1)).toEqual({ entry: removed, version: 1 });
    });

    it("forgets a tombstone by the clock, and it can be written anew from there", async () => {
      await write(sampleUser("u1", { removed: "3" }), 0);
      expect(await read("u1", FORGOTTEN)).toEqual({ entry: newEntry("user", "u1"), version: 1 });
      expect(await write(sampleUser("u1"), 1)).toBe("appended");
      expect(await read("u1", FORGOTTEN)).toEqual({ entry: sampleUser("u1"), version: 2 });
    });

    it("never forgets one who was removed and lives again", async () => {
      const revived = sampleUser("u1", { removed: "1" });
      await write(sampleUser("u1", { removed: "3" }), 0);
      await write(revived, 1);
      expect(await read("u1", FORGOTTEN * 2)).toEqual({ entry: revived, version: 2 });
    });

    it("never forgets what lives", async () => {
      await write(sampleUser("u1"), 0);
      expect(await read("u1", FORGOTTEN * 2)).toEqual({ entry: sampleUser("u1"), version: 1 });
    });

    const many = async (count: number): Promise<string[]> => {
      const ids = Array.from({ length: count }, (_, at) => `u${String(at).padStart(3, "0")}`);
      for (let at = 0; at < count; at += 50)
        await store.parts.log.append(
          samplePart(`many-${at}`, {
            entries: ids.slice(at, at + 50).map((id) => ({ entry: sampleUser(id), version: 0 })),
          }),
        );
      return ids;
    };

    it("lists nothing where there is nothing", async () => {
      const page = await store.parts.directory.list("acme", "user", { limit: 10, now: NOW });
      expect(page).toEqual({ entries: [], next: undefined });
    });

    it("lists each entry of a kind once in the order of ids, page by page", async () => {
      const ids = await many(120);
      await write({ ...newEntry("room", "r1"), known: true }, 0);
      const pages = await pagesOf((after) =>
        store.parts.directory.list("acme", "user", { limit: 50, now: NOW, after }),
      );
      expect(pages.flatMap(({ entries }) => entries.map(({ entry }) => entry.id))).toEqual(ids);
      expect(Math.max(...pages.map(({ entries }) => entries.length))).toBe(50);
      const rooms = await store.parts.directory.list("acme", "room", { limit: 50, now: NOW });
      expect(rooms.entries.map(({ entry }) => entry.id)).toEqual(["r1"]);
    });

    it("lists entries with their versions as they were just written, and those of no other workspace", async () => {
      await write(sampleUser("u1"), 0);
      await write(sampleUser("u1"), 1);
      const { entries } = await store.parts.directory.list("acme", "user", { limit: 10, now: NOW });
      expect(entries).toEqual([{ entry: sampleUser("u1"), version: 2 }]);
      expect((await store.parts.directory.list("other", "user", { limit: 10, now: NOW })).entries).toEqual([]);
    });

    it("lists tombstones, and forgets them by the clock", async () => {
      const removed = sampleUser("u1", { removed: "3" });
      await write(removed, 0);
      const at = async (now: number) => (await store.parts.directory.list("acme", "user", { limit: 10, now })).entries;
      expect(await at(FORGOTTEN - 1)).toEqual([{ entry: removed, version: 1 }]);
      expect(await at(FORGOTTEN)).toEqual([{ entry: newEntry("user", "u1"), version: 1 }]);
    });
  });
};
