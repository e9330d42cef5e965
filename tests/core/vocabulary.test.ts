import { describe, expect, it } from "vitest";
import { isFields } from "../../functions/core/fields.ts";
import { isOneOf, namesOf } from "../../functions/core/vocabulary.ts";

describe("a vocabulary", () => {
  it("knows its words, and nothing else", () => {
    const words = ["user", "room"] as const;

    expect(["room", "Room", "toString", "", undefined, 1].map((word) => isOneOf(words, word))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("gives the names of a record in their order", () => {
    expect(namesOf({ user: 1, room: 2 })).toEqual(["user", "room"]);
  });
});

describe("fields", () => {
  it.each([
    [{}, true],
    [{ a: 1 }, true],
    [null, false],
    [[], false],
    ["text", false],
    [undefined, false],
  ])("are %j: %s", (value, expected) => {
    expect(isFields(value)).toBe(expected);
  });
});
