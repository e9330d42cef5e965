import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Credential, hashOf } from "../../functions/core/credential.ts";
import type { Credentials } from "../../functions/ports/credentials.ts";
import type { Store } from "../support/store.ts";

const credential = (secret: string, changes: Partial<Credential> = {}): Credential => ({
  hash: hashOf(secret),
  workspace: "acme",
  kind: "key",
  scopes: ["events:write", "statistics:read"],
  userId: null,
  label: "chat server",
  lastCharacters: secret.slice(-4),
  createdAt: 1,
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  ...changes,
});

/** What every keeper of credentials has to do. */
export const credentialsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the credentials in ${adapter}`, () => {
    let store: Store;
    let credentials: Credentials;
    beforeEach(async () => {
      store = await open();
      ({ credentials } = store.parts);
    });
    afterEach(() => store.close());

    it("finds a credential by the hash of its secret, and by nothing else", async () => {
      const one = credential("first secret");
      const other = credential("other secret", { kind: "token", userId: "u1", expiresAt: 9, scopes: [] });
      await credentials.put(one);
      await credentials.put(other);
      expect(await credentials.find(one.hash)).toEqual(one);
      expect(await credentials.find(other.hash)).toEqual(other);
      expect(await credentials.find(hashOf("third secret"))).toBeUndefined();
      expect(await credentials.find("first secret")).toBeUndefined();
    });

    it("keeps no secret, but for its last four characters", async () => {
      await credentials.put(credential("a secret that nobody may read"));
      const contents = (await store.contents()).join("\n");
      expect(contents).not.toContain("a secret that nobody may");
      expect(contents).toContain("read");
    });

    it("ends a credential at the instant given, and leaves the rest of it", async () => {
      const one = credential("first secret");
      await credentials.put(one);
      await credentials.revoke(one.hash, 7);
      expect(await store.connect().credentials.find(one.hash)).toEqual({ ...one, revokedAt: 7 });
    });

    it("makes none by revoking", async () => {
      await credentials.revoke(hashOf("unknown"), 7);
      expect(await credentials.find(hashOf("unknown"))).toBeUndefined();
      expect(await store.contents()).toEqual([]);
    });
  });
};
