import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Counter } from "../../functions/core/counting.ts";
import { type Delta, mergeDelta } from "../../functions/core/delta.ts";
import { decodeDelta, encodeDelta } from "../../functions/core/delta-encoding.ts";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { anyEvent, event, HOUR_ZERO, parsed, type RawEvent } from "../support/events.ts";
import { canonical } from "../support/canonical.ts";

const events = fc.array(anyEvent(HOUR_ZERO, HOUR_ZERO + 3 * HOUR_MS), { maxLength: 60 });

const deltaOf = (raw: readonly RawEvent[]): Delta => {
  const counter = new Counter();
  for (const each of raw) counter.count(parsed(each));
  return counter.delta;
};

describe("a delta", () => {
  it("is the same in whatever order events come", () => {
    fc.assert(
      fc.property(
        events.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(canonical(deltaOf(shuffled))).toEqual(canonical(deltaOf(list)));
        },
      ),
    );
  });

  it("is the same however events are cut into parts and the parts merged", () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(60), { maxLength: 6 }), fc.boolean(), (list, cuts, isReversed) => {
        const bounds = [0, ...cuts.map((cut) => Math.min(cut, list.length)), list.length].toSorted((a, b) => a - b);
        const parts = bounds.slice(1).map((to, at) => deltaOf(list.slice(bounds[at], to)));
        const merged: Delta = new Map();
        for (const part of isReversed ? parts.toReversed() : parts) mergeDelta(merged, part);
        expect(canonical(merged)).toEqual(canonical(deltaOf(list)));
      }),
    );
  });

  it("stays what it is when an empty one is merged, and leaves what is merged into another alone", () => {
    fc.assert(
      fc.property(events, events, (list, others) => {
        const delta = deltaOf(list);
        mergeDelta(delta, new Map());
        expect(canonical(delta)).toEqual(canonical(deltaOf(list)));
        const other = deltaOf(others);
        mergeDelta(delta, other);
        mergeDelta(delta, deltaOf(list));
        expect(canonical(other)).toEqual(canonical(deltaOf(others)));
      }),
    );
  });

  it("comes back from its stored form as it was", () => {
    fc.assert(
      fc.property(events, (list) => {
        expect(canonical(decodeDelta(encodeDelta(deltaOf(list))))).toEqual(canonical(deltaOf(list)));
      }),
    );
  });

  it("refuses a stored form that a newer version wrote", () => {
    const newer = encodeDelta(new Map());
    newer[0] = 2;
    expect(() => decodeDelta(newer)).toThrow("layout 2 was written by a newer version");
  });

  it("takes less than 1 KB for 500 messages of a lively half hour", () => {
    const messages = Array.from({ length: 500 }, (_, at) =>
      event("message.sent", HOUR_ZERO + at * 3_600, {
        room: `room-${at % 12}`,
        roomKind: "channel",
        user: `user-${(at * 7) % 90}`,
      }),
    );
    expect(encodeDelta(deltaOf(messages)).length).toBeLessThan(1_024);
  });

  it("comes back with amounts of any size and sign, hours before 1970 and ids that are no words", () => {
    const list = [
      event("upload.added", HOUR_ZERO, { bytes: Number.MAX_SAFE_INTEGER }),
      event("upload.removed", HOUR_ZERO + 1, { bytes: 3 }),
      event("totals.adjusted", HOUR_ZERO, { "uploads.bytes": -12_345_678_901, reason: "counted by hand" }),
      event("message.sent", -HOUR_MS * 3 - 1, { room: "\u{10FFFF}é", roomKind: "direct", user: "__proto__" }),
      event("user.changed", HOUR_ZERO, { id: "u", kind: "user", active: true, lastLogin: "0001-01-01T00:00:00Z" }),
    ];
    expect(canonical(decodeDelta(encodeDelta(deltaOf(list))))).toEqual(canonical(deltaOf(list)));
  });
});
