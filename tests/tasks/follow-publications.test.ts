import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS } from "../../functions/contract.ts";
import type { AlertRule } from "../../functions/core/alert.ts";
import type { Announcement } from "../../functions/core/announcement.ts";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { followPublications } from "../../functions/tasks/follow-publications.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { message } from "../support/events.ts";
import { befallen, type Mishap, Mischance } from "../support/mishaps.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { itemsIn } from "../support/table-items.ts";

const START = Date.parse("2026-03-02T09:00:00.000Z");
const PORTS = ["publications", "snapshots", "alerts", "outbox", "hours"] as const;

let scene: Scene;
let announced: Announcement[] = [];

const listening = (parts: Parts): Parts => ({
  ...parts,
  announcements: {
    announce: async (some) => {
      announced.push(...some);
    },
  },
});

/** Hours with so many messages each; a number below zero is an hour in which the workspace is paused. */
const live = async (from: number, messages: readonly number[]): Promise<void> => {
  for (const [at, count] of messages.entries()) {
    const start = START + (from + at) * HOUR_MS;
    scene.clock.now = start + HOUR_MS / 2;
    if (count > 0) await scene.send(Array.from({ length: count }, (_, more) => message(start + more * 1_000)));
    scene.clock.now = start + HOUR_MS;
    await scene.work();
  }
};

const rulesOf = (id: string): readonly AlertRule[] => [
  {
    kind: "threshold",
    id: `${id}-high`,
    statistic: "messages.sent",
    side: "above",
    limit: 5,
    clearAt: 3,
    forHours: 1,
    repeatHours: 2,
  },
  {
    kind: "threshold",
    id: `${id}-low`,
    statistic: "messages.sent",
    side: "below",
    limit: 1,
    clearAt: 1,
    forHours: 2,
    repeatHours: 24,
  },
  { kind: "lag", id: `${id}-lag`, hours: 2, repeatHours: 24 },
];

const setRules = (rules: readonly AlertRule[]) =>
  scene.parts.alerts.change("demo", () => rules.map((rule) => ({ rule, from: 0 })), {
    workspace: "demo",
    id: rules[0]?.id ?? "none",
    at: 1,
    by: "nobody",
    action: "alerts.changed",
    details: {},
  });

const follow = (parts: Parts = scene.parts) => followPublications(parts)("demo");
const forgetFollower = () => itemsIn(scene.engine).remove(KEYS.follower("demo"));

/** Ids of what is to be delivered for the rules of one test, without the rules' common beginning. */
const told = async (id: string): Promise<readonly string[]> =>
  (await scene.parts.outbox.pending("demo"))
    .map(({ notice }) => notice)
    .filter((notice) => notice.startsWith(`alert:${id}-`))
    .map((notice) => notice.slice(`alert:${id}-`.length))
    .toSorted();

/** What the six hours have to say: too many at 10 and still at 12, back at 13; too few in 13 and 14. */
const EXPECTED = [
  "high:2026-03-02T10:raised",
  "high:2026-03-02T12:still",
  "high:2026-03-02T13:cleared",
  "low:2026-03-02T14:raised",
];

beforeAll(async () => {
  scene = await openScene({ now: START, change: listening });
  await scene.parts.channels.change(
    "demo",
    () => [
      {
        id: "hook",
        label: "Hook",
        topics: ["alert"],
        target: { kind: "webhook", url: "https://example.com", allowPrivate: false },
        createdAt: 1,
      },
    ],
    { workspace: "demo", id: "c", at: 1, by: "nobody", action: "channel.added", details: {} },
  );
  await live(0, [2, 9, 4, 9, 0, 0]);
});
afterAll(() => scene.close());

