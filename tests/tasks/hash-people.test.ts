import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diskPeopleKeys } from "../../functions/adapters/disk/people-keys.ts";
import { localParts } from "../../functions/adapters/compose.ts";
import { forgettingParts } from "../../functions/adapters/compose-forgetting.ts";
import { isHashed } from "../../functions/core/hashed-ids.ts";
import { DAY_MS, HOUR_MS, hourNamed } from "../../functions/core/hour.ts";
import { periodNamed, type ReportPeriod } from "../../functions/core/report-period.ts";
import { composeReport } from "../../functions/tasks/compose-report.ts";
import { changeWorkspace } from "../../functions/tasks/change-workspace.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { forgetUser } from "../../functions/tasks/forget-user.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { readActivity } from "../../functions/tasks/read-activity.ts";
import { readHistory, readSpan } from "../../functions/tasks/read-history.ts";
import { readTurnover } from "../../functions/tasks/read-people.ts";
import { readSeen } from "../../functions/tasks/read-seen.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import { event, message } from "../support/events.ts";
import { instead } from "../support/instead.ts";
import { openScene, type Scene } from "../support/scene.ts";

const FIRST = Date.parse("2026-02-02T00:00:00.000Z");
const END = Date.parse("2026-04-10T00:00:00.000Z");
const DAYS = (END - FIRST) / DAY_MS;
const NOON = 12 * HOUR_MS;
const hour = (name: string): number => hourNamed(name) ?? Number.NaN;
/** 36 days before the end lie in the week that begins on 2 March; the month begins a day earlier. */
const HASHED_FROM = hour("2026-03-01T00");

const SINCE = { statistics: ["users.seen"], from: hour("2026-03-01T00"), to: hour("2026-03-20T00") };
const ACROSS = { ...SINCE, from: hour("2026-02-27T05") };

let scene: Scene;
let folder: string;
/** Calls after which the store is away; never while it is infinite. */
let callsLeft = Infinity;
const orAway = <T>(call: () => Promise<T>): Promise<T> =>
  callsLeft-- > 0 ? call() : Promise.reject(new Error("the store is away"));

const fickle = (parts: Parts): Parts => ({
  ...parts,
  peopleKeys: diskPeopleKeys(join(folder, "keys")),
  hours: instead(parts.hours, { advance: (...what) => orAway(() => parts.hours.advance(...what)) }),
  unions: instead(parts.unions, { hashPeople: (...what) => orAway(() => parts.unions.hashPeople(...what)) }),
});

const spanOf = async (from: number, to: number) => {
  const row = await readSpan(scene.parts)("demo", { statistics: ["users.seen", "rooms.used"], from, to });
  return [row["users.seen"], row["rooms.used"]];
};
const turnoverOf = (from: number, to: number) => readTurnover(scene.parts)("demo", { from, to });
const monthsOf = async (timeZone: string) =>
  (
    await readHistory(scene.parts)("demo", {
      statistics: ["users.seen", "rooms.used", "messages.sent"],
      from: FIRST / HOUR_MS,
      to: END / HOUR_MS,
      interval: "month",
      timeZone,
    })
  ).rows;

const roomsReported = async (week: string) =>
  (await composeReport(scene.parts)(scene.workspace, periodNamed("weekly", "UTC", week) as ReportPeriod)).rooms;

/** Any times of the history, with what was told of them while everybody was named. */
const told = new Map<string, { readonly span: unknown; readonly turnover: unknown }>();
let months: unknown;
const RANGES = fc
  .sample(fc.tuple(fc.integer({ min: 0, max: DAYS * 24 - 2 }), fc.integer({ min: 1, max: DAYS * 24 })), {
    numRuns: 60,
    seed: 8,
  })
  .map(([at, length]): [number, number] => [
    FIRST / HOUR_MS + at,
    Math.min(FIRST / HOUR_MS + at + length, END / HOUR_MS),
  ]);

