import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonOf, textOf } from "../../functions/edge/json-body.ts";
import { positionOfError } from "../../functions/edge/json-position.ts";

const positionIn = (text: string): unknown => {
  try {
    jsonOf(Buffer.from(text));
  } catch (error) {
    return (error as { details: { position?: number } }).details.position;
  }
  return "is JSON";
};

/** Where JSON.parse sees the error, or the end of a text without one; undefined when it does not say. */
const positionSaid = (text: string): number | undefined => {
  try {
    JSON.parse(text);
    return text.length;
  } catch (error) {
    const { message } = error as Error;
    const said = /at position (\d+)/.exec(message)?.[1];
    return said === undefined ? (message.includes("end of JSON") ? text.length : undefined) : Number(said);
  }
};

describe("a body of JSON", () => {
  it("is read; an empty one is none", () => {
    expect(jsonOf(Buffer.from('{"a":[1,"ü"]}'))).toEqual({ a: [1, "ü"] });
    expect(jsonOf(Buffer.from("\ufeff[]"))).toEqual([]);
    expect(jsonOf(new Uint8Array())).toBeUndefined();
  });

  it.each([
    ["{", 1],
    ["[1,]", 3],
    ["[1 2]", 3],
    ['{"a" 1}', 5],
    ['{"a":1,}', 7],
    ["{1:2}", 1],
    ['["a\nb"]', 3],
    ['["\\x"]', 2],
    ['["abc', 5],
    ["tru", 0],
    ["01", 1],
    ["[]]", 2],
    ["[}", 1],
    ["  ", 2],
    ["hello", 0],
    ['{"a":,}', 5],
    [",", 0],
    [":", 0],
  ])("that goes wrong (%j) is refused at position %i", (text, position) => {
    expect(positionIn(text)).toBe(position);
  });

  it("is told about by line and column, without a word of what it holds", () => {
    const wrong = Buffer.from('{\n  "password": "hunter2",\n  oops\n}');

    expect(() => jsonOf(wrong)).toThrow("goes wrong at position 29 (line 3, column 3)");
    expect(() => jsonOf(wrong)).not.toThrow("hunter2");
    expect(() => jsonOf(Buffer.from("["))).toThrow("ends too early at position 1 (line 1, column 2)");
  });

  it("is refused when it is not UTF-8", () => {
    expect(() => textOf(Buffer.from([0x22, 0xff, 0x22]))).toThrow(expect.objectContaining({ code: "body.malformed" }));
    // A surrogate encoded on its own (CESU-8) is not UTF-8 either.
    expect(() => jsonOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toThrow("not valid UTF-8");
  });

  it("has no error where JSON.parse finds none", () => {
    fc.assert(fc.property(fc.json(), (text) => positionOfError(text) === text.length));
  });

  it("goes wrong where JSON.parse says, whenever that says where", () => {
    const damaged = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom("", ",", "]", "}", '"', "x", "1", ":", "\u0001", "\\"),
        fc.nat(2),
      )
      .map(([text, at, added, cut]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + added + text.slice(place + cut);
      });

    // Within a word, a number or an escape it names the character, we name the start.
    const withinOneToken = /^[\\\w.+-]*$/;

    fc.assert(
      fc.property(damaged, (text) => {
        const found = positionOfError(text);
        const said = positionSaid(text);
        return said === undefined
          ? found <= text.length
          : withinOneToken.test(text.slice(found, said)) && found <= said;
      }),
      { numRuns: 2_000 },
    );
  });

  it("may hold megabytes in one string, and a million brackets", () => {
    expect(positionIn(`["${"x".repeat(4_000_000)}"`)).toBe(4_000_003);
    expect(positionIn("[".repeat(1_000_000))).toBe(1_000_000);
  });
});
