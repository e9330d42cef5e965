import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { INTERVALS } from "../../functions/core/calendar.ts";
import { DAY_MS, HOUR_MS, hourName, hourNamed } from "../../functions/core/hour.ts";
import { dayName } from "../../functions/core/series.ts";
import { KEPT_LENGTHS } from "../../functions/core/union.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import { readActivity } from "../../functions/tasks/read-activity.ts";
import { type HistoryParts, readHistory, readSpan } from "../../functions/tasks/read-history.ts";
import { readActiveUsers, readTurnover } from "../../functions/tasks/read-people.ts";
import { message, type RawEvent } from "../support/events.ts";
import { instead } from "../support/instead.ts";
import { openScene, type Scene } from "../support/scene.ts";

// Clocks go forward in New York on 8 March and in Berlin on 29 March.
const FIRST = Date.parse("2026-02-23T00:00:00.000Z");
const DAYS = 43;
const END = FIRST + DAYS * DAY_MS;
const hour = (name: string): number => hourNamed(name) ?? Number.NaN;
const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"];
const DISTINCT = ["users.seen", "rooms.used"];

let scene: Scene;
const told: RawEvent[] = [];

/** People and rooms that come and go: some are seen each week, some once, some only at night. */
const livedAt = (at: number): RawEvent[] => {
  const day = Math.floor(at / 24);
  const start = FIRST + at * HOUR_MS;
  const whom = [...(at % 24 === 23 ? ["owl"] : []), ...(at % 5 === 0 ? [`daily-${at % 3}`] : [])];
  if (at % 24 === 12) whom.push(`once-${day}`, `weekly-${day % 7}`);
  return whom.map((user, more) => message(start + (more + 1) * 60_000, user, `room-${(day + more) % 11}`));
};

beforeAll(async () => {
  scene = await openScene({ now: END });
  const { id } = await openImport(scene.parts)("demo", {});
  for (let at = 0; at < DAYS * 24; at++) told.push(...livedAt(at));
  await scene.send(told, { import: id });
  let remaining = 1;
  while (remaining > 0)
    ({ remaining } = await finishImport(scene.parts)(scene.workspace, id, hour(hourName(END / HOUR_MS - 1))));
}, 120_000);
afterAll(() => scene.close());

/** The same parts with nothing kept, so that every range is made of its hours. */
const fromHours = (): HistoryParts => ({
  ...scene.parts,
  unions: instead(scene.parts.unions, { between: async () => [] }),
});

/** Users seen and rooms used in `[from, to)` by what was sent. */
const recounted = (from: number, to: number) => {
  const events = told.filter(({ time }) => Date.parse(time) >= from * HOUR_MS && Date.parse(time) < to * HOUR_MS);
  const different = (field: "user" | "room"): number =>
    new Set(events.map(({ data }) => (data as Record<string, string>)[field])).size;
  return { "users.seen": different("user"), "rooms.used": different("room") };
};

/** How often each kind of read is made. */
const watched = () => {
  const reads = { sets: 0, unions: 0, bodies: 0 };
  const parts: HistoryParts = {
    ...scene.parts,
    snapshots: {
      ...scene.parts.snapshots,
      setsBetween: (...what) => {
        reads.sets++;
        return scene.parts.snapshots.setsBetween(...what);
      },
    },
    unions: instead(scene.parts.unions, {
      between: async (...what) => {
        reads.unions++;
        return (await scene.parts.unions.between(...what)).map((union) => ({
          ...union,
          read: () => {
            reads.bodies++;
            return (union.read ?? (() => Promise.reject(new Error("only how many is known"))))();
          },
        }));
      },
    }),
  };
  return { parts, reads };
};

const kept = async (): Promise<readonly string[]> => {
  const found = await Promise.all(
    KEPT_LENGTHS.map((length) => scene.parts.unions.between("demo", length, FIRST / DAY_MS - 40, END / DAY_MS + 40)),
  );
  return found.flatMap((unions) => unions.map(({ period: { length, first } }) => `${length} ${dayName(first)}`));
};

