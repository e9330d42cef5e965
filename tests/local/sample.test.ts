import { beforeAll, describe, expect, it } from "vitest";
import { layOut, ROUND_MS, type Timeline } from "../../local/sample/sample.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-11-21T09:30:00Z");

describe("the sample on the calendar", () => {
  let timeline: Timeline;
  beforeAll(async () => {
    timeline = await layOut(NOW);
  });
  const typesIn = (from: number, to: number): string[] => [...timeline.between(from, to)].map(({ type }) => type);

  it("begins on the Monday four weeks before the week that it is laid for", () => {
    expect(new Date(timeline.start).toISOString()).toBe("2026-10-19T00:00:00.000Z");
  });

  it("has every message of the shipped file, and each person and room once", () => {
    const types = typesIn(timeline.start, timeline.start + ROUND_MS);

    expect(types.filter((type) => type === "message.sent")).toHaveLength(20_155);
    expect(new Set(types)).toEqual(new Set(["message.sent", "user.changed", "room.changed"]));
    const people = types.filter((type) => type === "user.changed").length;
    const rooms = types.filter((type) => type === "room.changed").length;
    const messages = [...timeline.between(timeline.start, timeline.start + ROUND_MS)].filter(
      ({ type }) => type === "message.sent",
    );
    const data = messages.map((message) => message.data as { readonly user: string; readonly room: string });
    expect(people).toBe(new Set(data.map(({ user }) => user)).size);
    expect(rooms).toBe(new Set(data.map(({ room }) => room)).size);
  });

  it("keeps each event's time of the week", () => {
    const [first] = timeline.between(timeline.start, timeline.start + DAY);

    // The first message was sent on Monday, 23 September 2024.
    expect(first?.time.slice(0, 10)).toBe("2026-10-19");
  });

  it("is the same however it is cut", () => {
    const whole = [...timeline.between(NOW - DAY, NOW)];
    const inHours = Array.from({ length: 24 }, (_, at) => [
      ...timeline.between(NOW - DAY + at * HOUR, NOW - DAY + (at + 1) * HOUR),
    ]).flat();

    expect(whole.length).toBeGreaterThan(0);
    expect(inHours).toEqual(whole);
  });

  it("starts over after five weeks, with other messages of the same people", () => {
    const first = [...timeline.between(timeline.start, timeline.start + DAY)].filter(
      ({ type }) => type === "message.sent",
    );
    const again = [...timeline.between(timeline.start + ROUND_MS, timeline.start + ROUND_MS + DAY)];

    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => `${id}-1`));
    expect(again.map(({ data }) => data)).toEqual(first.map(({ data }) => data));
    expect(again.map(({ time }) => Date.parse(time) - ROUND_MS)).toEqual(first.map(({ time }) => Date.parse(time)));
  });

  it("has nothing before it begins", () => {
    expect(typesIn(timeline.start - DAY, timeline.start)).toEqual([]);
  });
});
