import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newHead } from "../../functions/core/head.ts";
import type { Log, Part, Segment } from "../../functions/ports/log.ts";
import {
  denseBytes,
  SAMPLE_HOUR,
  sampleAct,
  samplePart,
  sampleRecord,
  sampleUser,
  sampleWorkspace,
  sampleAccount,
} from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const NOW = samplePart("").now;

const segmentsOf = async (log: Log, workspace = "acme", lane = 0): Promise<Segment[]> => {
  const segments: Segment[] = [];
  for (let isEnd = false; !isEnd;) {
    const page = await log.segmentsAfter(workspace, lane, segments.at(-1)?.position ?? 0);
    segments.push(...page.segments);
    ({ isEnd } = page);
  }
  return segments;
};
const textsOf = (segments: readonly Segment[]): string[] => segments.map(({ bytes }) => Buffer.from(bytes).toString());
const oneTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

/** What every {@link Log} has to do. */
export const logContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the log in ${adapter}`, () => {
    let store: Store;
    let log: Log;
    beforeEach(async () => {
      store = await open();
      ({ log } = store.parts);
    });
    afterEach(() => store.close());

    const createWithImport = async (id: string | null): Promise<void> => {
      await store.parts.workspaces.create(
        sampleWorkspace(),
        {
          ...newHead(SAMPLE_HOUR),
          import: id === null ? null : { id, through: null, lastHour: null, opening: {} },
        },
        sampleAccount(),
      );
    };

    it("is empty at first", async () => {
      expect(await log.segmentsAfter("acme", 0, 0)).toEqual({ segments: [], isEnd: true });
      expect(await log.readBatch("acme", "a", NOW)).toBeUndefined();
      expect(await log.readReporters("acme", ["chat-1"])).toEqual([]);
    });

    it("appends at the tail, in order, from position 1", async () => {
      for (const name of ["a", "b", "c"]) expect(await log.append(samplePart(name))).toBe("appended");
      const segments = await segmentsOf(log);
      expect(segments.map(({ position }) => position)).toEqual([1, 2, 3]);
      expect(textsOf(segments)).toEqual(["a", "b", "c"]);
    });

    it("tells where a segment lies, and nothing of a part without one", async () => {
      const told: number[] = [];
      const placed = (position: number): number => told.push(position);
      await log.append(samplePart("a"), placed);
      await log.append(samplePart("b", { segment: undefined, events: 0 }), placed);
      await store.connect().log.append(samplePart("c"), placed);
      expect(await log.append(samplePart("a"), placed)).toBe("moved");
      expect(told).toEqual([1, 2]);
    });

    it("keeps lanes and workspaces apart", async () => {
      await log.append(samplePart("a"));
      await log.append(samplePart("b", { lane: 1 }));
      await log.append(samplePart("a", { workspace: "other" }));
      for (const [workspace, lane, text] of [
        ["acme", 0, "a"],
        ["acme", 1, "b"],
        ["other", 0, "a"],
      ] as const) {
        const segments = await segmentsOf(log, workspace, lane);
        expect(segments.map(({ position }) => position)).toEqual([1]);
        expect(textsOf(segments)).toEqual([text]);
      }
    });

    it("forgets a batch after 36 days by the clock, and one of an import never", async () => {
      const later = NOW + 36 * 86_400_000;
      await createWithImport("i1");
      await log.append(samplePart("a"));
      await log.append(samplePart("b", { import: "i1" }));
      expect(await log.readBatch("acme", "a", later - 1)).toBeDefined();
      expect(await log.append(samplePart("a", { now: later - 1 }))).toBe("moved");
      expect(await log.readBatch("acme", "a", later)).toBeUndefined();
      expect(await log.append(samplePart("a", { now: later }))).toBe("appended");
      expect(await log.readBatch("acme", "b", later)).toBeDefined();
      expect(await log.append(samplePart("b", { now: later, import: "i1" }))).toBe("moved");
    });

    it("keeps the answer of a batch", async () => {
      const after = sampleRecord("a", {
        done: 3,
        total: 7,
        accepted: 1,
        duplicates: 1,
        refusedCount: 1,
        refused: [{ code: "event-too-old", message: "too old", index: 2, id: null }] as never,
      });
      await log.append(samplePart("a", { after }));
      expect(await log.readBatch("acme", "a", NOW)).toEqual(after);
    });

    it("goes on with a batch where its record stands", async () => {
      const first = sampleRecord("a", { done: 1, total: 2 });
      const second = sampleRecord("a", { done: 2, total: 2, accepted: 2 });
      expect(await log.append(samplePart("one", { after: first }))).toBe("appended");
      expect(await log.append(samplePart("two", { before: first, after: second }))).toBe("appended");
      expect(await log.append(samplePart("two", { before: first, after: second }))).toBe("moved");
      expect(await log.readBatch("acme", "a", NOW)).toEqual(second);
      expect(textsOf(await segmentsOf(log))).toEqual(["one", "two"]);
    });

    it("writes a part without a segment, and takes no position for it", async () => {
      expect(await log.append(samplePart("a", { segment: undefined, events: 0 }))).toBe("appended");
      expect(await log.append(samplePart("b"))).toBe("appended");
      expect(await log.append(samplePart("a", { segment: undefined, events: 0 }))).toBe("moved");
      expect((await segmentsOf(log)).map(({ position }) => position)).toEqual([1]);
      expect(await log.readBatch("acme", "a", NOW)).toEqual(sampleRecord("a"));
    });

    it("reads what another process has just appended", async () => {
      const other = store.connect().log;
      await log.append(samplePart("a"));
      await other.append(samplePart("b"));
      await log.append(samplePart("c"));
      expect(textsOf(await segmentsOf(other))).toEqual(["a", "b", "c"]);
    });

    it("appends at the tail when 16 processes race for it, without a gap and without a loss", async () => {
      const names = oneTo(16).flatMap((writer) => oneTo(4).map((turn) => `${writer}-${turn}`));
      const writers = oneTo(16).map(() => store.connect().log);
      const outcomes = await Promise.all(
        writers.map(async (writer, at) => {
          const own: string[] = [];
          for (const name of names.slice(at * 4, at * 4 + 4)) own.push(await writer.append(samplePart(name)));
          return own;
        }),
      );
      expect(new Set(outcomes.flat())).toEqual(new Set(["appended"]));
      const segments = await segmentsOf(log);
      expect(segments.map(({ position }) => position)).toEqual(oneTo(64));
      expect(textsOf(segments).toSorted()).toEqual(names.toSorted());
    });

    it("appends at the tail when 16 writers of one process race for it", async () => {
      const names = oneTo(16).map(String);
      const outcomes = await Promise.all(names.map((name) => log.append(samplePart(name))));
      expect(new Set(outcomes)).toEqual(new Set(["appended"]));
      const segments = await segmentsOf(log);
      expect(segments.map(({ position }) => position)).toEqual(oneTo(16));
      expect(textsOf(segments).toSorted()).toEqual(names.toSorted());
    });

    it("counts a batch once when 16 processes send it at once", async () => {
      const outcomes = await Promise.all(oneTo(16).map(() => store.connect().log.append(samplePart("a"))));
      expect(outcomes.filter((outcome) => outcome === "appended")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "moved")).toHaveLength(15);
      expect(textsOf(await segmentsOf(log))).toEqual(["a"]);
    });

    it("moves a numbering reporter on once when 16 processes race for one number", async () => {
      const outcomes = await Promise.all(
        oneTo(16).map((writer) =>
          store.connect().log.append(
            samplePart(`batch-${writer}`, {
              reporters: [{ before: undefined, after: { source: "chat-1", next: 2 } }],
            }),
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === "appended")).toHaveLength(1);
      expect(await segmentsOf(log)).toHaveLength(1);
      expect(await log.readReporters("acme", ["chat-2", "chat-1"])).toEqual([{ source: "chat-1", next: 2 }]);
    });

    describe("writes nothing", () => {
      /** The outcome, when it left the store as it was. */
      const withoutTrace = async (part: Part): Promise<string> => {
        const before = await store.contents();
        const outcome = await log.append(part);
        const after = await store.contents();
        return JSON.stringify(after) === JSON.stringify(before) ? outcome : `${outcome}, and something was written`;
      };

      it("of a batch that was counted before, and says «moved»", async () => {
        await log.append(samplePart("a"));
        expect(await withoutTrace(samplePart("a", { segment: Buffer.from("another body") }))).toBe("moved");
      });

      it("of a batch whose record is gone on meanwhile", async () => {
        await log.append(samplePart("a", { after: sampleRecord("a", { done: 2, total: 3 }) }));
        const before = sampleRecord("a", { done: 1, total: 3 });
        expect(await withoutTrace(samplePart("a", { before, after: sampleRecord("a", { done: 3, total: 3 }) }))).toBe(
          "moved",
        );
      });

      it("of a batch that goes on without a record", async () => {
        expect(await withoutTrace(samplePart("a", { before: sampleRecord("a"), after: sampleRecord("a") }))).toBe(
          "moved",
        );
      });

      it("when a directory entry was written since it was read", async () => {
        await log.append(samplePart("a", { entries: [{ entry: sampleUser("u1"), version: 0 }] }));
        const entries = [
          { entry: sampleUser("u2"), version: 0 },
          { entry: sampleUser("u1"), version: 2 },
        ];
        expect(await withoutTrace(samplePart("b", { entries }))).toBe("moved");
      });

      it("when a directory entry is there that was not", async () => {
        await log.append(samplePart("a", { entries: [{ entry: sampleUser("u1"), version: 0 }] }));
        expect(await withoutTrace(samplePart("b", { entries: [{ entry: sampleUser("u1"), version: 0 }] }))).toBe(
          "moved",
        );
      });

      it("when a reporter's number is not the one that was read", async () => {
        await log.append(samplePart("a", { reporters: [{ before: undefined, after: { source: "chat-1", next: 5 } }] }));
        for (const before of [undefined, 4])
          expect(
            await withoutTrace(
              samplePart("b", {
                entries: [{ entry: sampleUser("u1"), version: 0 }],
                reporters: [
                  { before: undefined, after: { source: "chat-0", next: 2 } },
                  { before, after: { source: "chat-1", next: 6 } },
                ],
              }),
            ),
          ).toBe("moved");
      });

      it("under an import that is not open, and says so", async () => {
        await createWithImport(null);
        expect(
          await withoutTrace(samplePart("a", { import: "i-1", entries: [{ entry: sampleUser("u1"), version: 0 }] })),
        ).toBe("import-closed");
      });

      it("under another import than the open one", async () => {
        await createWithImport("i-2");
        expect(await withoutTrace(samplePart("a", { import: "i-1" }))).toBe("import-closed");
        expect(await withoutTrace(samplePart("b", { import: "i-1", segment: undefined }))).toBe("import-closed");
      });

      it("of a batch that was counted, even when its import is over since", async () => {
        await createWithImport("i-1");
        await log.append(samplePart("a", { import: "i-1" }));
        const head = await store.parts.hours.head("acme");
        await store.parts.hours.advance("acme", { ...newHead(SAMPLE_HOUR), ...head, import: null }, new Map());
        expect(await withoutTrace(samplePart("a", { import: "i-1" }))).toBe("moved");
        expect(await withoutTrace(samplePart("b", { import: "i-1" }))).toBe("import-closed");
      });

      it("under an import that is being finished", async () => {
        await createWithImport("i-1");
        const head = (await store.parts.hours.head("acme")) ?? newHead(SAMPLE_HOUR);
        await store.parts.hours.advance(
          "acme",
          { ...head, import: { id: "i-1", through: SAMPLE_HOUR, lastHour: null, opening: {} } },
          new Map(),
        );
        expect(await withoutTrace(samplePart("a", { import: "i-1" }))).toBe("import-closed");
      });
    });

    it("appends under an open import, and says of each segment under which it came", async () => {
      await createWithImport("i-1");
      expect(await log.append(samplePart("a", { import: "i-1" }))).toBe("appended");
      expect(await log.append(samplePart("b"))).toBe("appended");
      expect((await segmentsOf(log)).map((segment) => segment.import)).toEqual(["i-1", undefined]);
    });

    it("commits directory entries and reporters together with the segment", async () => {
      await log.append(
        samplePart("a", {
          entries: [{ entry: sampleUser("u1"), version: 0 }],
          reporters: [
            { before: undefined, after: { source: "chat-1", next: 2 } },
            { before: undefined, after: { source: "chat-2", next: 9 } },
          ],
        }),
      );
      await log.append(samplePart("b", { reporters: [{ before: 2, after: { source: "chat-1", next: 3 } }] }));
      const read = await store.parts.directory.read("acme", [{ kind: "user", id: "u1" }], NOW);
      expect(read).toEqual([{ entry: sampleUser("u1"), version: 1 }]);
      const reporters = await log.readReporters("acme", ["chat-1", "chat-2", "chat-3"]);
      expect(reporters.toSorted((a, b) => a.next - b.next)).toEqual([
        { source: "chat-1", next: 3 },
        { source: "chat-2", next: 9 },
      ]);
    });

    const actsIn = async (): Promise<readonly string[]> => {
      const { acts } = await store.parts.audit.list("acme", { from: 0, to: NOW * 2, limit: 100 });
      return acts.map(({ id }) => id).toSorted();
    };

    it("commits acts together with the segment, or not at all", async () => {
      const acts = [sampleAct("one"), sampleAct("two")];
      expect(await log.append(samplePart("a", { acts }))).toBe("appended");
      expect(await log.append(samplePart("a", { acts: [sampleAct("three")] }))).toBe("moved");
      expect(await actsIn()).toEqual(["one", "two"]);
    });

    it("keeps no act under an import that is not open, and says so", async () => {
      await createWithImport("i-1");
      expect(await log.append(samplePart("a", { import: "i-2", acts: [sampleAct("one")] }))).toBe("import-closed");
      expect(await actsIn()).toEqual([]);
      expect(await log.append(samplePart("b", { import: "i-1", acts: [sampleAct("two")] }))).toBe("appended");
      expect(await actsIn()).toEqual(["two"]);
    });

    it("commits a part of 90 directory entries", async () => {
      const entries = oneTo(90).map((at) => ({ entry: sampleUser(`u${at}`), version: 0 }));
      expect(await log.append(samplePart("a", { entries }))).toBe("appended");
      const keys = entries.map(({ entry: { kind, id } }) => ({ kind, id }));
      expect(await store.parts.directory.read("acme", keys, NOW)).toHaveLength(90);
    });

    describe("when segments are gone", () => {
      const createAtPosition = async (position: number): Promise<void> => {
        await createWithImport(null);
        await store.parts.hours.advance("acme", { ...newHead(SAMPLE_HOUR), positions: [position] }, new Map());
      };

      it("goes on after the head's position when all of them are", async () => {
        for (const name of ["a", "b", "c"]) await log.append(samplePart(name));
        await createAtPosition(3);
        await store.loseSegments("acme", 0, [1, 2, 3]);
        const other = store.connect().log;
        await other.append(samplePart("d"));
        const { segments } = await other.segmentsAfter("acme", 0, 3);
        expect(segments.map(({ position }) => position)).toEqual([4]);
      });

      it("goes on after the last segment when that is beyond the head's position", async () => {
        for (const name of ["a", "b", "c", "d"]) await log.append(samplePart(name));
        await createAtPosition(2);
        await store.loseSegments("acme", 0, [1, 2]);
        const other = store.connect().log;
        await other.append(samplePart("e"));
        const { segments } = await other.segmentsAfter("acme", 0, 2);
        expect(segments.map(({ position }) => position)).toEqual([3, 4, 5]);
      });

      it("goes on after the head's position when an older segment outlives newer ones", async () => {
        for (const name of ["a", "b", "c"]) await log.append(samplePart(name));
        await createAtPosition(3);
        await store.loseSegments("acme", 0, [1, 3]);
        const other = store.connect().log;
        await other.append(samplePart("d"));
        const { segments } = await other.segmentsAfter("acme", 0, 3);
        expect(segments.map(({ position }) => position)).toEqual([4]);
      });

      it("refuses to read over a gap", async () => {
        for (const name of ["a", "b", "c", "d"]) await log.append(samplePart(name));
        await store.loseSegments("acme", 0, [1, 3]);
        await expect(log.segmentsAfter("acme", 0, 0)).rejects.toThrow(/no segment 1\b/);
        await expect(log.segmentsAfter("acme", 0, 1)).rejects.toThrow(/no segment 3\b/);
        expect((await log.segmentsAfter("acme", 0, 3)).segments.map(({ position }) => position)).toEqual([4]);
      });
    });

    it("reads on after any position", async () => {
      for (const name of ["a", "b", "c"]) await log.append(samplePart(name));
      expect(textsOf((await log.segmentsAfter("acme", 0, 1)).segments)).toEqual(["b", "c"]);
      expect(await log.segmentsAfter("acme", 0, 3)).toEqual({ segments: [], isEnd: true });
    });

    it("answers in bounded pages, and all pages together hold every segment once", async () => {
      const count = 1_003;
      for (let at = 0; at < count; at += 17)
        await Promise.all(oneTo(Math.min(17, count - at)).map((name) => log.append(samplePart(`${at + name}`))));
      const first = await log.segmentsAfter("acme", 0, 0);
      expect(first.isEnd).toBe(false);
      expect(first.segments.length).toBeLessThan(count);
      const segments = await segmentsOf(log);
      expect(segments.map(({ position }) => position)).toEqual(oneTo(count));
    });

    it("bounds a page by its bytes, too", async () => {
      for (let at = 0; at < 6; at++) await log.append(samplePart(`${at}`, { segment: denseBytes(290_000, `${at}`) }));
      expect((await log.segmentsAfter("acme", 0, 0)).isEnd).toBe(false);
      const segments = await segmentsOf(log);
      expect(segments.map(({ bytes }) => bytes.length)).toEqual([290_000, 290_000, 290_000, 290_000, 290_000, 290_000]);
    });

    it("keeps a segment of up to 300 KB in its item, and a larger one outside of the table, whole", async () => {
      const sizes = [300_000, 300_001, 5_000_000];
      for (const size of sizes) await log.append(samplePart(`${size}`, { segment: denseBytes(size) }));
      const segments = await segmentsOf(log);
      expect(segments.map(({ bytes }) => Buffer.compare(bytes, denseBytes(bytes.length)))).toEqual([0, 0, 0]);
      expect(segments.map(({ bytes }) => bytes.length)).toEqual(sizes);
      expect(await store.blobs("segment")).toHaveLength(2);
    });
  });
};
