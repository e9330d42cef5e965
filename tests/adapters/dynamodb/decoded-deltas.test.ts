import { describe, expect, it } from "vitest";
import { decodedDeltas } from "../../../functions/adapters/dynamodb/decoded-deltas.ts";
import { type Delta, emptyHour } from "../../../functions/core/delta.ts";
import { decodeDelta, encodeDelta } from "../../../functions/core/delta-encoding.ts";

/** An hour in which so many users were seen. */
const stored = (users: number, name = "user"): Uint8Array => {
  const delta: Delta = new Map([[10, emptyHour()]]);
  for (let at = 0; at < users; at++)
    delta.get(10)?.users.set(`${name}-${at * 7919}`, { low: (at % 1_000) + 1, high: at % 77, messages: 1 });
  return encodeDelta(delta);
};

describe("deltas that are read over and over", () => {
  it("are decoded once as long as their bytes are the same", () => {
    const decode = decodedDeltas();
    const first = decode("hour", stored(3));
    expect(first).toEqual(decodeDelta(stored(3)));
    expect(decode("hour", stored(3))).toBe(first);
  });

  it("are decoded anew when anything about their bytes is another", () => {
    const decode = decodedDeltas();
    decode("hour", stored(3));
    expect(decode("hour", stored(4))).toEqual(decodeDelta(stored(4)));
    expect(decode("hour", stored(3, "else"))).toEqual(decodeDelta(stored(3, "else")));
  });

  it("are not taken for those of another place", () => {
    const decode = decodedDeltas();
    expect(decode("here", stored(3))).not.toBe(decode("there", stored(3)));
  });

  it("are forgotten when there are too many, those first that were not read for longest", () => {
    const decode = decodedDeltas();
    const bytes = stored(10_000);
    const fitting = Math.floor(250_000 / bytes.length);
    const places = Array.from({ length: fitting }, (_, at) => `hour ${at}`);
    const decoded = places.map((place) => decode(place, bytes));
    expect(decode("hour 0", bytes)).toBe(decoded[0]);
    decode("one more", bytes);
    expect(decode("hour 0", bytes)).toBe(decoded[0]);
    expect(decode("hour 1", bytes)).not.toBe(decoded[1]);
  });

  it("are not kept when one alone is too large", () => {
    const decode = decodedDeltas();
    const bytes = stored(60_000);
    expect(bytes.length).toBeGreaterThan(250_000);
    expect(decode("hour", bytes)).not.toBe(decode("hour", bytes));
  });

  it("are refused when they can't be read, and what was known before is not given instead", () => {
    const decode = decodedDeltas();
    decode("hour", stored(3));
    expect(() => decode("hour", Uint8Array.of(99, 0, 0, 0, 0))).toThrow(/layout 99/);
    expect(decode("hour", stored(3))).toEqual(decodeDelta(stored(3)));
  });
});
