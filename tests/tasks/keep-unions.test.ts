import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgettingParts } from "../../functions/adapters/compose-forgetting.ts";
import { KEYS } from "../../functions/contract.ts";
import { DAY_MS, HOUR_MS, hourNamed } from "../../functions/core/hour.ts";
import { dayName, dayOf } from "../../functions/core/series.ts";
import { KEPT_LENGTHS } from "../../functions/core/union.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { forgetUser } from "../../functions/tasks/forget-user.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { readSpan } from "../../functions/tasks/read-history.ts";
import { readTurnover } from "../../functions/tasks/read-people.ts";
import { message } from "../support/events.ts";
import { instead } from "../support/instead.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { itemsIn } from "../support/table-items.ts";

// A Monday; the month ends on the Tuesday of the week after.
const FIRST = Date.parse("2026-03-23T00:00:00.000Z");
const DAY = dayOf(hourNamed("2026-03-23T00") ?? 0);
const DAYS = 9;
const NOON = 12 * HOUR_MS;

let scene: Scene;
/** Keeps of unions that still go well; none fails while it is infinite. */
let keepsLeft = Infinity;

const withFickleUnions = (parts: Parts): Parts => ({
  ...parts,
  unions: instead(parts.unions, {
    keep: (...what) =>
      keepsLeft-- > 0 ? parts.unions.keep(...what) : Promise.reject(new Error("the unions are away")),
  }),
});

/** Days of which each has a regular and a newcomer. */
beforeEach(async () => {
  keepsLeft = Infinity;
  scene = await openScene({ now: FIRST + DAYS * DAY_MS, change: withFickleUnions });
  const { id } = await openImport(scene.parts)("demo", {});
  for (let day = 0; day < DAYS; day++) {
    const at = FIRST + day * DAY_MS + NOON;
    await scene.send([message(at, "ann"), message(at + 1, `new-${day}`)], { import: id });
  }
  await finishImport(scene.parts)(scene.workspace, id, (FIRST + DAYS * DAY_MS) / HOUR_MS - 1);
});
afterEach(() => scene.close());

/** How many users each kept union holds, by its length and first day. */
const kept = async (): Promise<Readonly<Record<string, number>>> => {
  const found = await Promise.all(
    KEPT_LENGTHS.map((length) => scene.parts.unions.between("demo", length, DAY - 40, DAY + 40)),
  );
  return Object.fromEntries(
    found.flatMap((unions) =>
      unions.map(({ period: { length, first }, users }) => [`${length} ${dayName(first)}`, users]),
    ),
  );
};

const MARCH = { from: hourNamed("2026-03-01T00") ?? 0, to: hourNamed("2026-04-01T00") ?? 0 };
const seenIn = async (range: { readonly from: number; readonly to: number }) =>
  (await readSpan(scene.parts)("demo", { statistics: ["users.seen"], ...range }))["users.seen"];
const newIn = async (range: { readonly from: number; readonly to: number }) =>
  (await readTurnover(scene.parts)("demo", range)).new;
const dayAt = (day: number) => ({ from: (DAY + day) * 24, to: (DAY + day + 1) * 24 });

/** Somebody writes late on the third day. */
const sendLate = (who: string) => {
  scene.clock.now = FIRST + DAYS * DAY_MS + HOUR_MS;
  return scene.send([message(FIRST + 2 * DAY_MS + NOON + 2, who)]);
};

describe("keeping unions", () => {
  it("keeps those of a restated hour's day, week and month anew, and at once", async () => {
    expect(await kept()).toMatchObject({ "day 2026-03-25": 2, "week 2026-03-23": 8, "month 2026-03-01": 10 });
    await sendLate("late");
    await scene.work();
    expect(await kept()).toMatchObject({ "day 2026-03-25": 3, "week 2026-03-23": 9, "month 2026-03-01": 11 });
    expect(await seenIn(MARCH)).toBe(11);
  });

  it("moves the first sight of somebody back when a late event shows an earlier one", async () => {
    expect([await newIn(dayAt(2)), await newIn(dayAt(7))]).toEqual([1, 1]);
    await sendLate("new-7");
    await scene.work();
    expect([await newIn(dayAt(2)), await newIn(dayAt(7))]).toEqual([2, 0]);
    expect(await newIn(MARCH)).toBe(10);
  });

  it("is done again after it was cut short at any step, and every number is right meanwhile", async () => {
    await sendLate("late");
    let steps = -1;
    for (let isCut = true; isCut;) {
      keepsLeft = ++steps;
      isCut = await scene.work().then(
        () => false,
        () => true,
      );
      // Whatever is kept of them by now, the day is still to be packed, so nothing is read from it.
      expect(await seenIn(MARCH)).toBe(11);
      expect(await newIn(dayAt(2))).toBe(2);
    }
    // A day, a week and a month.
    expect(steps).toBe(3);
    expect(await kept()).toMatchObject({ "day 2026-03-25": 3, "week 2026-03-23": 9, "month 2026-03-01": 11 });
  });

  it("is done once by any number of workers at a time", async () => {
    await sendLate("late");
    await Promise.all(Array.from({ length: 4 }, () => closeDueHours(scene.connect())("demo")));
    expect(await kept()).toMatchObject({ "day 2026-03-25": 3, "week 2026-03-23": 9, "month 2026-03-01": 11 });
    expect(await newIn(dayAt(2))).toBe(2);
  });

  it("catches up on days that were packed before there were unions", async () => {
    const items = itemsIn(scene.engine);
    for (const name of Object.keys(await kept())) {
      const [length = "", day = ""] = name.split(" ");
      await items.remove(KEYS.union("demo", length, day));
    }
    await items.remove(KEYS.firsts("demo"));
    expect(await seenIn(MARCH)).toBe(10);
    expect(await newIn(MARCH)).toBeNull();
    // A day is packed, and all others with the run after.
    await sendLate("late");
    await scene.work();
    scene.clock.now += HOUR_MS;
    await scene.work();
    expect(Object.keys(await kept()).filter((name) => name.startsWith("day"))).toHaveLength(DAYS);
    expect(await kept()).toMatchObject({ "day 2026-03-25": 3, "week 2026-03-23": 9, "month 2026-03-01": 11 });
    expect(await newIn(MARCH)).toBe(11);
  });

  it("counts whoever was forgotten as before, and names them in no union", async () => {
    const places = {
      dynamodbEndpoint: scene.engine.endpoint,
      table: scene.engine.table,
      archiveFolder: scene.archiveFolder,
      clock: () => scene.clock.now,
      expires: false,
      graceSeconds: 0,
      cooldownSeconds: 0,
    };
    const forget = forgetUser({ ...scene.parts, ...forgettingParts(places) });
    const before = [await kept(), await newIn(MARCH), await newIn(dayAt(0))];
    const { found } = await forget({ workspace: "demo", userId: "ann", isDry: false });
    // Nine days, two weeks, of which one is not over, and a month.
    expect(found).toMatchObject({ sets: DAYS, unions: DAYS + 2, firsts: 1 });
    expect([await kept(), await newIn(MARCH), await newIn(dayAt(0))]).toEqual(before);
    const unions = await scene.parts.unions.between("demo", "month", DAY - 40, DAY);
    const ids = (await unions[0]?.read?.())?.users.map(([id]) => id) ?? [];
    expect(ids).toHaveLength(10);
    expect(ids).not.toContain("ann");
    const [pseudonym] = ids.filter((id) => id.startsWith("forgotten-"));
    expect((await scene.parts.unions.firsts("demo"))?.users).toContainEqual([pseudonym, FIRST / HOUR_MS + 12]);
  });
});
