import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { countedAs } from "../../functions/core/directory.ts";
import type { Listed } from "../../functions/core/directory-sync.ts";
import { DAY_MS, endOf, HOUR_MS, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { windowAt } from "../../functions/core/reading.ts";
import { type Document, valueIn } from "../../functions/core/document.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { listReporters } from "../../functions/tasks/read-reporters.ts";
import { commitList, keepListPage, type Synced } from "../../functions/tasks/sync-directory.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { runs } from "../support/effort.ts";
import { event, HOUR_ZERO, type RawEvent } from "../support/events.ts";
import { befallen, type Mishap, Mischance } from "../support/mishaps.ts";
import { Recount } from "../support/recounts/oracle.ts";
import { minutes, openScene, type Scene, sha256 } from "../support/scene.ts";

const NOW = HOUR_ZERO + minutes(40);
const AT = HOUR_ZERO + minutes(30);
const PORTS = ["log", "directory", "hours", "syncs"] as const;

const LEVELS = STATISTICS.filter((row) => row.kind === "level" && /^(users|rooms)\./.test(row.name))
  .filter((row) => row.derive === undefined)
  .map((row) => row.name);

let scene: Scene;
let serial = 0;
const startScene = async (): Promise<void> => {
  scene = await openScene({ now: NOW, startsAt: HOUR_ZERO });
};

const newWorkspace = async (): ReturnType<ReturnType<typeof createWorkspace>> =>
  createWorkspace(scene.parts)({ id: `w${serial++}`, name: "W", startsAt: HOUR_ZERO });
const sendTo = (workspace: string, events: readonly RawEvent[]): Promise<unknown> =>
  ingestEvents(scene.parts)({
    workspace,
    id: sha256(events),
    bodyHash: sha256(events),
    events,
    mayAdjust: false,
    import: undefined,
  });

const user = (id: string, changes: object = {}): Listed => ({ id, kind: "user", active: true, ...changes });
const keep = (parts: Parts, workspace: string, lines: readonly Listed[], page = 1, id = "s"): Promise<void> =>
  keepListPage(parts)({ workspace, kind: "user", id, page, at: AT, lines });
const commit = (parts: Parts, workspace: string, pages = 1, id = "s", mayBeEmpty = false): Promise<Synced> =>
  commitList(parts)({ workspace, kind: "user", id, pages, mayBeEmpty });
/** Keeps a list of one page and commits it. */
const sync = async (lines: readonly Listed[], id = "s", workspace = "demo"): Promise<Synced> => {
  await keep(scene.parts, workspace, lines, 1, id);
  return commit(scene.parts, workspace, 1, id, true);
};

const reading = async (): Promise<Document> =>
  (await takeReading(scene.parts)(scene.workspace, scene.clock.now)).document;
const levelsOf = async (): Promise<unknown[]> => {
  const document = await reading();
  return ["users.total", "users.online", "users.joined"].map((name) => valueIn(document, name));
};
const entriesIn = async (workspace: string): Promise<Record<string, string>> => {
  const { entries } = await scene.parts.directory.list(workspace, "user", { limit: 10_000, now: NOW });
  return Object.fromEntries(
    entries.flatMap(({ entry }) => {
      const counted = countedAs(entry);
      return counted === undefined ? [] : [[entry.id, counted]];
    }),
  );
};

describe("a full list of users", () => {
  beforeEach(startScene);
  afterEach(() => scene.close());

  it("starts an existing workspace: everybody is new, and nobody was heard", async () => {
    const answer = await sync([user("ann", { status: "online" }), user("bob"), user("cy", { kind: "bot" })]);
    expect(answer).toEqual({
      sync: "s",
      received: 3,
      duplicates: 0,
      added: 3,
      changed: 0,
      removed: 0,
      unchanged: 0,
      remaining: 0,
      committed: true,
    });
    expect(await levelsOf()).toEqual([3, 1, 3]);
    expect(await entriesIn("demo")).toEqual({
      ann: "user true online",
      bob: "user true offline",
      cy: "bot true offline",
    });
    expect((await listReporters(scene.parts)("demo", { limit: 10 })).reporters).toEqual([]);
  });

  it("adds, changes and removes what differs, and leaves the rest alone", async () => {
    await scene.send(
      ["ann", "bob", "cy", "dee"].map((id) =>
        event("user.changed", HOUR_ZERO, { id, kind: "user", active: true, status: "online" }),
      ),
    );
    const answer = await sync([
      user("ann"),
      user("bob", { active: false }),
      user("cy", { kind: "guest" }),
      user("eve"),
    ]);
    expect(answer).toMatchObject({ added: 1, changed: 2, removed: 1, unchanged: 1 });
    expect(await entriesIn("demo")).toEqual({
      ann: "user true online",
      bob: "user false online",
      cy: "guest true online",
      eve: "user true offline",
    });
    expect(await levelsOf()).toEqual([4, 3, 5]);
  });

  it("costs what changed: a list that changes nothing writes nothing to the log", async () => {
    const everybody = Array.from({ length: 300 }, (_, at) => user(`u${at}`, { lastLogin: isoOf(HOUR_ZERO + at) }));
    await sync(everybody);
    scene.clock.now = endOf(hourOf(NOW));
    await scene.work();
    const head = await scene.parts.log.segmentsAfter("demo", 0, 0);
    expect(await sync(everybody, "again")).toMatchObject({ unchanged: 300, added: 0, changed: 0, removed: 0 });
    expect(await scene.parts.log.segmentsAfter("demo", 0, 0)).toEqual(head);
    expect(await sync([...everybody, user("new")], "third")).toMatchObject({ unchanged: 300, added: 1 });
    const after = await scene.parts.log.segmentsAfter("demo", 0, 0);
    expect(after.segments).toHaveLength(head.segments.length + 1);
  });

  it("moves the last login, of a user who is unchanged too", async () => {
    await scene.send([event("user.changed", HOUR_ZERO, { id: "ann", kind: "user", active: true })]);
    await sync([user("ann", { lastLogin: isoOf(AT - 5_000) }), user("bob", { lastLogin: isoOf(AT - 9_000) })]);
    expect(valueIn(await reading(), "last.login")).toBe(isoOf(AT - 5_000));
  });

  it("lets what happened after its instant stand, whenever it came", async () => {
    await scene.send([
      event("user.changed", HOUR_ZERO, { id: "ann", kind: "user", active: true, status: "online" }),
      event("user.changed", AT + 1, { id: "late", kind: "user", active: true }),
      event("user.removed", AT + 1, { id: "gone" }),
      event("user.changed", AT + 1, { id: "ann", kind: "user", active: true, status: "busy" }),
    ]);
    await sync([user("ann", { status: "away" }), user("gone")]);
    expect(await entriesIn("demo")).toEqual({ ann: "user true busy", late: "user true offline" });
    await sync([], "empty");
    expect(await entriesIn("demo")).toEqual({ ann: "user true busy", late: "user true offline" });
  });

  it("takes the last line of an id, over all pages", async () => {
    await keep(scene.parts, "demo", [user("ann", { status: "busy" })], 2);
    await keep(scene.parts, "demo", [user("ann"), user("bob"), user("ann", { status: "away" })], 1);
    expect(await commit(scene.parts, "demo", 2)).toMatchObject({ received: 4, duplicates: 2, added: 2 });
    expect(await entriesIn("demo")).toEqual({ ann: "user true busy", bob: "user true offline" });
  });

  it("is committed with all of its pages, or not at all", async () => {
    await keep(scene.parts, "demo", [user("ann")], 1);
    await keep(scene.parts, "demo", [user("bob")], 3);
    for (const pages of [1, 2, 3])
      await expect(commit(scene.parts, "demo", pages)).rejects.toMatchObject({ code: "directory.mismatch" });
    expect(await entriesIn("demo")).toEqual({});
    await keep(scene.parts, "demo", [user("cy")], 2);
    expect(await commit(scene.parts, "demo", 3)).toMatchObject({ added: 3 });
    await expect(commit(scene.parts, "demo", 2)).rejects.toMatchObject({ code: "directory.mismatch" });
  });

  it("answers a commit that comes again as it did before, whatever happened meanwhile", async () => {
    const first = await sync([user("ann"), user("bob")]);
    await scene.send([event("user.removed", AT + 1, { id: "ann" })]);
    expect(await commit(scene.parts, "demo")).toEqual(first);
    expect(await entriesIn("demo")).toEqual({ bob: "user true offline" });
  });

  it("refuses a page that differs from the one before, and pages after the commit", async () => {
    await keep(scene.parts, "demo", [user("ann")]);
    await keep(scene.parts, "demo", [user("ann")]);
    await expect(keep(scene.parts, "demo", [user("bob")])).rejects.toMatchObject({ code: "directory.mismatch" });
    await expect(
      keepListPage(scene.parts)({ workspace: "demo", kind: "user", id: "s", page: 2, at: AT + 1, lines: [] }),
    ).rejects.toMatchObject({ code: "directory.mismatch" });
    await commit(scene.parts, "demo");
    await expect(keep(scene.parts, "demo", [user("bob")], 2)).rejects.toMatchObject({ code: "directory.mismatch" });
    await keep(scene.parts, "demo", [user("ann")]);
  });

  it("removes everybody only when that is meant", async () => {
    await sync([user("ann")]);
    scene.clock.now++;
    await keep(scene.parts, "demo", [], 1, "empty");
    await expect(commit(scene.parts, "demo", 1, "empty")).rejects.toMatchObject({ details: { parameter: "empty" } });
    expect(await commit(scene.parts, "demo", 1, "empty", true)).toMatchObject({ removed: 1 });
    expect(await entriesIn("demo")).toEqual({});
  });

  it("that was begun later wins over another of the same instant", async () => {
    await sync([user("ann", { status: "busy" }), user("bob")], "z");
    scene.clock.now++;
    expect(await sync([user("ann", { status: "away" })], "a")).toMatchObject({ changed: 1, removed: 1 });
    expect(await entriesIn("demo")).toEqual({ ann: "user true away" });
  });

  it("is open for a day, and answers its commit for another", async () => {
    await expect(commit(scene.parts, "demo")).rejects.toMatchObject({ code: "directory.sync-missing" });
    await keep(scene.parts, "demo", [user("ann")], 1, "left");
    const done = await sync([user("ann")], "done");
    scene.clock.now += DAY_MS;
    await expect(commit(scene.parts, "demo", 1, "left")).rejects.toMatchObject({ code: "directory.sync-missing" });
    await expect(keep(scene.parts, "demo", [user("bob")], 2, "left")).rejects.toMatchObject({
      code: "directory.sync-missing",
    });
    expect(await commit(scene.parts, "demo", 1, "done")).toEqual(done);
    scene.clock.now += DAY_MS;
    await expect(commit(scene.parts, "demo", 1, "done")).rejects.toMatchObject({ code: "directory.sync-missing" });
  });

  it("holds as of an instant of the last day, after the workspace's first hour began", async () => {
    const at = (instant: number): Promise<void> =>
      keepListPage(scene.parts)({ workspace: "demo", kind: "user", id: "x", page: 1, at: instant, lines: [] });
    await expect(at(HOUR_ZERO - 1)).rejects.toMatchObject({ details: { parameter: "at" } });
    await expect(at(NOW + 6 * MINUTE_MS)).rejects.toMatchObject({ details: { parameter: "at" } });
    scene.clock.now += 2 * DAY_MS;
    await expect(at(scene.clock.now - DAY_MS - 1)).rejects.toMatchObject({ details: { parameter: "at" } });
    await at(scene.clock.now - DAY_MS);
  });

  it("holds as of now when its sender's clock is a little ahead", async () => {
    const ahead = { workspace: "demo", kind: "user", id: "ahead", at: NOW + 4 * MINUTE_MS } as const;
    await keepListPage(scene.parts)({ ...ahead, page: 1, lines: [user("ann")] });
    scene.clock.now += MINUTE_MS;
    await keepListPage(scene.parts)({ ...ahead, page: 2, lines: [user("bob")] });
    await scene.send([event("user.changed", NOW + 1, { id: "ann", kind: "user", active: true, status: "busy" })]);
    expect(await commit(scene.parts, "demo", 2, "ahead")).toMatchObject({ added: 1, unchanged: 1 });
    expect(await entriesIn("demo")).toEqual({ ann: "user true busy", bob: "user true offline" });
  });

  it("fails aloud, again and again, when a clock that was set back refuses a part of it", async () => {
    await keep(scene.parts, "demo", [user("ann")]);
    const back: Parts = { ...scene.parts, clock: () => AT - 10 * MINUTE_MS };
    await expect(commit(back, "demo")).rejects.toThrow("1 events that were refused");
    await expect(commit(scene.parts, "demo")).rejects.toThrow("1 events that were refused");
    expect(await sync([user("ann")], "another")).toMatchObject({ added: 1 });
  });

  it("that is committed after its hour closed is booked late, and its users joined in that hour", async () => {
    await keep(scene.parts, "demo", [user("ann"), user("bob")]);
    scene.clock.now = NOW + HOUR_MS;
    await scene.work();
    await commit(scene.parts, "demo");
    scene.clock.now = NOW + 2 * HOUR_MS;
    await scene.work();
    expect(valueIn(await scene.published("2026-03-02T09"), "users.joined")).toBe(2);
    expect(valueIn(await scene.published("2026-03-02T09"), "users.total")).toBe(0);
    expect(valueIn(await scene.published("2026-03-02T10"), "users.total")).toBe(2);
  });

  it("counts in slices when there is more to do than one call can, and answers the same counts all along", async () => {
    const lines = Array.from({ length: 5_050 }, (_, at) => user(`u${at}`));
    await keep(scene.parts, "demo", lines, 1);
    await keep(
      scene.parts,
      "demo",
      lines.map(({ id }) => user(`v${id}`)),
      2,
    );
    const answers = [await commit(scene.parts, "demo", 2), await commit(scene.parts, "demo", 2)];
    expect(answers.map(({ remaining, committed, added }) => [remaining, committed, added])).toEqual([
      [100, false, 10_100],
      [0, true, 10_100],
    ]);
    expect(await levelsOf()).toEqual([10_100, 0, 10_100]);
  }, 60_000);

  it("is counted once, however many commit it at once", async () => {
    await scene.send([event("user.changed", HOUR_ZERO, { id: "old", kind: "user", active: true })]);
    const lines = Array.from({ length: 250 }, (_, at) => user(`u${at}`));
    await keep(scene.parts, "demo", lines);
    const answers = await Promise.all(Array.from({ length: 6 }, () => commit(scene.parts, "demo")));
    for (const answer of answers) expect(answer).toMatchObject({ added: 250, removed: 1, committed: true });
    expect(await levelsOf()).toEqual([250, 0, 251]);
  });
});

describe("a full list, whatever fails", () => {
  beforeAll(startScene);
  afterAll(() => scene.close());

  const LINES = Array.from({ length: 120 }, (_, at) => user(`u${at + 20}`, at % 2 === 0 ? {} : { status: "online" }));
  const start = async (): Promise<string> => {
    const { workspace } = await newWorkspace();
    await sendTo(
      workspace.id,
      Array.from({ length: 40 }, (_, at) =>
        event("user.changed", HOUR_ZERO, { id: `u${at}`, kind: "user", active: true }),
      ),
    );
    return workspace.id;
  };
  const attempt = async (parts: Parts, workspace: string): Promise<Synced> => {
    await keep(parts, workspace, LINES);
    return commit(parts, workspace);
  };
  const done = { added: 100, changed: 10, removed: 20, unchanged: 10, committed: true };

  it("comes to the same after a failure at any call, before or after it", async () => {
    const clean = befallen(scene.parts, PORTS, undefined);
    expect(await attempt(clean.parts, await start())).toMatchObject(done);
    const points = clean.calls();
    expect(points).toBeGreaterThan(15);
    for (let at = 0; at < points; at++)
      for (const how of ["before", "after"] as const) {
        const workspace = await start();
        await expect(attempt(befallen(scene.parts, PORTS, { at, how }).parts, workspace)).rejects.toThrow(Mischance);
        expect(await attempt(scene.parts, workspace)).toMatchObject(done);
        const found = await scene.parts.workspaces.find(workspace);
        if (found === undefined) throw new Error("the workspace is gone");
        const { document } = await takeReading(scene.parts)(found, NOW);
        expect(["users.total", "users.online", "users.joined"].map((name) => valueIn(document, name))).toEqual([
          120, 60, 140,
        ]);
      }
  }, 120_000);

  const ids = Array.from({ length: 10 }, (_, at) => `u${at}`);
  const known = ids.slice(0, 6);
  const change = fc.record({
    kind: fc.constantFrom("user", "guest", "app", "bot"),
    active: fc.boolean(),
    status: fc.option(fc.constantFrom("online", "away", "busy", "offline"), { nil: undefined }),
  });
  const changes = (from: number, to: number): fc.Arbitrary<RawEvent> =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom(...ids), change, fc.integer({ min: from, max: to - 1 }))
          .map(([id, data, at]) => event("user.changed", at, { id, ...data })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...known), fc.integer({ min: from, max: to - 1 }))
          .map(([id, at]) => event("user.removed", at, { id })),
      },
    );
  const mishap: fc.Arbitrary<Mishap> = fc.record({
    at: fc.nat(25),
    how: fc.constantFrom("before" as const, "after" as const),
  });

  it("leaves the directory as it says, but for what happened later, and counts every change once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(changes(HOUR_ZERO, AT), { maxLength: 12 }),
        fc.array(fc.tuple(fc.constantFrom(...ids), change), { maxLength: 12 }),
        fc.array(changes(AT + 1, NOW), { maxLength: 6 }),
        fc.array(changes(AT + 1, NOW), { maxLength: 6 }),
        fc.array(mishap, { maxLength: 3 }),
        async (before, list, between, within, mishaps) => {
          const { workspace } = await newWorkspace();
          const first = known.map((id) => event("user.changed", HOUR_ZERO, { id, kind: "user", active: true }));
          // Ids of events order those of one instant, so the first of all come first.
          const earlier = [...first.map((raw, at) => ({ ...raw, id: `!${at}` })), ...before];
          await sendTo(workspace.id, earlier);
          const lines = list.map(([id, data]) => JSON.parse(JSON.stringify({ id, ...data })) as Listed);
          const tries: (Mishap | undefined)[] = [...mishaps, undefined];
          for (const [turn, each] of tries.entries()) {
            const meanwhile = async (): Promise<void> => {
              if (turn === 0 && within.length > 0) await sendTo(workspace.id, within);
            };
            const { parts } = befallen(scene.parts, PORTS, each, meanwhile);
            try {
              await keep(parts, workspace.id, lines.slice(0, 5), 1);
              await keep(parts, workspace.id, lines.slice(5), 2);
              if (turn === 0 && between.length > 0) await sendTo(workspace.id, between);
              expect(await commit(parts, workspace.id, 2, "s", true)).toMatchObject({ committed: true });
            } catch (error) {
              if (!(error instanceof Mischance)) throw error;
            }
          }
          // What the first try did not come to happens in the end: it is later than the list all the same.
          if (between.length > 0) await sendTo(workspace.id, between);
          if (within.length > 0) await sendTo(workspace.id, within);

          const recount = new Recount();
          for (const raw of earlier) recount.take(raw);
          const last = new Map(lines.map((line) => [line.id, line]));
          for (const id of ids) {
            const line = last.get(id);
            if (line !== undefined) recount.take(event("user.changed", AT, line));
            else if (earlier.some(({ data }) => (data as { id: string }).id === id))
              recount.take(event("user.removed", AT, { id }));
          }
          for (const raw of [...between, ...within]) recount.take(raw);

          const { document } = await takeReading(scene.parts)(workspace, NOW);
          const window = windowAt(NOW);
          const levels = recount.levels(Infinity, Infinity);
          expect(Object.fromEntries(LEVELS.map((name) => [name, valueIn(document, name)]))).toEqual(
            Object.fromEntries(LEVELS.map((name) => [name, levels[name] ?? 0])),
          );
          expect(valueIn(document, "users.joined")).toBe(recount.flows(window.start, window.end)["users.joined"] ?? 0);
          const entries = Object.values(await entriesIn(workspace.id));
          expect(entries.length).toBe(levels["users.total"] ?? 0);
          expect(entries.filter((counted) => counted.endsWith(" online"))).toHaveLength(levels["users.online"] ?? 0);
        },
      ),
      { numRuns: runs(40, 400) },
    );
  });
});
