import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endOf, HOUR_MS, startOf } from "../../functions/core/hour.ts";
import type { ImkitReport } from "../../functions/core/imkit-report.ts";
import type { Reports } from "../../functions/ports/reports.ts";
import { busyHour, SAMPLE_HOUR } from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const NOW = endOf(SAMPLE_HOUR) + 1_000;

const report = (offMs = 0, changes: Partial<ImkitReport> = {}): ImkitReport => ({
  hour: SAMPLE_HOUR,
  window: { start: startOf(SAMPLE_HOUR) + offMs, end: endOf(SAMPLE_HOUR) + offMs },
  offMs,
  reasons: ["clock-conflict"],
  users: ["ann", "Ä"],
  figures: { "users.seen": 2, "rooms.total": 358 },
  ...changes,
});

/** What every keeper of reports has to do. */
export const reportsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the reports in ${adapter}`, () => {
    let store: Store;
    let reports: Reports;
    beforeEach(async () => {
      store = await open();
      ({ reports } = store.parts);
    });
    afterEach(() => store.close());

    const kept = (hour = SAMPLE_HOUR): Promise<ImkitReport | undefined> => store.connect().reports.find("acme", hour);

    it("keeps a report whole, as its workspace's and its hour's", async () => {
      await reports.keep("acme", report(), NOW);
      expect(await kept()).toEqual(report());
      expect(await kept(SAMPLE_HOUR + 1)).toBeUndefined();
      expect(await reports.find("other", SAMPLE_HOUR)).toBeUndefined();
    });

    it("keeps the one that meets its hour best, whichever comes first", async () => {
      for (const offMs of [60_000, 1_000, HOUR_MS / 2]) await reports.keep("acme", report(offMs), NOW);
      expect(await kept()).toEqual(report(1_000));
    });

    it("keeps the first of two that meet it as well", async () => {
      await reports.keep("acme", report(), NOW);
      await reports.keep("acme", report(0, { users: [] }), NOW);
      expect(await kept()).toEqual(report());
    });

    it("keeps one that is too large for an item outside of the table, whole", async () => {
      const large = report(0, { users: [...busyHour(30_000).users.keys()] });
      await reports.keep("acme", large, NOW);
      expect(await store.blobs("report")).toHaveLength(1);
      expect(await kept()).toEqual(large);
    });

    it("lets them go in time", async () => {
      await reports.keep("acme", report(), NOW);
      expect((await store.contents()).join("\n")).toContain(`"expiresAt":${NOW / 1_000 + 60 * 86_400}`);
    });
  });
};
