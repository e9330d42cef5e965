import { describe, expect, it } from "vitest";
import {
  ATTEMPTS,
  claimed,
  delivered,
  type Delivery,
  deliveryId,
  dropped,
  failed,
  givenUpTo,
  isDue,
  isSpent,
  LEASE_MS,
  newDelivery,
} from "../../functions/core/delivery.ts";
import { isNoticeId } from "../../functions/core/notice.ts";

const NOW = Date.parse("2026-11-21T09:08:00Z");
const HOUR = 3_600_000;
const fresh = (): Delivery =>
  newDelivery(
    "acme",
    { id: "report.daily/2026-11-20", topic: "report.daily", at: NOW, title: "Yesterday", lines: [], data: {} },
    {
      id: "c1",
      label: "Ops",
      topics: ["report.daily"],
      target: { kind: "webhook", url: "https://a.example", allowPrivate: false },
      createdAt: 0,
    },
    NOW,
  );

describe("a delivery", () => {
  it("has an id of its own for each workspace, notice and channel, and always the same", () => {
    const ids = [
      deliveryId("acme", "a", "c"),
      deliveryId("acme", "a", "d"),
      deliveryId("acme", "b", "c"),
      deliveryId("other", "a", "c"),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(deliveryId("acme", "a", "c")).toBe(ids[0]);
    expect(ids[0]).toMatch(/^msg_[\da-f]{32}$/);
  });

  it("is due at once, and for nobody else while somebody sends it", () => {
    expect(isDue(fresh(), NOW)).toBe(true);
    const sending = claimed(fresh(), NOW);
    expect(isDue(sending, NOW + LEASE_MS - 1)).toBe(false);
    expect(isDue(sending, NOW + LEASE_MS)).toBe(true);
  });

  it("waits longer after each attempt that failed, and is given up about a day after the first", () => {
    let delivery = fresh();
    const began: number[] = [];
    let now = NOW;
    while (delivery.state === "pending") {
      now = delivery.dueAt;
      began.push(now - NOW);
      delivery = failed(claimed(delivery, now), "503", false, now);
    }
    expect(began).toHaveLength(ATTEMPTS);
    const pauses = began.slice(1).map((at, index) => at - (began[index] ?? 0));
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect((began.at(-1) ?? 0) / HOUR).toBeCloseTo(25.2, 1);
    expect(delivery).toMatchObject({ state: "failed", lastError: "503", finishedAt: now });
  });

  it("is given up at once when no further attempt can help", () => {
    expect(failed(claimed(fresh(), NOW), "410", true, NOW + 1)).toMatchObject({ state: "failed", finishedAt: NOW + 1 });
  });

  it("comes to an end when it is taken, or its channel is gone", () => {
    const sent = delivered({ ...claimed(fresh(), NOW), lastError: "503" }, NOW + 5);
    expect(sent).toMatchObject({ state: "delivered", attempts: 1, finishedAt: NOW + 5, lastError: null });
    expect(isDue(sent, NOW + HOUR)).toBe(false);
    expect(dropped(fresh(), NOW)).toMatchObject({ state: "dropped", attempts: 0, finishedAt: NOW });
  });

  it("is spent when whoever made the last attempt never came back", () => {
    expect(isSpent({ ...fresh(), attempts: ATTEMPTS - 1 })).toBe(false);
    expect(isSpent({ ...fresh(), attempts: ATTEMPTS })).toBe(true);
  });
});

describe("the id of a notice", () => {
  it.each(["report.daily/2026-11-20", "alert/messages.sent/2026-11-21T09", "a"])("may be %s", (id) => {
    expect(isNoticeId(id)).toBe(true);
  });
  it.each(["", "a b", "a#b", "ü", "x".repeat(201)])("is not «%s»", (id) => {
    expect(isNoticeId(id)).toBe(false);
  });
});

describe("channels that notices were given up to", () => {
  const ended = (channel: string, hour: number, isTaken: boolean): Delivery => {
    const delivery = { ...fresh(), channel, title: `at ${hour}` };
    return isTaken ? delivered(delivery, NOW + hour * HOUR) : failed(delivery, "gone", true, NOW + hour * HOUR);
  };
  const lastFirst = (...deliveries: readonly Delivery[]): readonly Delivery[] =>
    deliveries.toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0));

  it("are told with how many there were, and the last of them", () => {
    const found = givenUpTo(
      lastFirst(ended("a", 0, false), ended("a", 2, false), ended("b", 1, false)),
      NOW + 3 * HOUR,
    );
    expect(found.map(({ channel, count, last }) => [channel, count, last.title])).toEqual([
      ["a", 2, "at 2"],
      ["b", 1, "at 1"],
    ]);
  });

  it("are well again with the first notice that they take, and not well when another is given up after it", () => {
    const first = [ended("a", 0, false), ended("a", 1, true)];
    expect(givenUpTo(lastFirst(...first), NOW + 3 * HOUR)).toEqual([]);
    expect(givenUpTo(lastFirst(...first, ended("a", 2, false)), NOW + 3 * HOUR)).toMatchObject([{ count: 1 }]);
  });

  it("are told for seven days, and never because their channel was removed", () => {
    expect(givenUpTo([ended("a", 0, false)], NOW + 168 * HOUR - 1)).toHaveLength(1);
    expect(givenUpTo([ended("a", 0, false)], NOW + 168 * HOUR)).toEqual([]);
    expect(givenUpTo([dropped(fresh(), NOW)], NOW)).toEqual([]);
  });
});