describe("unions", () => {
  it("are kept of days, and of the ISO weeks and months that are over", async () => {
    const names = await kept();
    expect(names.filter((name) => name.startsWith("day"))).toHaveLength(DAYS);
    expect(names.filter((name) => name.startsWith("week"))).toEqual([
      "week 2026-02-23",
      "week 2026-03-02",
      "week 2026-03-09",
      "week 2026-03-16",
      "week 2026-03-23",
      "week 2026-03-30",
    ]);
    // What lies before the history was observed by nobody, and is over.
    expect(names.filter((name) => name.startsWith("month"))).toEqual(["month 2026-02-01", "month 2026-03-01"]);
  });

  it.each(ZONES)(
    "count by day, week and month of %s as a recount does, and as the hours' own sets",
    async (timeZone) => {
      for (const interval of INTERVALS.slice(1)) {
        const asked = { statistics: DISTINCT, from: FIRST / HOUR_MS, to: END / HOUR_MS, interval, timeZone };
        const { rows } = await readHistory(scene.parts)("demo", asked);
        expect(rows).toEqual((await readHistory(fromHours())("demo", asked)).rows);
        for (const [at, row] of rows.entries()) {
          // A day begins with the first hour that starts in it.
          const from = Math.max(Math.ceil(Date.parse(row.start) / HOUR_MS), asked.from);
          const next = rows[at + 1]?.start;
          const to = next === undefined ? asked.to : Math.ceil(Date.parse(next) / HOUR_MS);
          expect(row).toMatchObject(recounted(from, to));
        }
      }
    },
  );

  it("count any range, wherever it begins and ends", async () => {
    for (let at = 0; at < 25; at++) {
      const from = FIRST / HOUR_MS + ((at * 7_919) % (DAYS * 24 - 1));
      const to = Math.min(from + 1 + ((at * 104_729) % 900), END / HOUR_MS);
      expect(await readSpan(scene.parts)("demo", { statistics: DISTINCT, from, to })).toMatchObject(
        recounted(from, to),
      );
    }
  });

  it("make a month one read, and tell how many there were without reading who", async () => {
    const { parts, reads } = watched();
    const asked = { statistics: DISTINCT, from: FIRST / HOUR_MS, to: END / HOUR_MS };
    await readHistory(parts)("demo", { ...asked, interval: "day" });
    expect(reads).toEqual({ sets: 0, unions: 1, bodies: 0 });
    await readSpan(parts)("demo", { ...asked, from: hour("2026-03-01T00"), to: hour("2026-04-01T00") });
    expect(reads).toEqual({ sets: 0, unions: 2, bodies: 0 });
    // A month of Berlin is four weeks, days beside them, and two edges of hours.
    const berlin = { from: hour("2026-02-28T23"), to: hour("2026-03-31T22") };
    await readSpan(parts)("demo", { ...asked, ...berlin });
    expect(reads.sets).toBe(2);
    expect(reads.bodies).toBe(4 + 2);
  });

  it("are read once for all that an activity tells", async () => {
    const { parts, reads } = watched();
    const range = { from: hour("2026-03-16T00"), to: hour("2026-03-23T00") };
    const { activeUsers, users } = await readActivity(parts)("demo", { ...range, timeZone: "UTC" });
    const alone = watched();
    expect(activeUsers).toEqual(await readActiveUsers(alone.parts)("demo", "UTC"));
    expect(users).toEqual(await readTurnover(scene.parts)("demo", range));
    // Beside those: the week asked for, and the one before, in a query for both.
    const { sets, unions, bodies } = alone.reads;
    expect(reads).toEqual({ sets, unions: unions + 1, bodies: bodies + 2 });
  });

  it("tell the active users of the last whole day, week and month of a time zone", async () => {
    const utc = await readActiveUsers(scene.parts)("demo", "UTC");
    const to = END / HOUR_MS;
    for (const [name, days] of Object.entries({ day: 1, week: 7, month: 30 }) as [keyof typeof utc, number][]) {
      const from = to - days * 24;
      expect(utc[name]).toMatchObject({ from, to, status: "imported", users: recounted(from, to)["users.seen"] });
    }
    const berlin = await readActiveUsers(scene.parts)("demo", "Europe/Berlin");
    expect(berlin.day).toMatchObject({ from: hour("2026-04-05T22"), to: hour("2026-04-06T22") });
    // The month holds the day on which clocks went forward.
    expect(berlin.month.from).toBe(to - 2 - 30 * 24 + 1);
    expect(berlin.month.users).toBe(recounted(berlin.month.from, berlin.month.to)["users.seen"]);
  });

  it("tell new, returning and retained users apart", async () => {
    const seen = (from: number, to: number): ReadonlySet<string> =>
      new Set(
        told.flatMap(({ time, data }) =>
          Date.parse(time) >= from * HOUR_MS && Date.parse(time) < to * HOUR_MS
            ? [(data as { user: string }).user]
            : [],
        ),
      );
    for (const [from, to] of [
      [hour("2026-03-09T00"), hour("2026-03-16T00")],
      [hour("2026-03-10T05"), hour("2026-03-12T17")],
      [hour("2026-03-31T13"), hour("2026-04-06T11")],
    ] as const) {
      const [now, before, ever] = [seen(from, to), seen(2 * from - to, from), seen(0, from)];
      const { previous, ...turnover } = await readTurnover(scene.parts)("demo", { from, to });
      expect(previous).toMatchObject({ from: 2 * from - to, to: from, users: before.size });
      expect(turnover).toEqual({
        active: now.size,
        new: [...now].filter((id) => !ever.has(id)).length,
        returning: [...now].filter((id) => ever.has(id) && !before.has(id)).length,
        retained: [...now].filter((id) => before.has(id)).length,
        lost: [...before].filter((id) => !now.has(id)).length,
      });
      expect(turnover.new).toBeGreaterThan(0);
    }
  });

  it("say of a range without a time before it who is new, and no more", async () => {
    const turnover = await readTurnover(scene.parts)("demo", { from: FIRST / HOUR_MS, to: FIRST / HOUR_MS + 48 });
    expect(turnover).toMatchObject({ retained: null, returning: null, lost: null, previous: { status: "missing" } });
    expect(turnover.new).toBe(turnover.active);
    const nothing = await readTurnover(scene.parts)("demo", { from: FIRST / HOUR_MS - 48, to: FIRST / HOUR_MS });
    expect(nothing).toMatchObject({ active: null, new: null });
  });

  it("add up the messages of the most active rooms as hours do", async () => {
    const range = { from: hour("2026-02-27T07"), to: hour("2026-04-04T03"), timeZone: "Asia/Kolkata" };
    const { rooms } = await readActivity(scene.parts)("demo", range);
    expect(rooms).toEqual((await readActivity(fromHours())("demo", range)).rooms);
    expect(rooms).toHaveLength(11);
  });
});
