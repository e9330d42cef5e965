import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LicenseKey, LicenseKeys } from "../../functions/ports/licenses.ts";
import type { Store } from "../support/store.ts";

const key = (id: string, x = "public"): LicenseKey => ({ id, jwk: { kty: "OKP", crv: "Ed25519", x, kid: id } });

/** What every keeper of licence keys has to do. */
export const licenseKeysContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the licence keys in ${adapter}`, () => {
    let store: Store;
    let keys: LicenseKeys;
    beforeEach(async () => {
      store = await open();
      keys = store.parts.licenseKeys;
    });
    afterEach(() => store.close());

    it("has none at first", async () => {
      expect(await keys.list()).toEqual([]);
    });

    it("keeps keys, and shows them to other processes at once", async () => {
      await keys.put(key("a"));
      await keys.put(key("b", "other"));
      expect(await store.connect().licenseKeys.list()).toEqual([key("a"), key("b", "other")]);
    });

    it("keeps one key under an id", async () => {
      await keys.put(key("a"));
      await keys.put(key("a", "renewed"));
      expect(await keys.list()).toEqual([key("a", "renewed")]);
    });

    it("removes a key, and nothing when there is none", async () => {
      await keys.put(key("a"));
      await keys.remove("b");
      expect(await keys.list()).toEqual([key("a")]);
      await keys.remove("a");
      expect(await store.contents()).toEqual([]);
    });

    it("keeps all of 16 that come at once", async () => {
      const ids = Array.from({ length: 16 }, (_, at) => `key-${String(at).padStart(2, "0")}`);
      await Promise.all(ids.map((id) => store.connect().licenseKeys.put(key(id))));
      expect((await keys.list()).map(({ id }) => id)).toEqual(ids);
    });
  });
};
