import { describe, expect, it } from "vitest";
import { hashPassword, isPassword } from "../../functions/adapters/passwords.ts";

/** The password «pleaseletmein» with the salt «SodiumChloride», from RFC 7914, section 12; its first 32 bytes. */
const KNOWN = "scrypt$16384$8$1$U29kaXVtQ2hsb3JpZGU=$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI=";

describe("passwords", () => {
  it("are known again, and no other is", async () => {
    const hash = await hashPassword("correct horse");
    expect(await isPassword("correct horse", hash)).toBe(true);
    expect(await isPassword("correct horsf", hash)).toBe(false);
    expect(await isPassword("", hash)).toBe(false);
  });

  it("are salted, and stored without themselves", async () => {
    const [one, other] = [await hashPassword("same"), await hashPassword("same")];
    expect(one).not.toBe(other);
    expect(one).toMatch(/^scrypt\$131072\$8\$1\$[\w+/]{22}==\$[\w+/]{43}=$/);
  });

  it("are checked at the cost they were stored with, as RFC 7914 has it", async () => {
    expect(await isPassword("pleaseletmein", KNOWN)).toBe(true);
    expect(await isPassword("pleaseletmeout", KNOWN)).toBe(false);
  });

  it("may hold any characters", async () => {
    const hash = await hashPassword("pässwörd 👋\u0000 $");
    expect(await isPassword("pässwörd 👋\u0000 $", hash)).toBe(true);
    expect(await isPassword("pässwörd 👋", hash)).toBe(false);
  });

  it.each(["", "scrypt$none", "$$$$$", "plain", "scrypt$16384$8$1$U29kaXVt$=", "bcrypt$1$1$1$c2FsdA==$aGFzaA=="])(
    "never fit what is stored as «%s»",
    async (stored) => {
      expect(await isPassword("", stored)).toBe(false);
      expect(await isPassword(stored, stored)).toBe(false);
    },
  );
});