/** Everything that is stored of old hours, as text. */
const idsBefore = async (until: number): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const [, sets] of scene.parts.snapshots.setsBetween("demo", FIRST / HOUR_MS, until))
    ids.push(...[...sets.users, ...sets.rooms].map(([id]) => id));
  for (const length of ["day", "week", "month"] as const)
    for (const { read } of await scene.parts.unions.between("demo", length, FIRST / DAY_MS - 40, until / 24)) {
      const sets = await read?.();
      ids.push(...[...(sets?.users ?? []), ...(sets?.rooms ?? [])].map(([id]) => id));
    }
  return ids;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-keys-"));
  scene = await openScene({ now: END, change: fickle });
  const { id } = await openImport(scene.parts)("demo", {});
  await scene.send(
    Array.from({ length: DAYS }, (_, day) => [
      message(FIRST + day * DAY_MS + NOON, "ann"),
      message(FIRST + day * DAY_MS + NOON + HOUR_MS, `weekly-${day % 7}`),
      message(FIRST + day * DAY_MS + 5 * HOUR_MS, `once-${Math.floor(day / 3)}`),
    ]).flat(),
    { import: id },
  );
  let remaining = 1;
  while (remaining > 0) ({ remaining } = await finishImport(scene.parts)(scene.workspace, id, END / HOUR_MS - 1));
  await scene.work();
  for (const [from, to] of RANGES)
    told.set(`${from} ${to}`, { span: await spanOf(from, to), turnover: await turnoverOf(from, to) });
  months = [await monthsOf("UTC"), await monthsOf("Europe/Berlin")];
}, 120_000);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

const expectAsTold = async (ranges: readonly [number, number][]): Promise<void> => {
  for (const [from, to] of ranges)
    expect({ span: await spanOf(from, to), turnover: await turnoverOf(from, to) }).toEqual(told.get(`${from} ${to}`));
};

