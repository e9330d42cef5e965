import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KeptUpstreamCredential, UpstreamCredentials } from "../../functions/ports/upstream-credentials.ts";
import { IMKIT_KEY, ROCKETCHAT_TOKEN, ROCKETCHAT_USER } from "../support/servers/vendors.ts";

/** A place for credentials, empty at first. */
export interface Vault {
  readonly credentials: UpstreamCredentials;
  readonly close: () => Promise<void>;
}

const CHAT: KeptUpstreamCredential = {
  origin: "https://chat.example.org",
  credential: { kind: "rocketchat", userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN },
};
const APP: KeptUpstreamCredential = {
  origin: "https://app.example.org",
  credential: { kind: "imkit", apiKey: IMKIT_KEY },
};

/** What every keeper of upstream credentials has to do. */
export const upstreamCredentialsContract = (adapter: string, open: () => Promise<Vault>): void => {
  describe(`the credentials of polled servers in ${adapter}`, () => {
    let vault: Vault;
    let credentials: UpstreamCredentials;
    beforeEach(async () => {
      vault = await open();
      ({ credentials } = vault);
    });
    afterEach(() => vault.close());

    it("are a workspace's own, whole, and the last one holds", async () => {
      expect(await credentials.find("acme")).toBeUndefined();
      await credentials.keep("acme", CHAT);
      await credentials.keep("acme-2", APP);
      expect(await credentials.find("acme")).toEqual(CHAT);
      await credentials.keep("acme", APP);
      expect(await credentials.find("acme")).toEqual(APP);
      expect(await credentials.find("acme-2")).toEqual(APP);
      expect(await credentials.find("acm")).toBeUndefined();
    });

    it("are gone at once when they are removed, as often as one likes, and can be given again", async () => {
      await credentials.keep("acme", CHAT);
      await credentials.remove("acme");
      await credentials.remove("acme");
      expect(await credentials.find("acme")).toBeUndefined();
      await credentials.keep("acme", APP);
      expect(await credentials.find("acme")).toEqual(APP);
    });

    it("are one of the two when two are kept at once", async () => {
      await Promise.all([credentials.keep("acme", CHAT), credentials.keep("acme", APP)]);
      expect([CHAT, APP]).toContainEqual(await credentials.find("acme"));
    });
  });
};
