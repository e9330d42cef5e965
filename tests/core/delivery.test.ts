import { describe, expect, it } from "vitest";
import {
  ATTEMPTS,
  claimed,
  delivered,
  type Delivery,
  deliveryId,
  dropped,
  failed,
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
