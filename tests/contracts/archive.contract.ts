import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ARCHIVE } from "../../functions/contract.ts";
import { hourName } from "../../functions/core/hour.ts";
import type { Archive, Made } from "../../functions/ports/archive.ts";
import type { Archived } from "../../functions/ports/archived.ts";
import type { BlobStore } from "../../functions/ports/blobs.ts";
import { dayOf } from "../../functions/core/series.ts";
import { denseBytes, SAMPLE_HOUR } from "../support/samples.ts";

/** What the suites of archive and blobs need of an adapter, beside the ports. */
export interface ArchiveStore {
  readonly archive: Archive;
  readonly blobs: BlobStore;
  /** What lies in the same place. */
  readonly archived: Archived;
  /** The same place as another process sees it. */
  readonly connect: () => { readonly archive: Archive; readonly blobs: BlobStore };
  /** Puts bytes under a key of {@link ARCHIVE} past the adapter, as a crash half-way leaves them. */
  readonly place: (key: string, bytes: Uint8Array) => Promise<void>;
  /** Every key there is, sorted. */
  readonly keys: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

const HOUR = SAMPLE_HOUR;
const NAME = hourName(HOUR);
const STATISTICS = ARCHIVE.statistics("acme", NAME);
const superseded = (revision: number): string => ARCHIVE.superseded("acme", NAME, revision);
/** Large enough that it is not written in one go. */
const documentOf = (revision: number): Uint8Array =>
  new Uint8Array(Buffer.from(`{"revision":${revision},"filled":"${String(revision % 10).repeat(300_000)}"}\n`));
const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString().slice(0, 20);
const start = (revision: number): string | undefined => text(documentOf(revision));

/** What every archive, with its blobs, has to do. */
export const archiveContract = (adapter: string, open: () => Promise<ArchiveStore>): void => {
  describe(`the archive ${adapter}`, () => {
    let store: ArchiveStore;
    let archive: Archive;
    beforeEach(async () => {
      store = await open();
      ({ archive } = store);
    });
    afterEach(() => store.close());

    const write = (revision: number, to = archive): Promise<void> =>
      to.write("acme", HOUR, revision, documentOf(revision));

    it("lists what lies under a workspace's keys, and which workspaces have any", async () => {
      await archive.write("acme", HOUR, 0, documentOf(0));
      await archive.write("acme", HOUR, 1, documentOf(1));
      await archive.write("acme-2", HOUR, 0, documentOf(0));
      await store.place("workspace=acme/note.txt", documentOf(0));
      const found = [];
      for await (const one of store.archived.documents("acme")) found.push(one);

      expect(await store.archived.workspaces()).toEqual(["acme", "acme-2"]);
      expect(found.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
        { key: superseded(0), hour: HOUR, superseded: 0, writtenAt: expect.any(Number) },
        { key: STATISTICS, hour: HOUR, superseded: null, writtenAt: expect.any(Number) },
        { key: "workspace=acme/note.txt", writtenAt: expect.any(Number) },
      ]);
    });

    it("has nothing at first", async () => {
      expect(await archive.read("acme", HOUR)).toBeUndefined();
      expect(await archive.readSuperseded("acme", HOUR, 0)).toBeUndefined();
      expect(await store.keys()).toEqual([]);
    });

    it("gives the bytes that were written, under the contract's key", async () => {
      await write(0);
      const read = (await store.connect().archive.read("acme", HOUR)) ?? new Uint8Array();
      expect(Buffer.compare(read, documentOf(0))).toBe(0);
      expect(await store.keys()).toEqual([STATISTICS]);
    });

    it("gives bytes that are no text, and empty ones, as they are", async () => {
      const dense = denseBytes(100_000);
      await archive.write("acme", HOUR, 0, dense);
      await archive.write("acme", HOUR + 1, 0, new Uint8Array());
      expect(Buffer.compare((await archive.read("acme", HOUR)) ?? new Uint8Array(), dense)).toBe(0);
      expect((await archive.read("acme", HOUR + 1))?.length).toBe(0);
    });

    it("keeps workspaces and hours apart", async () => {
      await write(0);
      await archive.write("other", HOUR, 0, documentOf(1));
      await archive.write("acme", HOUR + 1, 0, documentOf(2));
      expect(text(await archive.read("acme", HOUR))).toBe(start(0));
      expect(text(await archive.read("other", HOUR))).toBe(start(1));
      expect(text(await archive.read("acme", HOUR + 1))).toBe(start(2));
      expect(await archive.read("acme", HOUR + 2)).toBeUndefined();
    });

    it("leaves the same when the same is written again", async () => {
      for (const revision of [0, 0, 1, 1, 1]) await write(revision);
      expect(text(await archive.read("acme", HOUR))).toBe(start(1));
      expect(text(await archive.readSuperseded("acme", HOUR, 0))).toBe(start(0));
      expect(await store.keys()).toEqual([superseded(0), STATISTICS].toSorted());
    });

    it("keeps every older revision when one is replaced", async () => {
      for (const revision of [0, 1, 2]) await write(revision);
      expect(text(await archive.read("acme", HOUR))).toBe(start(2));
      expect(text(await archive.readSuperseded("acme", HOUR, 0))).toBe(start(0));
      expect(text(await archive.readSuperseded("acme", HOUR, 1))).toBe(start(1));
      expect(await archive.readSuperseded("acme", HOUR, 2)).toBeUndefined();
      expect(await store.keys()).toEqual([superseded(0), superseded(1), STATISTICS].toSorted());
    });

    it("starts with revision 1 where a missing hour has become partial, and supersedes nothing", async () => {
      await write(1);
      expect(text(await archive.read("acme", HOUR))).toBe(start(1));
      expect(await store.keys()).toEqual([STATISTICS]);
    });

    it("ends what a crash left between the superseded copy and the new revision", async () => {
      await write(0);
      await store.place(superseded(0), documentOf(0));
      await write(1);
      expect(text(await archive.read("acme", HOUR))).toBe(start(1));
      expect(text(await archive.readSuperseded("acme", HOUR, 0))).toBe(start(0));
    });

    it("leaves superseded copies alone when the crash came after the new revision", async () => {
      await write(0);
      await write(1);
      await write(1, store.connect().archive);
      expect(text(await archive.read("acme", HOUR))).toBe(start(1));
      expect(text(await archive.readSuperseded("acme", HOUR, 0))).toBe(start(0));
      expect(await archive.readSuperseded("acme", HOUR, 1)).toBeUndefined();
    });

    it("does not put an old revision back when one who was held up writes it late", async () => {
      for (const revision of [0, 1, 2]) await write(revision);
      const before = await store.keys();
      for (const revision of [0, 1]) await write(revision, store.connect().archive);
      expect(text(await archive.read("acme", HOUR))).toBe(start(2));
      expect(text(await archive.readSuperseded("acme", HOUR, 0))).toBe(start(0));
      expect(text(await archive.readSuperseded("acme", HOUR, 1))).toBe(start(1));
      expect(await store.keys()).toEqual(before);
    });

    it("ends the same when 16 write one revision at once", async () => {
      await write(0);
      await Promise.all(Array.from({ length: 16 }, () => write(1, store.connect().archive)));
      expect(text(await archive.read("acme", HOUR))).toBe(start(1));
      expect(text(await archive.readSuperseded("acme", HOUR, 0))).toBe(start(0));
      expect(await store.keys()).toEqual([superseded(0), STATISTICS].toSorted());
    });

    it("shows a whole document or none to a reader while one is replaced", async () => {
      const count = 12;
      const other = store.connect().archive;
      const seen = new Set<string>();
      const writing = { isDone: false };
      const reading = (async () => {
        while (!writing.isDone) {
          const bytes = await other.read("acme", HOUR);
          if (bytes !== undefined) seen.add(Buffer.from(bytes).toString());
        }
      })();
      for (let revision = 0; revision < count; revision++) await write(revision);
      writing.isDone = true;
      await reading;
      const whole = new Set(Array.from({ length: count }, (_, at) => Buffer.from(documentOf(at)).toString()));
      expect(seen.size).toBeGreaterThan(0);
      expect([...seen].every((one) => whole.has(one))).toBe(true);
    });
  });

