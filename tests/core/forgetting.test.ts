import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Counter } from "../../functions/core/counting.ts";
import { type Delta, mergeDelta } from "../../functions/core/delta.ts";
import { decodeDelta, encodeDelta } from "../../functions/core/delta-encoding.ts";
import { applyToEntry, changesDirectory, countedAs, newEntry } from "../../functions/core/directory.ts";
import { type BodyKind, entryAs, renameIn, roomWithout } from "../../functions/core/forgetting.ts";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { anyEvent, HOUR_ZERO, parsed } from "../support/events.ts";

const RENAMING = { id: "u3", pseudonym: "forgotten" };
const deltaFrom = anyEvent(HOUR_ZERO, HOUR_ZERO + 2 * HOUR_MS);
const deltas = fc.array(deltaFrom, { maxLength: 30 }).map((events): Delta => {
  const counter = new Counter();
  for (const one of events) counter.count(parsed(one));
  return counter.delta;
});
const without = (delta: Delta): Delta => decodeDelta(renameIn("delta", encodeDelta(delta), RENAMING).bytes);
const both = (one: Delta, other: Delta): Delta => {
  const merged: Delta = new Map();
  mergeDelta(merged, one);
  mergeDelta(merged, other);
  return merged;
};
const bytesOf = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(JSON.stringify(value)));
const renamed = (kind: BodyKind, value: unknown): unknown =>
  JSON.parse(Buffer.from(renameIn(kind, bytesOf(value), RENAMING).bytes).toString());

describe("a delta without a name", () => {
  it("is the same whether it is renamed before merging or after, or only one of the two", () => {
    fc.assert(
      fc.property(deltas, deltas, (one, other) => {
        const after = without(both(one, other));
        expect(both(without(one), without(other))).toEqual(after);
        expect(without(both(without(one), other))).toEqual(after);
      }),
    );
  });

  it("names as many as before, and the user no more", () => {
    fc.assert(
      fc.property(deltas, (delta) => {
        const after = without(delta);
        for (const [hour, { users, ...others }] of delta) {
          const { users: left, ...same } = after.get(hour) ?? { users: new Map() };
          expect(left.size).toBe(users.size);
          expect(left.get("forgotten")).toEqual(users.get("u3"));
          expect(left.has("u3")).toBe(false);
          expect(same).toEqual(others);
        }
        expect(renameIn("delta", encodeDelta(after), RENAMING).times).toBe(0);
      }),
    );
  });
});

describe("an entry of the directory under another id", () => {
  it("counts as before, and tells no event's id", () => {
    fc.assert(
      fc.property(fc.array(deltaFrom, { maxLength: 40 }), (events) => {
        let entry = newEntry("user", "u3");
        for (const raw of events) {
          const one = parsed(raw);
          if (changesDirectory(one) && one.type.startsWith("user") && one.data.id === "u3")
            ({ entry } = applyToEntry(entry, one));
        }
        const after = entryAs(entry, "forgotten");
        expect(after === undefined ? undefined : countedAs(after)).toBe(countedAs(entry));
        for (const { id } of events) expect(JSON.stringify(after ?? null)).not.toContain(id);
      }),
      { numRuns: 300 },
    );
  });

  it("is nothing when it counts for nothing", () => {
    expect(entryAs({ ...newEntry("user", "u3"), removed: "1 a\nb" }, "forgotten")).toBeUndefined();
  });

  it("keeps what was set after a removal, and nothing of before", () => {
    const fields = {
      kind: { value: "user", stamp: "3 a\nx" },
      active: { value: true, stamp: "1 a\ny" },
      status: { value: "away", stamp: "4 a\nz" },
    };
    expect(entryAs({ kind: "user", id: "u3", known: true, removed: "2 a\nr", fields }, "f")).toEqual({
      kind: "user",
      id: "f",
      known: true,
      removed: null,
      fields: { kind: { value: "user", stamp: "3 a\n" }, status: { value: "away", stamp: "4 a\n" } },
    });
  });
});

describe("other bodies without a name", () => {
  it("are merged with what was under the pseudonym, and sorted", () => {
    const sets = {
      users: [
        ["a", 1],
        ["forgotten", 2],
        ["u3", 4],
        ["z", 1],
      ],
      rooms: [["u3", 9]],
    };
    expect(renamed("sets", sets)).toEqual({
      users: [
        ["a", 1],
        ["forgotten", 6],
        ["z", 1],
      ],
      rooms: [["u3", 9]],
    });
    expect(renamed("report", { hour: 1, users: ["a", "u3", "z"] })).toEqual({
      hour: 1,
      users: ["a", "forgotten", "z"],
    });
  });

  it.each([
    [[{ id: "u3" }, { id: "u4" }], 1],
    [[{ id: "event of u3", data: { id: "u3" } }], 1],
    [[{ id: "u3", data: { id: "u4" } }], 0],
  ])("find the user in a list %j", (lines, times) => {
    expect(renameIn("list", bytesOf(lines), RENAMING).times).toBe(times);
  });

  it.each(["sets", "report", "delta", "segment", "list", "union", "firsts"] as const)(
    "are no %s when they can't be read",
    (kind) => {
      expect(() => renameIn(kind, new Uint8Array(Buffer.from("{")), RENAMING)).toThrow(/\w/);
    },
  );
});

describe("a room that Rocket.Chat has named by a user", () => {
  const id = "aBcDeFgHiJkLmNoPq";
  it.each([
    [id, `${id}rocket.cat`, "forgottenrocket.cat"],
    [id, `rocket.cat${id}`, "rocket.catforgotten"],
    [id, `${id}${id}`, "forgottenforgotten"],
    [id, `x${id}x`, `x${id}x`],
    ["ann", "annabel", "annabel"],
    ["alice@example.org", "malice@example.org", "malice@example.org"],
  ])("of %s, %s, is called %s", (user, room, expected) => {
    expect(roomWithout({ id: user, pseudonym: "forgotten" }, room)).toBe(expected);
  });
});
