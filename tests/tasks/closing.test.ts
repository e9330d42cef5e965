import { afterEach, describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, hourNamed, hourOf } from "../../functions/core/hour.ts";
import { valueIn } from "../../functions/core/document.ts";
import type { Archive } from "../../functions/ports/archive.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { brokenLinks } from "../support/chain.ts";
import { event, HOUR_ZERO, message, type RawEvent } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const scenes: Scene[] = [];
afterEach(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.close()));
});
const open = async (options: Parameters<typeof openScene>[0]): Promise<Scene> => {
  const scene = await openScene(options);
  scenes.push(scene);
  return scene;
};

/** Names that are chance elsewhere, so that two runs may have equal bytes. */
const withoutChance = (parts: Parts): Parts => {
  let serial = 0;
  return { ...parts, secret: (characters) => `${serial++}`.padStart(characters, "x") };
};

/** An hour of a small chat server: two reporters that report each minute or two, people who come and write. */
const hourOfLife = (start: number, seed: number): RawEvent[] =>
  Array.from({ length: 30 }, (_, at) => {
    const time = start + minutes(2 * at) + seed * 997;
    const source = `chat-${at % 2}`;
    return [
      event(
        "instance.reported",
        time,
        {
          id: source,
          version: "8.6.1",
          uptime: 60 * at,
          os: { totalmem: 8e9, freemem: 1e9 + at * seed },
          connections: at + seed,
        },
        { source, id: `r${seed}-${at}` },
      ),
      message(time + 1_000, `u${(at * seed) % 11}`, `r${at % 3}`, { source, id: `m${seed}-${at}` }),
      event(
        "user.changed",
        time + 2_000,
        { id: `u${(at * seed) % 11}`, kind: "user", active: true, status: at % 2 === 0 ? "online" : "away" },
        { source, id: `u${seed}-${at}` },
      ),
    ];
  }).flat();

const documentsOf = async (scene: Scene, from: number, count: number): Promise<string[]> => {
  const bytes = await Promise.all(
    Array.from({ length: count }, (_, at) => scene.parts.archive.read("demo", hourOf(from) + at)),
  );
  return bytes.map((each) => String(each));
};

