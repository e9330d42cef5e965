import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../../functions/contract.ts";
import { type Interval } from "../../functions/core/calendar.ts";
import { DAY_MS, HOUR_MS, hourNamed } from "../../functions/core/hour.ts";
import { periodNamed, type ReportPeriod } from "../../functions/core/report-period.ts";
import { dayName } from "../../functions/core/series.ts";
import { changeWorkspace } from "../../functions/tasks/change-workspace.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { composeReport } from "../../functions/tasks/compose-report.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { readHistory, readSpan } from "../../functions/tasks/read-history.ts";
import { readTurnover } from "../../functions/tasks/read-people.ts";
import { readSeen } from "../../functions/tasks/read-seen.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import { event, message } from "../support/events.ts";
import { instead } from "../support/instead.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { itemsIn } from "../support/table-items.ts";

const FIRST = Date.parse("2026-02-02T00:00:00.000Z");
const END = Date.parse("2026-04-10T00:00:00.000Z");
const DAYS = (END - FIRST) / DAY_MS;
const NOON = 12 * HOUR_MS;
const hour = (name: string): number => hourNamed(name) ?? Number.NaN;
/** 36 days before the end lie in the week that begins on 2 March; the month begins a day earlier. */
const KEPT_FROM = hour("2026-03-01T00");

let scene: Scene;
/** Calls after which the store is away; never while it is infinite. */
let callsLeft = Infinity;
const orAway = <T>(call: () => Promise<T>): Promise<T> =>
  callsLeft-- > 0 ? call() : Promise.reject(new Error("the store is away"));

const fickle = (parts: Parts): Parts => ({
  ...parts,
  hours: { ...parts.hours, advance: (...what) => orAway(() => parts.hours.advance(...what)) },
  unions: instead(parts.unions, { dropPeople: (...what) => orAway(() => parts.unions.dropPeople(...what)) }),
});

beforeEach(async () => {
  callsLeft = Infinity;
  scene = await openScene({ now: END, change: fickle });
  const { id } = await openImport(scene.parts)("demo", {});
  await scene.send(
    Array.from({ length: DAYS }, (_, day) => [
      message(FIRST + day * DAY_MS + NOON, "ann"),
      message(FIRST + day * DAY_MS + NOON + 1, `weekly-${day % 7}`),
    ]).flat(),
    { import: id },
  );
  let remaining = 1;
  while (remaining > 0) ({ remaining } = await finishImport(scene.parts)(scene.workspace, id, END / HOUR_MS - 1));
  await scene.work();
});
afterEach(() => scene.close());

const letGo = () => changeWorkspace(scene.parts)("demo", { retention: { people: "counts", afterDays: 36 } });
const swept = async () => (await scene.parts.hours.head("demo"))?.people;
const history = async (interval: Interval, timeZone = "UTC") =>
  (
    await readHistory(scene.parts)("demo", {
      statistics: ["users.seen", "rooms.used", "messages.sent"],
      from: FIRST / HOUR_MS,
      to: END / HOUR_MS,
      interval,
      timeZone,
    })
  ).rows;
const seenIn = async (from: string, to: string) =>
  (await readSpan(scene.parts)("demo", { statistics: ["users.seen"], from: hour(from), to: hour(to) }))["users.seen"];

