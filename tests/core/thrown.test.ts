import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { codeOf, errorOf, isAbsent, kindOf } from "../../functions/core/thrown.ts";

const missing = await readFile(new URL("no-such-file", import.meta.url)).catch((error: unknown) => error);

describe("what was thrown", () => {
  it("is an error as it is, and anything else put into words", () => {
    const error = new TypeError("no");

    expect(errorOf(error)).toBe(error);
    expect(errorOf("no").message).toBe("no");
    expect(errorOf(undefined).message).toBe("undefined");
  });

  it("has the code of the system's call, if there is one", () => {
    expect(codeOf(missing)).toBe("ENOENT");
    expect(codeOf(new Error("no"))).toBeUndefined();
    expect(codeOf(Object.assign(new Error("no"), { code: 20 }))).toBeUndefined();
    expect(codeOf({ code: "ENOENT" })).toBeUndefined();
  });

  it("is told by its code, else by its name", () => {
    expect([missing, new TypeError("no"), "no"].map(kindOf)).toEqual(["ENOENT", "TypeError", "Error"]);
  });

  it("tells whether a file is absent", () => {
    expect([missing, new Error("ENOENT"), undefined].map(isAbsent)).toEqual([true, false, false]);
  });
});
