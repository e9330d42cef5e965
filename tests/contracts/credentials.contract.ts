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

    it("lets a credential expire at the instant given, and never later than before", async () => {
      const [endless, bounded] = [credential("endless"), credential("bounded", { expiresAt: 5 })];
      for (const each of [endless, bounded]) await credentials.put(each);
      for (const { hash } of [endless, bounded]) await credentials.expire(hash, 9);
      expect(await store.connect().credentials.find(endless.hash)).toEqual({ ...endless, expiresAt: 9 });
      expect(await store.connect().credentials.find(bounded.hash)).toEqual(bounded);
      await credentials.expire(bounded.hash, 3);
      expect(await store.connect().credentials.find(bounded.hash)).toEqual({ ...bounded, expiresAt: 3 });
      await credentials.expire(hashOf("unknown"), 9);
      expect(await credentials.find(hashOf("unknown"))).toBeUndefined();
    });

    it("lists keys, and the tokens and sessions of one user or of all, each group by itself and by pages", async () => {
      const of = (kind: Credential["kind"], userId: string | null, count: number): Credential[] =>
        Array.from({ length: count }, (_, at) => credential(`${kind} ${userId} ${at}`, { kind, userId }));
      const tokens = of("token", "u1", 7);
      const others = of("token", "u11", 3);
      const sessions = of("session", "u1", 4);
      const keys = [...of("key", null, 3), ...of("imkit", null, 1), ...of("push", null, 1)];
      await Promise.all([...tokens, ...others, ...sessions, ...keys].map((each) => credentials.put(each)));
      const listed = async (listing: Parameters<Credentials["list"]>[3]): Promise<string[]> => {
        const pages = await pagesOf((after) => credentials.list("acme", 3, after, listing));
        return pages.flatMap((page) => page.credentials.map(({ hash }) => hash)).toSorted();
      };
      const hashes = (some: readonly Credential[]): string[] => some.map(({ hash }) => hash).toSorted();
      expect(await listed({ group: "keys" })).toEqual(hashes(keys));
      expect(await listed({ group: "tokens" })).toEqual(hashes([...tokens, ...others]));
      expect(await listed({ group: "tokens", userId: "u1" })).toEqual(hashes(tokens));
      expect(await listed({ group: "sessions", userId: "u1" })).toEqual(hashes(sessions));
      expect(await listed({ group: "sessions", userId: "u11" })).toEqual([]);
      expect(await listed(undefined)).toEqual(hashes([...tokens, ...others, ...sessions, ...keys]));
    });

    it("gives the name of a token to one of those who ask for it at once, and again when it is free", async () => {
      const token = (secret: string): Credential =>
        credential(secret, { kind: "token", userId: "u1", label: "report" });
      const [one, other, third] = [token("one"), token("other"), token("third")];
      expect(await credentials.holderOf(one)).toBeUndefined();
      const outcomes = await Promise.all([one, other].map((each) => credentials.putNamed(each, undefined)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      const [held, refused] = outcomes[0] === true ? [one, other] : [other, one];
      expect(await credentials.find(held.hash)).toEqual(held);
      expect(await credentials.find(refused.hash)).toBeUndefined();
      expect(await store.connect().credentials.holderOf(one)).toBe(held.hash);
      expect(await credentials.putNamed(third, refused.hash)).toBe(false);
      expect(await credentials.putNamed(third, held.hash)).toBe(true);
      expect(await credentials.holderOf({ ...one, userId: "u2" })).toBeUndefined();
      expect((await credentials.list("acme", 9, undefined, { group: "tokens" })).credentials).toHaveLength(2);
    });

    it("goes nowhere with a cursor of another list", async () => {
      for (const at of [1, 2]) await credentials.put(credential(`token ${at}`, { kind: "token", userId: "u1" }));
      const { next } = await credentials.list("acme", 1, undefined, { group: "tokens" });
      expect(next).toBeDefined();
      expect(await credentials.list("acme", 1, next, { group: "keys" })).toEqual({ credentials: [], next: undefined });
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
