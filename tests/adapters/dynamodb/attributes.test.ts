import { describe, expect, it } from "vitest";
import {
  anyNumberIn,
  anyTextIn,
  bytesIn,
  hourIn,
  jsonIn,
  keyOf,
  numberIn,
  textIn,
} from "../../../functions/adapters/dynamodb/attributes.ts";
import { hourNamed } from "../../../functions/core/hour.ts";

const ITEM = {
  pk: "WS#acme",
  sk: "2026-11-21T09#0001",
  name: "Acme",
  version: 3,
  body: new Uint8Array([1, 2]),
  answer: '{"accepted":2}',
};

describe("the attributes of an item", () => {
  it("are read as what they are", () => {
    expect([textIn(ITEM, "name"), numberIn(ITEM, "version"), bytesIn(ITEM, "body")]).toEqual([
      "Acme",
      3,
      new Uint8Array([1, 2]),
    ]);
    expect(jsonIn(ITEM, "answer")).toEqual({ accepted: 2 });
    expect(keyOf(ITEM)).toEqual({ pk: "WS#acme", sk: "2026-11-21T09#0001" });
    expect(hourIn(ITEM)).toBe(hourNamed("2026-11-21T09"));
  });

  it("may be lacking where that is said, as may be the item", () => {
    expect([anyNumberIn(undefined, "version"), anyNumberIn(ITEM, "none"), anyNumberIn(ITEM, "version")]).toEqual([
      undefined,
      undefined,
      3,
    ]);
    expect([anyTextIn(undefined, "name"), anyTextIn(ITEM, "none"), anyTextIn(ITEM, "name")]).toEqual([
      undefined,
      undefined,
      "Acme",
    ]);
  });

  it.each([
    ["text", () => textIn(ITEM, "version")],
    ["number", () => numberIn(ITEM, "name")],
    ["number", () => anyNumberIn(ITEM, "name")],
    ["bytes", () => bytesIn(ITEM, "name")],
    ["hour", () => hourIn({ ...ITEM, sk: "HEAD" })],
  ])("say where there is no %s, and not what the item is found by", (kind, read) => {
    expect(read).toThrow(new RegExp(`^the item \\S+ has no ${kind} «`));
    expect(read).not.toThrow(/acme/);
  });
});