  describe(`what is made in the archive ${adapter}`, () => {
    const DAY = dayOf(HOUR);
    const HOURS = { table: "hours", workspace: "acme", start: DAY } as const;
    const PROGRESS = { progressOf: "acme" };
    let store: ArchiveStore;
    let archive: Archive;
    beforeEach(async () => {
      store = await open();
      ({ archive } = store);
    });
    afterEach(() => store.close());

    const standing = async (file: Made): Promise<string | undefined> =>
      text((await store.connect().archive.readMade(file))?.bytes);
    const bytesOf = (what: string): Uint8Array => new Uint8Array(Buffer.from(what));

    it("lies where tables are looked for, and progress beside them", async () => {
      expect(await archive.readMade(HOURS)).toBeUndefined();
      const made: readonly Made[] = [
        HOURS,
        { ...HOURS, table: "days" },
        { ...HOURS, workspace: "other" },
        { ...HOURS, start: DAY + 1 },
        PROGRESS,
      ];
      for (const [at, file] of made.entries())
        expect(await archive.replaceMade(file, bytesOf(`${at}`), undefined)).toBe(true);
      for (const [at, file] of made.entries()) expect(await standing(file)).toBe(`${at}`);
      const date = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
      expect(await store.keys()).toEqual(
        [
          ARCHIVE.table("hours", "acme", date(DAY)),
          ARCHIVE.table("days", "acme", date(DAY)),
          ARCHIVE.table("hours", "other", date(DAY)),
          ARCHIVE.table("hours", "acme", date(DAY + 1)),
          ARCHIVE.tablesMade("acme"),
        ].toSorted(),
      );
    });

    it("is replaced by whoever knows what stands, and by nobody else", async () => {
      expect(await archive.replaceMade(HOURS, bytesOf("one"), '"nothing"')).toBe(false);
      expect(await standing(HOURS)).toBeUndefined();
      expect(await archive.replaceMade(HOURS, bytesOf("one"), undefined)).toBe(true);
      expect(await archive.replaceMade(HOURS, bytesOf("two"), undefined)).toBe(false);
      const { tag } = (await archive.readMade(HOURS)) ?? {};
      expect(await store.connect().archive.replaceMade(HOURS, bytesOf("two"), tag)).toBe(true);
      expect(await archive.replaceMade(HOURS, bytesOf("three"), tag)).toBe(false);
      expect(await standing(HOURS)).toBe("two");
    });

    it("is replaced by one of sixteen who know the same", async () => {
      await archive.replaceMade(HOURS, bytesOf("first"), undefined);
      const { tag } = (await archive.readMade(HOURS)) ?? {};
      const won = await Promise.all(
        Array.from({ length: 16 }, (_, at) => store.connect().archive.replaceMade(HOURS, bytesOf(`by ${at}`), tag)),
      );
      expect(won.filter((isDone) => isDone)).toHaveLength(1);
      expect(await standing(HOURS)).toBe(`by ${won.indexOf(true)}`);
    });
  });

