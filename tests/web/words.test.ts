import { describe, expect, it } from "vitest";
import { bytes, UNKNOWN } from "../../web/src/words.ts";

describe("a size in words", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_500, "1.5 kB"],
    [25_276_514_304, "25.3 GB"],
    [null, UNKNOWN],
  ])("of %s bytes is %s", (value, words) => {
    expect(bytes(value)).toBe(words);
  });
});