describe("following publications", () => {
  it("tells of each turn of a rule once, and announces each publication", async () => {
    announced = [];
    await setRules(rulesOf("a"));
    expect(await follow()).toEqual({ followed: 6, notices: 4, isDone: true });
    expect(await told("a")).toEqual(EXPECTED);
    expect(announced.map(({ id, hour, status }) => [id, hour, status])).toEqual([
      ["demo/1", "2026-03-02T09", "complete"],
      ["demo/2", "2026-03-02T10", "complete"],
      ["demo/3", "2026-03-02T11", "complete"],
      ["demo/4", "2026-03-02T12", "complete"],
      ["demo/5", "2026-03-02T13", "complete"],
      ["demo/6", "2026-03-02T14", "complete"],
    ]);
    const notice = await scene.parts.outbox.notice("demo", "alert:a-high:2026-03-02T10:raised");
    expect(notice).toMatchObject({
      topic: "alert",
      at: START + 2 * HOUR_MS,
      title: "Demo: Messages sent is above 5: 9",
      data: { rule: "a-high", turn: "raised", hour: "2026-03-02T10", statistic: "messages.sent", value: 9, limit: 5 },
    });
  });

  it("does nothing when it is run again", async () => {
    announced = [];
    const before = await scene.parts.alerts.follower("demo");
    expect(await follow()).toEqual({ followed: 0, notices: 0, isDone: true });
    expect(await scene.parts.alerts.follower("demo")).toEqual(before);
    expect(announced).toEqual([]);
  });

  it("tells the same when 8 run at once", async () => {
    await setRules(rulesOf("b"));
    await forgetFollower();
    await Promise.all(Array.from({ length: 8 }, () => follow({ ...scene.connect(), announcements: undefined })));
    expect(await told("b")).toEqual(EXPECTED);
  });

  it("tells the same, each once, wherever it is killed", async () => {
    const points: string[] = [];
    for (let at = 0, isEnd = false; !isEnd; at++)
      for (const how of ["before", "after"] as const) {
        const id = `k${at}${how}`;
        await setRules(rulesOf(id));
        await forgetFollower();
        announced = [];
        const mishap: Mishap = { at, how };
        const doomed = befallen(scene.parts, PORTS, mishap);
        try {
          await follow(doomed.parts);
          isEnd = true;
        } catch (error) {
          if (!(error instanceof Mischance)) throw error;
          points.push(id);
        }
        await follow();
        const distinct = new Set(announced.map(({ publication }) => publication)).size;
        expect({ id, told: await told(id), distinct }).toEqual({ id, told: EXPECTED, distinct: 6 });
      }
    expect(points.length).toBeGreaterThan(15);
  });

  it("announces again what it could not write down, and follows nothing past what was not taken", async () => {
    await setRules(rulesOf("c"));
    await forgetFollower();
    const deaf: Parts = {
      ...scene.parts,
      announcements: { announce: () => Promise.reject(new Error("nobody listens")) },
    };
    await expect(follow(deaf)).rejects.toThrow("nobody listens");
    expect(await told("c")).toEqual([]);
    await follow();
    expect(await told("c")).toEqual(EXPECTED);
  });

  it("announces a restated hour, and raises nothing about it", async () => {
    await setRules(rulesOf("d"));
    await follow();
    const before = await told("d");
    announced = [];
    await scene.send(Array.from({ length: 20 }, (_, more) => message(START + more * 1_000 + 500, "late")));
    await scene.work();
    expect(await follow()).toMatchObject({ followed: 1, notices: 0 });
    expect(announced).toMatchObject([{ hour: "2026-03-02T09", revision: 1, status: "restated" }]);
    expect(await told("d")).toEqual(before);
  });

  it("reads nothing where nobody wants to be told", async () => {
    await setRules([]);
    const idle = befallen(
      { ...scene.parts, announcements: undefined },
      ["hours", "publications", "snapshots", "outbox"],
      undefined,
    );
    expect(await follow(idle.parts)).toEqual({ followed: 0, notices: 0, isDone: true });
    expect(idle.calls()).toBe(0);
  });

  it("tells of hours that closing is behind, once, and when it is up to date again", async () => {
    await setRules(rulesOf("e"));
    scene.clock.now = START + 9 * HOUR_MS;
    await follow();
    await follow();
    expect(await told("e")).toEqual(["lag:2026-03-02T18:raised"]);
    await scene.work();
    await follow();
    expect((await told("e")).filter((id) => id.startsWith("lag"))).toEqual([
      "lag:2026-03-02T18:cleared",
      "lag:2026-03-02T18:raised",
    ]);
  });
});
