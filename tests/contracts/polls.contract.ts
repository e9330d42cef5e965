import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PollNote } from "../../functions/core/upstream.ts";
import { SAMPLE_HOUR } from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const note = (changes: Partial<PollNote> = {}): PollNote => ({
  hour: SAMPLE_HOUR,
  tries: 2,
  at: 1_000,
  reason: "upstream-timeout",
  why: "there was no whole answer in time",
  nextAt: 2_000,
  ...changes,
});

/** What every keeper of the last word about polling has to do. */
export const pollsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the last word about polling in ${adapter}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it("is a workspace's own, and the last one holds", async () => {
      const { polls } = store.parts;
      expect(await polls.find("acme")).toBeUndefined();
      await polls.note("acme", note());
      await polls.note("acme", note({ tries: 3, reason: null, why: null, nextAt: null }));
      expect(await store.connect().polls.find("acme")).toEqual(
        note({ tries: 3, reason: null, why: null, nextAt: null }),
      );
      expect(await polls.find("other")).toBeUndefined();
    });
  });
};
