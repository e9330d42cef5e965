import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PeopleKeys } from "../../functions/ports/people-keys.ts";

/** A place for keys, empty at first. */
export interface KeyPlace {
  readonly keys: PeopleKeys;
  readonly close: () => Promise<void>;
}

/** What every keeper of the keys has to do that ids are hashed with. */
export const peopleKeysContract = (adapter: string, open: () => Promise<KeyPlace>): void => {
  describe(`the keys that ids are hashed with in ${adapter}`, () => {
    let place: KeyPlace;
    let keys: PeopleKeys;
    beforeEach(async () => {
      place = await open();
      ({ keys } = place);
    });
    afterEach(() => place.close());

    it("are a workspace's own, and the first one stays", async () => {
      expect(await keys.find("acme")).toBeUndefined();
      await keys.make("acme", "first");
      await keys.make("acme-2", "other");
      await keys.make("acme", "second");
      expect([await keys.find("acme"), await keys.find("acme-2"), await keys.find("acm")]).toEqual([
        "first",
        "other",
        undefined,
      ]);
    });

    it("are the same for everybody when several are made at once", async () => {
      const made = ["a", "b", "c"];
      await Promise.all(made.map((key) => keys.make("acme", key)));
      const key = await keys.find("acme");
      expect(made).toContain(key);
      await keys.make("acme", "late");
      expect(await keys.find("acme")).toBe(key);
    });

    it("are gone for good when they are removed, as often as one likes", async () => {
      await keys.make("acme", "first");
      await keys.make("acme-2", "other");
      await keys.remove("acme");
      await keys.remove("acme");
      expect([await keys.find("acme"), await keys.find("acme-2")]).toEqual([undefined, "other"]);
    });
  });
};
