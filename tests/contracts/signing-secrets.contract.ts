import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SigningSecrets } from "../../functions/ports/delivering.ts";

/** A vault of signing secrets, and how to leave it. */
export interface OpenSigningSecrets {
  readonly secrets: SigningSecrets;
  readonly close: () => Promise<void>;
}

/** What everything that keeps signing secrets has to do. */
export const signingSecretsContract = (adapter: string, open: () => Promise<OpenSigningSecrets>): void => {
  describe(`what webhooks are signed with in ${adapter}`, () => {
    let vault: OpenSigningSecrets;
    beforeEach(async () => {
      vault = await open();
    });
    afterEach(() => vault.close());

    it("is found as it was kept, and by nobody else", async () => {
      const { secrets } = vault;
      await secrets.keep("acme", "c1", "whsec_one+/=");
      await secrets.keep("acme", "c2", "whsec_two");
      expect([await secrets.find("acme", "c1"), await secrets.find("acme", "c2")]).toEqual([
        "whsec_one+/=",
        "whsec_two",
      ]);
      expect([await secrets.find("acme", "c"), await secrets.find("acm", "c1")]).toEqual([undefined, undefined]);
    });

    it("is gone at once when it is removed, alone, and may be removed again", async () => {
      const { secrets } = vault;
      await secrets.keep("acme", "c1", "whsec_one");
      await secrets.keep("acme-2", "c1", "whsec_other");
      await secrets.remove("acme", "c1");
      await secrets.remove("acme", "c1");
      expect([await secrets.find("acme", "c1"), await secrets.find("acme-2", "c1")]).toEqual([
        undefined,
        "whsec_other",
      ]);
    });

    it("is none where nothing was kept", async () => {
      expect(await vault.secrets.find("acme", "c1")).toBeUndefined();
      await expect(vault.secrets.remove("acme", "c1")).resolves.toBeUndefined();
    });
  });
};
