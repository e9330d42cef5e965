import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hourStarts, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";

describe("the starts of hours", () => {
  it("are those of each, wherever the range begins, before 1970 too", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 1_000_000 }), fc.nat(100), (from, count) => {
        const each = Array.from({ length: count }, (_, at) => isoOf(startOf(from + at)));
        expect(hourStarts(from, from + count)).toEqual(each);
      }),
    );
  });
});
