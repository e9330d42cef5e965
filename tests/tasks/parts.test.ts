import { afterEach, describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "../../functions/core/hour.ts";
import { valueIn } from "../../functions/core/document.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
afterEach(() => scene.close());

const now = async (...names: string[]): Promise<unknown[]> => {
  const { document } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
  return names.map((name) => valueIn(document, name));
};

describe("a batch too large for one transaction", () => {
  it("counts 10,000 events of 500 hours, hour by hour", async () => {
    const start = HOUR_ZERO - 30 * DAY_MS;
    scene = await openScene({ now: HOUR_ZERO, startsAt: start });
    const events = Array.from({ length: 10_000 }, (_, at) =>
      message(start + Math.floor(at / 20) * HOUR_MS + at, `u${at % 77}`),
    );
    expect(await scene.send(events)).toMatchObject({ accepted: 10_000, replayed: false });
    expect(await scene.send(events)).toMatchObject({ accepted: 10_000, replayed: true });
    expect(await scene.work()).toMatchObject({ closed: 480 });
    expect(await scene.work()).toMatchObject({ closed: 240, remaining: 0 });
    const first = await scene.published("2026-01-31T09");
    expect(valueIn(first, "messages.sent")).toBe(20);
    expect(await now("messages.total")).toEqual([10_000]);
  });

  it("goes on after a crash between its parts, and counts 300 changes of the directory once", async () => {
    let appends = 0;
    let crashAt = 2;
    scene = await openScene({
      now: HOUR_ZERO,
      startsAt: HOUR_ZERO - HOUR_MS,
      change: (parts) => ({
        ...parts,
        log: {
          ...parts.log,
          append: async (part) => {
            if (++appends === crashAt) throw new Error("killed");
            return parts.log.append(part);
          },
        },
      }),
    });
    const events = Array.from({ length: 300 }, (_, at) =>
      event("user.changed", HOUR_ZERO - 1_000, { id: `u${at}`, kind: "user", active: at % 3 > 0, status: "online" }),
    );
    await expect(scene.send(events)).rejects.toThrow("killed");
    expect(await now("users.total")).toEqual([90]);
    crashAt = 4;
    await expect(scene.send(events)).rejects.toThrow("killed");
    expect(await scene.send(events)).toMatchObject({ accepted: 300, replayed: false });
    expect(await now("users.total", "users.online", "users.deactivated", "users.activated", "users.joined")).toEqual([
      300, 300, 100, 200, 300,
    ]);
    expect(await scene.send(events)).toMatchObject({ accepted: 300, replayed: true });
    expect(await now("users.total")).toEqual([300]);
  });

  it("counts an answer that was lost once", async () => {
    let isLost = true;
    scene = await openScene({
      now: HOUR_ZERO,
      startsAt: HOUR_ZERO - HOUR_MS,
      change: (parts) => ({
        ...parts,
        log: {
          ...parts.log,
          append: async (part) => {
            const outcome = await parts.log.append(part);
            if (isLost) throw new Error("the answer was lost");
            return outcome;
          },
        },
      }),
    });
    const events = [message(HOUR_ZERO - 1), message(HOUR_ZERO - 2)];
    await expect(scene.send(events)).rejects.toThrow("lost");
    isLost = false;
    expect(await scene.send(events)).toMatchObject({ accepted: 2, replayed: true });
    expect(await now("messages.total")).toEqual([2]);
  });

  it("counts a batch of 300 reporters that number their events, refused ones too", async () => {
    scene = await openScene({ now: HOUR_ZERO, startsAt: HOUR_ZERO - HOUR_MS });
    const events = Array.from({ length: 300 }, (_, at) => ({
      ...(at % 2 === 0 ? message(HOUR_ZERO - 1) : event("no.such", HOUR_ZERO)),
      source: `chat-${at}`,
      sequence: 1,
    }));
    expect(await scene.send(events)).toMatchObject({ accepted: 150, refusedCount: 150, replayed: false });
    expect(await scene.send(events, { id: "again" })).toMatchObject({ accepted: 0, duplicates: 300 });
    expect(await now("messages.total")).toEqual([150]);
  });

  it("refuses another body under the id of a batch, and keeps what the first one counted", async () => {
    scene = await openScene({ now: HOUR_ZERO, startsAt: HOUR_ZERO - HOUR_MS });
    await scene.send([message(HOUR_ZERO - 1)], { id: "mine" });
    await expect(scene.send([message(HOUR_ZERO - 1), message(HOUR_ZERO - 2)], { id: "mine" })).rejects.toMatchObject({
      code: "batch.mismatch",
    });
    expect(await now("messages.total")).toEqual([1]);
  });

  it("refuses bad events one by one, says why, and counts the rest", async () => {
    scene = await openScene({ now: HOUR_ZERO, startsAt: HOUR_ZERO - HOUR_MS });
    const answer = await scene.send([
      message(HOUR_ZERO - 1),
      42,
      { ...message(HOUR_ZERO), time: "yesterday" },
      event("message.sent", HOUR_ZERO, { room: "r", roomKind: "cave", user: "u" }),
      event("message.vanished", HOUR_ZERO),
      message(HOUR_ZERO - 36 * DAY_MS),
      message(HOUR_ZERO - 2 * HOUR_MS),
      message(HOUR_ZERO + 6 * 60_000),
      event("totals.adjusted", HOUR_ZERO, { "messages.direct": 5, reason: "migration" }),
      event("totals.adjusted", HOUR_ZERO, { "users.total": 5, reason: "people open by sending the directory" }),
      event("user.changed", HOUR_ZERO, { id: "u", kind: "user", active: true, lastLogin: "9999-01-01T00:00:00Z" }),
      { ...message(0), time: "0001-01-01T00:00:00Z" },
      message(HOUR_ZERO + 4 * 60_000),
    ]);
    expect(answer).toMatchObject({ accepted: 2, refusedCount: 11 });
    expect(answer.refused.map(({ index, code }) => `${index} ${code}`)).toEqual([
      "1 event-malformed",
      "2 event-malformed",
      "3 event-malformed",
      "4 event-unknown-type",
      "5 event-too-old",
      "6 event-too-old",
      "7 event-in-future",
      "8 event-forbidden",
      "9 event-malformed",
      "10 event-in-future",
      "11 event-too-old",
    ]);
    expect(answer.refused[2]?.detail).toBe(
      "data.roomKind is a string («cave»): give one of channel, private, direct, omnichannel",
    );
    expect(await now("messages.total", "messages.direct")).toEqual([2, 0]);
  });
});
