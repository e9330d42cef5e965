import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RangeReader, RangeWriter } from "../../functions/core/range-coding.ts";

const whole = fc.oneof(
  fc.integer({ min: 0, max: 70 }),
  fc.nat(),
  fc.maxSafeNat(),
  // Sums may go beyond what counts one by one; powers of two are still exact there.
  fc.integer({ min: 53, max: 80 }).map((power) => 2 ** power),
);
const rising = fc
  .uniqueArray(fc.nat(5_000), { maxLength: 40 })
  .map((values) => ({ kind: "rising", value: values.toSorted((a, b) => a - b) }) as const);
const step = fc.oneof(
  whole.map((value) => ({ kind: "number", value }) as const),
  fc
    .tuple(whole, fc.boolean())
    .map(([value, isBelow]) => ({ kind: "signed", value: isBelow ? 0 - value : value }) as const),
  fc.string({ unit: "grapheme", maxLength: 40 }).map((value) => ({ kind: "text", value }) as const),
  rising,
);
type Step = (typeof step extends fc.Arbitrary<infer T> ? T : never) & { readonly column?: string };
const steps = fc.array(
  fc.tuple(step, fc.constantFrom("a", "b", "c")).map(([one, column]) => ({ ...one, column })),
  { maxLength: 200 },
);

const write = (to: RangeWriter, { kind, value, column }: Step & { readonly column: string }): void => {
  switch (kind) {
    case "number":
      return to.number(column, value);
    case "signed":
      return to.signed(column, value);
    case "text":
      return to.text(column, value);
    case "rising":
      return to.rising(column, value);
  }
};

describe("range coding", () => {
  it("gives back what was written, in its order", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const writer = new RangeWriter();
        for (const one of list) write(writer, one);
        const reader = new RangeReader(writer.end());
        expect(list.map(({ kind, column }) => reader[kind](column))).toEqual(list.map(({ value }) => value));
      }),
    );
  });

  it("takes next to nothing for what does not surprise", () => {
    const writer = new RangeWriter();
    for (let at = 0; at < 10_000; at++) writer.number("always the same", 7);
    expect(writer.end().length).toBeLessThan(100);
  });

  it("takes no more than bytes would for what does", () => {
    const writer = new RangeWriter();
    let state = 1;
    for (let at = 0; at < 10_000; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      writer.number("by chance", state >>> 24);
    }
    expect(writer.end().length).toBeLessThan(10_500);
  });

  it("ends with an error, not in an endless loop, when bytes are missing", () => {
    const writer = new RangeWriter();
    for (let at = 0; at < 1_000; at++) writer.number("a", (at * 7_919) % 4_001);
    const bytes = writer.end();
    const reader = new RangeReader(bytes.subarray(0, bytes.length / 2));
    expect(() => {
      for (let at = 0; at < 1_000; at++) reader.number("a");
    }).toThrow("end too early");
  });
});
