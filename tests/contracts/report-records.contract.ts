import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { doneWith, NEW_PLAN, type ReportPlan } from "../../functions/core/report-plan.ts";
import { reportId, type ReportKind } from "../../functions/core/report-period.ts";
import type { ReportRecord } from "../../functions/core/report-record.ts";
import type { ReportRecords } from "../../functions/ports/report-records.ts";
import type { Store } from "../support/store.ts";

const record = (kind: ReportKind, name: string, lead = "12 people were active."): ReportRecord => ({
  id: reportId({ kind, name }),
  kind,
  name,
  label: name,
  from: 0,
  to: 1,
  timeZone: "UTC",
  madeAt: 2,
  hours: 24,
  wholeHours: 23,
  lead,
});

/** What every keeper of reports' records has to do. */
export const reportRecordsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the records of reports in ${adapter}`, () => {
    let store: Store;
    let records: ReportRecords;
    beforeEach(async () => {
      store = await open();
      records = store.parts.reportRecords;
    });
    afterEach(() => store.close());

    it("finds a report, and leaves it as it was noted first", async () => {
      await records.note("acme", record("weekly", "2024-W09"));
      await records.note("acme", record("weekly", "2024-W09", "Something else."));
      const other = store.connect().reportRecords;
      expect(await other.find("acme", { kind: "weekly", name: "2024-W09" })).toEqual(record("weekly", "2024-W09"));
      expect(await other.find("acme", { kind: "weekly", name: "2024-W10" })).toBeUndefined();
      expect(await other.find("other", { kind: "weekly", name: "2024-W09" })).toBeUndefined();
    });

    it("lists the latest periods first, of every kind, page by page", async () => {
      const all: (readonly [ReportKind, string])[] = [
        ["monthly", "2024-03"],
        ["daily", "2024-02-29"],
        ["daily", "2024-03-01"],
        ["weekly", "2024-W09"],
        ["weekly", "2024-W10"],
      ];
      for (const [kind, name] of all) await records.note("acme", record(kind, name));
      const first = await records.list("acme", { limit: 3 });
      const rest = await records.list("acme", { limit: 3, after: first.next });
      expect([...first.records, ...rest.records].map(({ id }) => id)).toEqual([
        "weekly-2024-W10",
        "monthly-2024-03",
        "daily-2024-03-01",
        "daily-2024-02-29",
        // It begins on 26 February.
        "weekly-2024-W09",
      ]);
      expect(rest.next).toBeUndefined();
    });

    it("has no plan at first, and changes it for all of 8 who do at once", async () => {
      expect(await records.plan("acme")).toBeUndefined();
      const kinds: readonly ReportKind[] = ["daily", "weekly", "monthly"];
      const change =
        (at: number) =>
        (plan: ReportPlan): ReportPlan =>
          doneWith(plan, { kind: kinds[at % 3] ?? "daily", name: "", from: 0, to: 100 + at });
      await Promise.all(
        Array.from({ length: 8 }, (_, at) => store.connect().reportRecords.changePlan("acme", change(at))),
      );
      expect(await records.plan("acme")).toEqual({ ...NEW_PLAN, through: { daily: 106, weekly: 107, monthly: 105 } });
    });

    it("notes an act with a change of the plan", async () => {
      const act = { workspace: "acme", id: "a", at: 1, by: "key", action: "reports.planned", details: {} };
      await records.changePlan("acme", (plan) => ({ ...plan, kinds: { ...plan.kinds, daily: false } }), act);
      expect((await records.plan("acme"))?.kinds.daily).toBe(false);
      expect((await store.parts.audit.list("acme", { from: 0, to: 9, limit: 9 })).acts).toEqual([act]);
    });
  });
};
