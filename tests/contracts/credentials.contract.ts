import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Credential, hashOf } from "../../functions/core/credential.ts";
import type { Credentials } from "../../functions/ports/credentials.ts";
import { pagesOf } from "../support/pages.ts";
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

    it("notes that a credential is in use, and leaves the rest of it", async () => {
      const one = credential("first secret");
      await credentials.put(one);
      await credentials.touch(one.hash, 7);
      expect(await store.connect().credentials.find(one.hash)).toEqual({ ...one, lastUsedAt: 7 });
    });

    it("makes none by noting its use", async () => {
      await credentials.touch(hashOf("unknown"), 7);
      expect(await store.contents()).toEqual([]);
    });

    it("keeps a revocation that meets 16 uses", async () => {
      const one = credential("first secret");
      await credentials.put(one);
      await Promise.all(
        Array.from({ length: 17 }, (_, at) =>
          at === 8
            ? store.connect().credentials.revoke(one.hash, 7)
            : store.connect().credentials.touch(one.hash, at + 1),
        ),
      );
      expect(await store.connect().credentials.find(one.hash)).toMatchObject({ revokedAt: 7 });
    });

    it("lists a workspace's credentials as they are now, ended ones too", async () => {
      const one = credential("first secret");
      const other = credential("other secret", { kind: "token", userId: "u1" });
      for (const each of [one, other, credential("third secret", { workspace: "other" })]) await credentials.put(each);
      await credentials.revoke(one.hash, 7);
      await credentials.touch(other.hash, 8);
      const { credentials: listed, next } = await credentials.list("acme", 10);
      expect(listed).toHaveLength(2);
      expect(listed).toEqual(
        expect.arrayContaining([
          { ...one, revokedAt: 7 },
          { ...other, lastUsedAt: 8 },
        ]),
      );
      expect(next).toBeUndefined();
    });

    it("lists none where there are none", async () => {
      expect(await credentials.list("acme", 10)).toEqual({ credentials: [], next: undefined });
    });

    it("lists each once, page by page", async () => {
      const hashes = Array.from({ length: 45 }, (_, at) => hashOf(`secret ${at}`));
      await Promise.all(hashes.map((_, at) => credentials.put(credential(`secret ${at}`))));
      const pages = await pagesOf((after) => credentials.list("acme", 10, after));
      expect(pages.flatMap((page) => page.credentials.map(({ hash }) => hash))).toEqual(hashes.toSorted());
      expect(Math.max(...pages.map((page) => page.credentials.length))).toBe(10);
    });

    it("lists more than the store reads at a time", async () => {
      const hashes = Array.from({ length: 130 }, (_, at) => hashOf(`secret ${at}`));
      await Promise.all(hashes.map((_, at) => credentials.put(credential(`secret ${at}`))));
      const page = await credentials.list("acme", 1_000);
      expect(page.credentials.map(({ hash }) => hash)).toEqual(hashes.toSorted());
      expect(page.next).toBeUndefined();
    });
  });
};