describe("closing hours", () => {
  it("after an outage of three days publishes byte for byte what an undisturbed run does", async () => {
    const LIVED = 5;
    const OUTAGE = 72;
    const live = async (isDisturbed: boolean): Promise<Scene> => {
      const scene = await open({ now: HOUR_ZERO, change: withoutChance });
      for (let hour = 0; hour < LIVED + OUTAGE; hour++) {
        scene.clock.now = HOUR_ZERO + (hour + 1) * HOUR_MS;
        if (hour < LIVED) await scene.send(hourOfLife(HOUR_ZERO + hour * HOUR_MS, hour + 1));
        scene.clock.now += minutes(3);
        // The outage begins in the middle of an hour, with that hour's and the one before's events unfolded.
        if (!isDisturbed || hour < LIVED - 2) await scene.work();
      }
      await scene.work();
      return scene;
    };
    const [undisturbed, disturbed] = [await live(false), await live(true)];
    const expected = await documentsOf(undisturbed, HOUR_ZERO, LIVED + OUTAGE);
    expect(expected).toHaveLength(77);
    expect(expected.every((text) => text.startsWith('{"workspace":"demo"'))).toBe(true);
    expect(await documentsOf(disturbed, HOUR_ZERO, LIVED + OUTAGE)).toEqual(expected);
    expect(await brokenLinks(disturbed.parts, "demo")).toEqual([]);
  });

  it("says that the reporters were silent, and for how long, after one reported steadily", async () => {
    const scene = await open({ now: HOUR_ZERO });
    scene.clock.now = HOUR_ZERO + 30 * HOUR_MS;
    await scene.send(
      hourOfLife(HOUR_ZERO, 1).map((each) => ({
        ...each,
        source: "chat-0",
        data: { ...each.data, ...(each.type === "instance.reported" ? { id: "chat-0" } : {}) },
      })),
    );
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      ledger: { status: "complete", coverage: { heardMinutes: 30, of: 60 } },
    });
    expect(await scene.published("2026-03-02T10")).toMatchObject({
      ledger: { status: "partial", reasons: ["reporters-silent"], coverage: { heardMinutes: 0, of: 60 } },
    });
    expect(await scene.published("2026-03-03T09")).toMatchObject({
      ledger: { status: "partial", reasons: ["reporters-silent"] },
    });
    expect(await scene.published("2026-03-03T10")).toMatchObject({ ledger: { status: "complete", reasons: [] } });
  });

  it("calls a workspace's first, broken hour partial", async () => {
    const scene = await open({ now: HOUR_ZERO + minutes(17) });
    scene.clock.now = HOUR_ZERO + 2 * HOUR_MS;
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      ledger: { status: "partial", reasons: ["started"] },
    });
    expect(await scene.published("2026-03-02T10")).toMatchObject({ ledger: { status: "complete", reasons: [] } });
  });

  it("shows an hour without events as zeros", async () => {
    const scene = await open({ now: HOUR_ZERO });
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      messages: { sent: 0, total: 0 },
      users: { seen: 0 },
      memory: { total: null },
      connections: { peak: null },
    });
  });

  it("has one effect when 16 workers do it at once", async () => {
    const scene = await open({ now: HOUR_ZERO });
    scene.clock.now = HOUR_ZERO + 3 * HOUR_MS;
    await scene.send([0, 1, 2].flatMap((hour) => hourOfLife(HOUR_ZERO + hour * HOUR_MS, hour + 1)));
    const runs = await Promise.all(Array.from({ length: 16 }, () => closeDueHours(scene.parts)("demo")));
    expect(runs.every(({ remaining }) => remaining === 0)).toBe(true);
    expect(await scene.parts.hours.head("demo")).toMatchObject({
      closedThrough: hourNamed("2026-03-02T11"),
      publication: { number: 3 },
      unarchived: [],
    });
    expect(await brokenLinks(scene.parts, "demo")).toEqual([]);
  });

  it("archives what was committed before a crash, and only then commits a revision of it", async () => {
    let isBroken = true;
    const scene = await open({
      now: HOUR_ZERO,
      change: (parts) => ({
        ...parts,
        archive: {
          ...parts.archive,
          write: (...what: Parameters<Archive["write"]>) =>
            isBroken ? Promise.reject(new Error("no disk")) : parts.archive.write(...what),
        },
      }),
    });
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    await expect(scene.work()).rejects.toThrow("no disk");
    expect(await scene.parts.hours.head("demo")).toMatchObject({
      closedThrough: hourOf(HOUR_ZERO),
      unarchived: [{ revision: 0 }],
    });
    await scene.send([message(HOUR_ZERO + minutes(5))]);
    await expect(scene.work()).rejects.toThrow("no disk");
    expect(await scene.parts.snapshots.read("demo", hourOf(HOUR_ZERO), 1)).toBeUndefined();
    isBroken = false;
    expect(await scene.work()).toMatchObject({ closed: 0, restated: 1 });
    expect(await brokenLinks(scene.parts, "demo")).toEqual([]);
  });

  it("counts a message and its author where they belong when the author is unknown", async () => {
    const scene = await open({ now: HOUR_ZERO + minutes(30), startsAt: HOUR_ZERO });
    await scene.send([message(HOUR_ZERO, "stranger")]);
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      users: { total: 0, seen: 1 },
      messages: { total: 1 },
    });
  });

  it("publishes a broken identity flagged, never clamped", async () => {
    const scene = await open({ now: HOUR_ZERO + minutes(30), startsAt: HOUR_ZERO });
    await scene.send([event("message.removed", HOUR_ZERO, { room: "r", roomKind: "direct" })]);
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      messages: { direct: -1, total: -1 },
      integrity: ["messages.total is below zero", "messages.direct is below zero"],
    });
  });

  it("says of a sum that numbers can no longer tell exactly", async () => {
    const scene = await open({ now: HOUR_ZERO + minutes(30), startsAt: HOUR_ZERO });
    await scene.send([1, 2].map(() => event("upload.added", HOUR_ZERO, { bytes: Number.MAX_SAFE_INTEGER })));
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      integrity: ["uploads.bytes is too large to be exact", "uploads.addedBytes is too large to be exact"],
    });
  });
});

