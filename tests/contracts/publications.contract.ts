import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyHour } from "../../functions/core/delta.ts";
import { newHead } from "../../functions/core/head.ts";
import { SAMPLE_HOUR, sampleAccount, samplePublications, sampleWorkspace } from "../support/samples.ts";
import type { Store } from "../support/store.ts";

/** What every record of publications has to do. */
export const publicationsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the publications in ${adapter}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      await store.parts.workspaces.create(sampleWorkspace(), newHead(SAMPLE_HOUR), sampleAccount());
    });
    afterEach(() => store.close());

    const after = (number: number, limit = 100) => store.parts.publications.after("acme", number, limit);

    it("are listed in the order of their numbers, however many were published at a time", async () => {
      expect(await after(0)).toEqual([]);
      let head = newHead(SAMPLE_HOUR);
      for (const count of [1, 40, 2]) {
        const made = samplePublications(
          Array.from({ length: count }, () => emptyHour()),
          head,
        );
        head = (await store.parts.hours.publish("acme", made.head, made.publications, 1)) ?? head;
      }
      const all = await after(0);
      expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 43 }, (_, at) => at + 1));
      expect(all[1]).toEqual({ number: 2, hour: SAMPLE_HOUR + 1, revision: 0 });
      expect(await after(0, 3)).toEqual(all.slice(0, 3));
      expect(await after(20, 30)).toEqual(all.slice(20));
      expect(await after(40, 2)).toEqual(all.slice(40, 42));
      expect(await after(43)).toEqual([]);
      expect(await store.parts.publications.after("other", 0, 9)).toEqual([]);
    });

    it("are not listed when somebody else was first", async () => {
      const head = newHead(SAMPLE_HOUR);
      const made = samplePublications([emptyHour()], { ...head, version: head.version + 1 });
      expect(await store.parts.hours.publish("acme", made.head, made.publications, 1)).toBeUndefined();
      expect(await after(0)).toEqual([]);
    });
  });
};
