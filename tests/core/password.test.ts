import { describe, expect, it } from "vitest";
import { hashPassword, isPassword } from "../../functions/adapters/passwords.ts";
import { digestOf, isDigest, NOBODYS_PASSWORD, weaknessOf } from "../../functions/core/password.ts";

describe("a password", () => {
  it("goes by the SHA-256 that Rocket.Chat's clients send", () => {
    expect(digestOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(isDigest(digestOf("abc"))).toBe(true);
    expect(isDigest("abc")).toBe(false);
  });

  it.each([
    ["eleven char", "admin", false],
    ["twelve chars", "admin", true],
    ["ababababababab", "admin", false],
    ["long but with AdMiN in it", "admin", false],
    ["long but with ann in it", "ann", true],
    ["x1y2z".repeat(51), "admin", true],
    ["x1y2z".repeat(52), "admin", false],
    ["👋🌍🎉🚀🔥👋🌍🎉🚀🔥👋", "admin", false],
    ["👋🌍🎉🚀🔥👋🌍🎉🚀🔥👋🌍", "admin", true],
  ])("%s is strong enough for %s: %s", (password, name, isStrong) => {
    expect(weaknessOf(password, name) === undefined).toBe(isStrong);
  });

  it("of nobody is compared at the cost of everybody's", async () => {
    const cost = (hash: string): string[] => hash.split("$").slice(0, 4);
    const shape = (hash: string): number[] =>
      hash
        .split("$")
        .slice(4)
        .map((text) => Buffer.from(text, "base64").length);
    const made = await hashPassword(digestOf("some password"));
    expect(cost(NOBODYS_PASSWORD)).toEqual(cost(made));
    expect(shape(NOBODYS_PASSWORD)).toEqual(shape(made));
    expect(await isPassword(digestOf(""), NOBODYS_PASSWORD)).toBe(false);
  });
});