  describe(`the blobs ${adapter}`, () => {
    let store: ArchiveStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it("gives a body back by the sha256 it is kept under", async () => {
      const bytes = denseBytes(1_000_000);
      const sha256 = await store.blobs.put("delta", bytes);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(await store.keys()).toEqual([ARCHIVE.blob("delta", sha256)]);
      expect(Buffer.compare(await store.connect().blobs.get("delta", sha256), bytes)).toBe(0);
    });

    it("keeps the same body once, however often it is put", async () => {
      const names = await Promise.all(
        Array.from({ length: 16 }, () => store.connect().blobs.put("delta", denseBytes(400_000))),
      );
      expect(new Set(names).size).toBe(1);
      expect(await store.keys()).toHaveLength(1);
    });

    it("keeps kinds apart", async () => {
      const sha256 = await store.blobs.put("delta", denseBytes(10));
      await expect(store.blobs.get("sets", sha256)).rejects.toThrow(sha256);
    });

    it("fails for a body that is not there", async () => {
      await expect(store.blobs.get("delta", "0".repeat(64))).rejects.toThrow("0".repeat(64));
    });

    it("are listed by kind with when they were written, and removed for good", async () => {
      const namesOf = async (kind: string): Promise<string[]> => {
        const names: string[] = [];
        for await (const { name, writtenAt } of store.connect().blobs.list(kind)) {
          expect(Math.abs(writtenAt - Date.now())).toBeLessThan(600_000);
          names.push(name);
        }
        return names.toSorted();
      };
      expect(await namesOf("sets")).toEqual([]);
      const [one = "", other = ""] = await Promise.all(
        [10, 20].map((size) => store.blobs.put("sets", denseBytes(size))),
      );
      await store.blobs.put("delta", denseBytes(10));
      expect(await namesOf("sets")).toEqual([one, other].toSorted());
      await store.blobs.remove("sets", one);
      await store.blobs.remove("sets", one);
      expect(await namesOf("sets")).toEqual([other]);
      expect(await namesOf("delta")).toHaveLength(1);
      await expect(store.blobs.get("sets", one)).rejects.toThrow(one);
    });

    it("are found by what their names begin with, in order, and are nobody else's", async () => {
      const bytes = denseBytes(10);
      const prefixes = ["acme/b.", "acme/a.", "acme-2/a.", ""];
      const names = await Promise.all(prefixes.map((prefix) => store.blobs.put("sets", bytes, prefix)));
      const [later = "", sooner = "", others = "", bare = ""] = names;
      expect(names).toEqual(prefixes.map((prefix) => `${prefix}${bare}`));
      const namesOf = async (prefix?: string): Promise<string[]> => {
        const found: string[] = [];
        for await (const { name } of store.blobs.list("sets", prefix)) found.push(name);
        return found;
      };
      expect(await namesOf()).toEqual(names.toSorted());
      expect(await namesOf("acme/")).toEqual([sooner, later]);
      expect(await namesOf("acme/b")).toEqual([later]);
      await store.blobs.remove("sets", sooner);
      expect(await namesOf("acme/a")).toEqual([]);
      for (const name of [later, others, bare])
        expect(Buffer.compare(await store.connect().blobs.get("sets", name), bytes)).toBe(0);
    });
  });
};
