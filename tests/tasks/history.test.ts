import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS, hourNamed } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { ChatServer, type LivedHour } from "../support/recounts/chat-server.ts";
import { openScene, type Scene } from "../support/scene.ts";

// Clocks in Berlin go forward on the Sunday of this week.
const FROM = Date.parse("2026-03-25T23:00:00.000Z");
const HOURS = 5 * 24 + 5;
const hour = (name: string): number => hourNamed(name) ?? Number.NaN;
const STATISTICS = ["messages.sent", "users.total", "users.seen", "rooms.used", "connections.peak", "last.message"];

let scene: Scene;
const lived: LivedHour[] = [];
beforeAll(async () => {
  scene = await openScene({ now: FROM });
  const server = new ChatServer(FROM, 7);
  for (let at = 0; at < HOURS; at++) {
    const hours = server.liveHour(at);
    lived.push(hours);
    scene.clock.now = FROM + (at + 1) * HOUR_MS;
    await scene.send(hours.events);
  }
  await scene.work();
}, 60_000);
afterAll(() => scene.close());

const read = async (asked: object) =>
  (
    await readHistory(scene.parts)("demo", {
      statistics: STATISTICS,
      from: hour("2026-03-25T23"),
      to: hour("2026-03-31T10"),
      ...asked,
    })
  ).rows;

/** The ids in an event that make a user seen, or a room used. */
const idsIn = (hours: readonly LivedHour[], what: "user" | "room"): Set<string> => {
  const ids = new Set<string>();
  for (const { type, data } of hours.flatMap(({ events }) => events)) {
    const { user, room, id } = data as { user?: string; room?: string; id?: string };
    if (what === "room" && type === "message.sent" && room !== undefined) ids.add(room);
    if (what === "user" && (type === "message.sent" || type === "connection.opened") && user !== undefined)
      ids.add(user);
    if (what === "user" && type === "user.active" && id !== undefined) ids.add(id);
  }
  return ids;
};

/** The same, counted anew from what the server told. */
const recounted = (start: number, length: number): object => {
  const from = Math.max((start - FROM) / HOUR_MS, 0);
  const hours = lived.slice(from, from + length);
  const sum = (name: string): number => hours.reduce((total, { scan }) => total + Number(scan[name]), 0);
  return {
    start: isoOf(start),
    "messages.sent": sum("messages.sent"),
    "users.total": hours.at(-1)?.scan["users.total"],
    "users.seen": idsIn(hours, "user").size,
    "rooms.used": idsIn(hours, "room").size,
    "connections.peak": Math.max(...hours.map(({ scan }) => Number(scan["connections.peak"]))),
    "last.message": hours.at(-1)?.scan["last.message"],
  };
};

describe("a history", () => {
  it("by the day of a time zone equals a recount, the day of 23 hours included", async () => {
    const rows = await read({ interval: "day", timeZone: "Europe/Berlin", to: hour("2026-03-30T22") });
    expect(rows.map(({ start }) => start)).toEqual([
      "2026-03-25T23:00:00.000Z",
      "2026-03-26T23:00:00.000Z",
      "2026-03-27T23:00:00.000Z",
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
    ]);
    const lengths = [24, 24, 24, 23, 24];
    for (const [at, row] of rows.entries()) {
      expect(row).toMatchObject(recounted(Date.parse(row.start), lengths[at] ?? 0));
      expect(row.coverage).toBe(1);
    }
  });

  it("by the week and by the month equals a recount", async () => {
    const weeks = await read({ interval: "week", to: hour("2026-03-31T04") });
    expect(weeks.map(({ start }) => start)).toEqual(["2026-03-23T00:00:00.000Z", "2026-03-30T00:00:00.000Z"]);
    expect(weeks[1]).toMatchObject(recounted(Date.parse("2026-03-30T00:00:00.000Z"), 28));
    const [march] = await read({ interval: "month", to: hour("2026-03-31T04") });
    expect(march).toMatchObject({ ...recounted(FROM, HOURS), start: "2026-03-01T00:00:00.000Z" });
  });

  it("never sums what is distinct: a day has fewer people than its hours have together", async () => {
    const [day] = await read({ interval: "day", from: hour("2026-03-27T00"), to: hour("2026-03-28T00") });
    const hours = await read({ from: hour("2026-03-27T00"), to: hour("2026-03-28T00") });
    const together = hours.reduce((total, row) => total + Number(row["users.seen"]), 0);
    expect(Number(day?.["users.seen"])).toBeLessThan(together / 2);
    expect(hours).toHaveLength(24);
  });

  it("says of a bucket that is not over that it is open, and what it holds so far", async () => {
    const rows = await read({ interval: "day", from: hour("2026-03-31T00"), to: hour("2026-04-01T00") });
    expect(rows).toEqual([
      expect.objectContaining({ status: "open", coverage: 1, "messages.sent": expect.any(Number) }),
    ]);
    const [future] = await read({ interval: "day", from: hour("2026-04-01T00"), to: hour("2026-04-02T00") });
    expect(future).toMatchObject({ status: "open", coverage: null, "messages.sent": null, "users.seen": null });
  });

  it("says null of a bucket that lies before the history", async () => {
    const [before] = await read({ interval: "week", from: hour("2026-03-16T00"), to: hour("2026-03-23T00") });
    expect(before).toMatchObject({ status: "missing", coverage: null, "messages.sent": null, "users.seen": null });
  });
});