describe("a workspace that keeps only hashes of who was seen long ago", () => {
  it("gets a key of its own, once, for its owner only, where no answer and no item tells it", async () => {
    const change = { retention: { people: "hash", afterDays: 36 } } as const;
    await expect(changeWorkspace(scene.parts)("nobody", change)).rejects.toMatchObject({ code: "workspace.missing" });
    await changeWorkspace(scene.parts)("demo", change);
    const key = await scene.parts.peopleKeys.find("demo");
    expect(key).toMatch(/^[A-Za-z0-9]{43}$/);
    await changeWorkspace(scene.parts)("demo", { retention: { people: "hash" } });
    await scene.parts.peopleKeys.make("demo", "another");
    expect(await scene.parts.peopleKeys.find("demo")).toBe(key);
    const [file = "", ...others] = await readdir(join(folder, "keys"));
    expect(others).toEqual([]);
    expect((await stat(join(folder, "keys", file))).mode & 0o777).toBe(0o600);
    expect(
      JSON.stringify([await scene.parts.workspaces.find("demo"), await scene.parts.hours.head("demo")]),
    ).not.toContain(key);
  });

  it("tells every number as before while it is cut short at any step, done at once, and once it is done", async () => {
    const some = RANGES.slice(0, 4);
    for (const calls of [0, 1, 0, 1, 1, Infinity]) {
      callsLeft = calls;
      await scene.work().then(
        () => true,
        () => false,
      );
      callsLeft = Infinity;
      await expectAsTold(some);
    }
    await Promise.all(Array.from({ length: 3 }, () => closeDueHours(scene.connect())("demo")));
    await scene.work();
    expect((await scene.parts.hours.head("demo"))?.hashed).toEqual({ from: HASHED_FROM, swept: HASHED_FROM });
    await expectAsTold(RANGES);
    expect([await monthsOf("UTC"), await monthsOf("Europe/Berlin")]).toEqual(months);
    const { acts } = await scene.parts.audit.list("demo", { from: 0, to: END + DAY_MS, limit: 10 });
    expect(acts.filter(({ action }) => action === "people.hashed")).toHaveLength(1);
  }, 120_000);

  it("names nobody of that time, and everybody since", async () => {
    const old = await idsBefore(HASHED_FROM);
    expect(old.length).toBeGreaterThan(100);
    expect(old.every(isHashed)).toBe(true);
    expect((await scene.parts.unions.firsts("demo"))?.users.every(([id]) => isHashed(id))).toBe(true);
    const page = { limit: 10, after: undefined };
    await expect(readSeen(scene.parts)("demo", hour("2026-02-28T12"), page)).rejects.toMatchObject({
      code: "snapshot.missing",
    });
    expect((await readSeen(scene.parts)("demo", HASHED_FROM + 12, page)).users).toEqual(["ann"]);
    const window = { start: hour("2026-02-20T00") * HOUR_MS, end: hour("2026-03-20T00") * HOUR_MS };
    await expect(readWindow(scene.parts)(scene.workspace, window)).rejects.toMatchObject({ code: "range.invalid" });
    const active = { from: hour("2026-02-20T00"), to: hour("2026-03-20T00"), timeZone: "UTC" };
    expect((await readActivity(scene.parts)("demo", active)).rooms).toEqual([]);
    await scene.send([event("room.changed", END, { id: "general", kind: "channel" })]);
    // The week that ends with the first day of March has one day of which ids are plain.
    expect(await roomsReported("2026-W09")).toEqual([]);
    expect(await roomsReported("2026-W10")).toEqual([{ id: "general", messages: 21 }]);
  });

  it("counts who comes back, and comes late, as ever", async () => {
    scene.clock.now = END + 26 * HOUR_MS;
    await scene.send([
      message(Date.parse("2026-03-10T12:30:00.000Z"), "late"),
      message(END + HOUR_MS, "once-0"),
      message(END + HOUR_MS, "never-before"),
    ]);
    await scene.work();
    await scene.work();
    expect((await spanOf(hour("2026-03-01T00"), hour("2026-03-20T00")))[0]).toBe(16);
    expect(await turnoverOf(END / HOUR_MS, END / HOUR_MS + 24)).toMatchObject({ active: 2, new: 1, returning: 1 });
  });

  it("forgets somebody by their hash, too, and goes on counting one person as one", async () => {
    const whole: [number, number] = [FIRST / HOUR_MS, END / HOUR_MS];
    const before = await spanOf(...whole);
    const { people, forgettings } = forgettingParts({
      dynamodbEndpoint: scene.engine.endpoint,
      table: scene.engine.table,
      archiveFolder: scene.archiveFolder,
      clock: scene.parts.clock,
      expires: true,
      graceSeconds: 0,
      cooldownSeconds: 0,
    });
    const hashed = (await scene.parts.unions.firsts("demo"))?.users.length;
    const { found } = await forgetUser({ ...scene.parts, people, forgettings })({
      workspace: "demo",
      userId: "once-1",
      isDry: false,
    });
    // Three days of February, their weeks and month, and the first sight.
    expect(found).toMatchObject({ sets: 3, firsts: 1 });
    expect(await spanOf(...whole)).toEqual(before);
    expect((await scene.parts.unions.firsts("demo"))?.users).toHaveLength(hashed ?? 0);
  });
});

describe("a deployment without a place for secrets", () => {
  it("refuses to hash, by name, and changes nothing", async () => {
    const { endpoint, table } = scene.engine;
    const without = localParts({
      dynamodbEndpoint: endpoint,
      table,
      archiveFolder: scene.archiveFolder,
      clock: scene.parts.clock,
      expires: false,
      graceSeconds: 0,
      cooldownSeconds: 0,
    });
    const { workspace: plain } = await createWorkspace(without)({ id: "plain", name: "Plain", startsAt: END });
    const refusal = { code: "upstream.no-vault", message: expect.stringContaining("hash no ids") as string };
    const change = { retention: { people: "hash" } } as const;
    await expect(changeWorkspace(without)("plain", change)).rejects.toMatchObject(refusal);
    await without.peopleKeys.remove("plain");
    expect([await without.peopleKeys.find("plain"), await without.workspaces.find("plain")]).toEqual([
      undefined,
      plain,
    ]);
    // Where a key is lost, no other takes its place.
    const lost = { code: "upstream.no-vault", message: expect.stringContaining("not to be found") as string };
    await expect(changeWorkspace(without)("demo", change)).rejects.toMatchObject(lost);
    // Numbers of times since need no key; of times before there is none to compare by.
    await expect(readSpan(without)("demo", SINCE)).resolves.toMatchObject({ "users.seen": 16 });
    await expect(readSpan(without)("demo", ACROSS)).rejects.toMatchObject({ code: "upstream.no-vault" });
  });
});