describe("a workspace that keeps only how many were seen", () => {
  it("knows the days, weeks and months of UTC as before, and of no other time before how many different there were", async () => {
    const before = [await history("hour"), await history("day"), await history("week"), await history("month")];
    const march = await seenIn("2026-03-01T05", "2026-03-20T11");
    await letGo();
    await scene.work();
    expect(await swept()).toEqual({ from: KEPT_FROM, swept: KEPT_FROM });
    // The history begins on the second of February, which is not where the month does.
    const after = [await history("hour"), await history("day"), await history("week"), await history("month")];
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]?.map((row) => row["users.seen"])).toEqual([null, 8, 8]);
    expect(await seenIn("2026-02-01T00", "2026-03-01T00")).toBe(8);
    expect(await seenIn("2026-02-03T03", "2026-02-06T00")).toBeNull();
    expect(await seenIn("2026-02-01T00", "2026-04-01T00")).toBeNull();
    expect(await seenIn("2026-03-01T05", "2026-03-20T11")).toBe(march);
    const [day] = await history("day", "Europe/Berlin");
    expect(day).toMatchObject({ "users.seen": null, "rooms.used": null, "messages.sent": 2 });
  });

  it("knows of no hour before who it was, nor who is new", async () => {
    const week = { from: hour("2026-03-23T00"), to: hour("2026-03-30T00") };
    const known = await readTurnover(scene.parts)("demo", week);
    expect(known).toMatchObject({ active: 8, new: 0, returning: 0, retained: 8 });
    await letGo();
    await scene.work();
    const page = { limit: 10, after: undefined };
    await expect(readSeen(scene.parts)("demo", hour("2026-02-28T12"), page)).rejects.toMatchObject({
      code: "snapshot.missing",
    });
    expect((await readSeen(scene.parts)("demo", KEPT_FROM + 12, page)).count).toBe(2);
    for await (const [at] of scene.parts.snapshots.setsBetween("demo", FIRST / HOUR_MS, END / HOUR_MS))
      expect(at).toBeGreaterThanOrEqual(KEPT_FROM);
    for (const length of ["day", "week", "month"] as const)
      for (const { period, read } of await scene.parts.unions.between(
        "demo",
        length,
        FIRST / DAY_MS - 40,
        END / DAY_MS,
      ))
        expect(read === undefined).toBe(period.first < KEPT_FROM / 24);
    expect(await scene.parts.unions.firsts("demo")).toBeUndefined();
    expect(await readTurnover(scene.parts)("demo", week)).toEqual({ ...known, new: null, returning: null });
    const window = { start: hour("2026-02-20T00") * HOUR_MS, end: hour("2026-03-20T00") * HOUR_MS };
    await expect(readWindow(scene.parts)(scene.workspace, window)).rejects.toMatchObject({ code: "range.invalid" });
  });

  it("is done again after it was cut short at any step, counts nothing halved meanwhile, and is noted once", async () => {
    await letGo();
    // Before it is said, before it is done, before that is written down, and then at last.
    for (const calls of [0, 1, 1, Infinity]) {
      callsLeft = calls;
      const isDone = await scene.work().then(
        () => true,
        () => false,
      );
      callsLeft = Infinity;
      expect(isDone).toBe(calls === Infinity);
      expect([8, null]).toContain(await seenIn("2026-02-09T03", "2026-02-25T00"));
    }
    await Promise.all(Array.from({ length: 3 }, () => closeDueHours(scene.connect())("demo")));
    expect(await swept()).toEqual({ from: KEPT_FROM, swept: KEPT_FROM });
    const { acts } = await scene.parts.audit.list("demo", { from: 0, to: END + DAY_MS, limit: 10 });
    expect(acts.filter(({ action }) => action === "people.dropped")).toMatchObject([
      { by: "the setting retention", details: { before: "2026-03-01T00", afterDays: 36 } },
    ]);
  });

  it("tells in a report no rooms of a time of which it knows but a part", async () => {
    await scene.send([event("room.changed", END, { id: "general", kind: "channel" })]);
    // A week of which the last day is kept, and one that is kept whole.
    const roomsOf = async (week: string) =>
      (await composeReport(scene.parts)(scene.workspace, periodNamed("weekly", "UTC", week) as ReportPeriod)).rooms;
    expect(await roomsOf("2026-W09")).toEqual([{ id: "general", messages: 14 }]);
    await letGo();
    await scene.work();
    expect(await roomsOf("2026-W09")).toEqual([]);
    expect(await roomsOf("2026-W10")).toEqual([{ id: "general", messages: 14 }]);
  });

  it("lets nobody go before the unions of days are kept that were packed before there were any", async () => {
    const before = [await history("day"), await history("week"), await history("month")];
    const items = itemsIn(scene.engine);
    for (const length of ["day", "week", "month"] as const)
      for (const { period } of await scene.parts.unions.between("demo", length, FIRST / DAY_MS - 40, END / DAY_MS))
        await items.remove(KEYS.union("demo", length, dayName(period.first)));
    await items.remove(KEYS.firsts("demo"));
    await letGo();
    await scene.work();
    expect(await swept()).toBeUndefined();
    // A day is over; then the days before are packed once more, 60 in a run.
    for (let run = 0; run < 4; run++) {
      scene.clock.now += run === 0 ? DAY_MS : HOUR_MS;
      await scene.work();
    }
    expect(await swept()).toEqual({ from: KEPT_FROM, swept: KEPT_FROM });
    const after = [await history("day"), await history("week"), await history("month")];
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(await seenIn("2026-02-01T00", "2026-03-01T00")).toBe(8);
    expect(after[2]?.[1]).toEqual(before[2]?.[1]);
  });

  it("counts what comes late as ever, and knows no more once everything is to be kept again", async () => {
    await letGo();
    await scene.work();
    scene.clock.now = END + HOUR_MS;
    await scene.send([message(Date.parse("2026-03-10T12:30:00.000Z"), "late")]);
    await scene.work();
    expect(await seenIn("2026-03-01T00", "2026-04-01T00")).toBe(9);
    await changeWorkspace(scene.parts)("demo", { retention: { people: "keep" } });
    scene.clock.now = END + 60 * DAY_MS;
    await scene.work();
    expect(await swept()).toEqual({ from: KEPT_FROM, swept: KEPT_FROM });
    expect(await scene.parts.unions.firsts("demo")).toBeUndefined();
    expect(await seenIn("2026-02-03T03", "2026-02-06T00")).toBeNull();
  });
});
