import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DaySeries, dayOf } from "../../functions/core/series.ts";
import type { Series } from "../../functions/ports/series.ts";
import { SAMPLE_HOUR } from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const DAY = dayOf(SAMPLE_HOUR);

const seriesOf = (users: number): DaySeries => ({
  hours: Array.from({ length: 24 }, (_, slot) =>
    slot === 3 ? null : { status: "complete", heardMinutes: 60, of: 60, isReported: false },
  ),
  values: { "users.total": Array.from({ length: 24 }, (_, slot) => (slot === 3 ? null : users)) },
});

/** What every keeper of series has to do. */
export const seriesContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the series in ${adapter}`, () => {
    let store: Store;
    let series: Series;
    beforeEach(async () => {
      store = await open();
      ({ series } = store.parts);
    });
    afterEach(() => store.close());

    it("keeps a day whole, as its workspace's", async () => {
      await series.keep("acme", DAY, seriesOf(5), 24);
      expect(await store.connect().series.between("acme", DAY, DAY + 1)).toEqual(new Map([[DAY, seriesOf(5)]]));
      expect(await series.between("other", DAY, DAY + 1)).toEqual(new Map());
    });

    it("gives days in a range, its end left out, and no days for none", async () => {
      for (let at = 0; at < 4; at++) await series.keep("acme", DAY + at, seriesOf(at), 24);
      expect([...(await series.between("acme", DAY + 1, DAY + 3)).keys()]).toEqual([DAY + 1, DAY + 2]);
      expect(await series.between("acme", DAY + 2, DAY + 2)).toEqual(new Map());
    });

    it("replaces a day by one that was packed later, and never by an earlier one", async () => {
      await series.keep("acme", DAY, seriesOf(5), 24);
      await series.keep("acme", DAY, seriesOf(6), 30);
      await series.keep("acme", DAY, seriesOf(4), 29);
      expect((await series.between("acme", DAY, DAY + 1)).get(DAY)).toEqual(seriesOf(6));
    });

    it("tells in order which days were packed at a publication or later, however often", async () => {
      await series.keep("acme", DAY + 1, seriesOf(1), 24);
      await series.keep("acme", DAY, seriesOf(1), 24);
      await series.keep("acme", DAY + 2, seriesOf(1), 101);
      await series.keep("acme", DAY, seriesOf(2), 101);
      await series.keep("acme", DAY, seriesOf(3), 90);
      await series.keep("other", DAY, seriesOf(1), 24);
      const at24 = [
        { day: DAY, publication: 24 },
        { day: DAY + 1, publication: 24 },
      ];
      const at101 = [
        { day: DAY, publication: 101 },
        { day: DAY + 2, publication: 101 },
      ];
      expect(await series.packedSince("acme", 0)).toEqual([...at24, ...at101]);
      expect(await series.packedSince("acme", 24)).toEqual([...at24, ...at101]);
      expect(await series.packedSince("acme", 25)).toEqual(at101);
      expect(await series.packedSince("acme", 102)).toEqual([]);
      expect(await series.between("acme", DAY, DAY + 3)).toHaveProperty("size", 3);
    });

    it("gives a year in pages, each day once", async () => {
      const noise = (day: number): DaySeries => ({
        ...seriesOf(day),
        values: Object.fromEntries(
          Array.from({ length: 60 }, (_, row) => [
            `statistic.${row}`,
            Array.from({ length: 24 }, (_hour, slot) => (day * 7_919 + row * 104_729 + slot * 1_299_709) % 1_000_003),
          ]),
        ),
      });
      const days = Array.from({ length: 366 }, (_, at) => DAY + at);
      for (let at = 0; at < days.length; at += 16)
        await Promise.all(days.slice(at, at + 16).map((day) => series.keep("acme", day, noise(day), 1)));
      const found = await series.between("acme", DAY, DAY + 366);
      expect([...found.keys()]).toEqual(days);
      expect(found.get(DAY + 200)).toEqual(noise(DAY + 200));
    });
  });
};