describe("an import", () => {
  it("fills the past of a workspace, closes its hours as imported and names the gap up to the live ones", async () => {
    const scene = await open({ now: HOUR_ZERO });
    const { id } = await openImport(scene.parts)("demo", { "messages.direct": 1_000 });
    const past = HOUR_ZERO - 100 * DAY_MS;
    await scene.send([message(past), message(past + 2 * HOUR_MS, "bob")], { import: id });
    await scene.send([message(HOUR_ZERO, "live")]);
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    expect(await scene.work()).toEqual({ closed: 0, restated: 0, remaining: 0 });
    expect(await finishImport(scene.parts)(scene.workspace, id)).toEqual({ hours: 3, remaining: 0 });
    // Asked again, because the answer was lost on its way.
    expect(await finishImport(scene.parts)(scene.workspace, id)).toEqual({ hours: 0, remaining: 0 });
    expect(await scene.published("2025-11-22T09")).toMatchObject({
      ledger: { status: "imported", reasons: [] },
      messages: { total: 1_001, sent: 1 },
    });
    expect(await scene.work()).toEqual({ closed: 1, restated: 0, remaining: 0 });
    const live = await scene.published("2026-03-02T09");
    expect(live).toMatchObject({ ledger: { status: "complete" }, messages: { total: 1_003, sent: 1 } });
    expect(valueIn(live, "last.message")).toBe("2026-03-02T09:00:00.000Z");
    expect(await scene.parts.hours.head("demo")).toMatchObject({ missing: [[hourOf(past) + 3, hourOf(HOUR_ZERO)]] });
    expect(await brokenLinks(scene.parts, "demo")).toEqual([]);
  });

  it("is refused events of any past time before it is open and after it is finished", async () => {
    const scene = await open({ now: HOUR_ZERO });
    const old = [message(HOUR_ZERO - 100 * DAY_MS)];
    expect(await scene.send(old)).toMatchObject({ accepted: 0, refused: [{ code: "event-too-old" }] });
    await expect(scene.send(old, { id: "early", import: "none" })).rejects.toMatchObject({ code: "import.missing" });
    const { id } = await openImport(scene.parts)("demo", {});
    expect(await scene.send(old, { id: "counted", import: id })).toMatchObject({ accepted: 1 });
    await finishImport(scene.parts)(scene.workspace, id);
    await expect(scene.send(old, { id: "tardy", import: id })).rejects.toMatchObject({ code: "import.missing" });
    expect(await scene.send(old, { id: "counted", import: id })).toMatchObject({ accepted: 1, replayed: true });
  });

  it("is one at a time, and only where no hour has closed", async () => {
    const scene = await open({ now: HOUR_ZERO });
    await openImport(scene.parts)("demo", {});
    await expect(openImport(scene.parts)("demo", {})).rejects.toMatchObject({ code: "import.open" });
    const other = await open({ now: HOUR_ZERO });
    other.clock.now = HOUR_ZERO + HOUR_MS;
    await other.work();
    await expect(openImport(other.parts)("demo", {})).rejects.toMatchObject({ code: "import.not-empty" });
  });

  it("finishes in slices that go on after a crash, with the same documents", async () => {
    const finish = async (isKilled: boolean): Promise<Scene> => {
      let writes = 0;
      const scene = await open({
        now: HOUR_ZERO,
        change: (parts) => {
          const plain = withoutChance(parts);
          return {
            ...plain,
            archive: {
              ...plain.archive,
              write: (...what: Parameters<Archive["write"]>) =>
                isKilled && ++writes % 97 === 0 ? Promise.reject(new Error("killed")) : plain.archive.write(...what),
            },
          };
        },
      });
      const { id } = await openImport(scene.parts)("demo", {});
      const past = HOUR_ZERO - 25 * DAY_MS;
      await scene.send(
        Array.from({ length: 600 }, (_, at) => message(past + at * HOUR_MS, `u${at % 9}`, "r", { id: `m${at}` })),
        { import: id },
      );
      for (let remaining = 1; remaining > 0;) {
        try {
          ({ remaining } = await finishImport(scene.parts)(scene.workspace, id));
        } catch (failure) {
          if ((failure as Error).message !== "killed") throw failure;
        }
      }
      expect(await brokenLinks(scene.parts, "demo")).toEqual([]);
      return scene;
    };
    const past = HOUR_ZERO - 25 * DAY_MS;
    const [plain, killed] = [await finish(false), await finish(true)];
    expect(await documentsOf(killed, past, 600)).toEqual(await documentsOf(plain, past, 600));
  }, 600_000);
});
