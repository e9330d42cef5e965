import { KEYS } from "../../contract.ts";
import { Failure } from "../../core/failure.ts";
import { NEW_PLAN, type ReportPlan } from "../../core/report-plan.ts";
import { dateOfPeriod } from "../../core/report-period.ts";
import type { ReportKey } from "../../ports/report-files.ts";
import type { ReportRecord } from "../../core/report-record.ts";
import type { ReportRecords } from "../../ports/report-records.ts";
import { jsonIn } from "./attributes.ts";
import { actItem } from "./audit.ts";
import { IS_NEW, type Item, type Table } from "./table.ts";

/** Rounds against others that change the same plan. */
const TRIES = 20;

/** By the day that a period begins with, so that they lie in their order; the longest of one day last. */
const placeOf = ({ kind, name }: ReportKey): string => `${dateOfPeriod(kind, name)}#${kind}-${name}`;

const recordOf = (item: Item): ReportRecord => jsonIn<ReportRecord>(item, "record");
const planOf = (item: Item | undefined): ReportPlan | undefined =>
  item === undefined ? undefined : jsonIn<ReportPlan>(item, "reportPlan");

/** Records and plans of reports in DynamoDB. */
export const dynamoReportRecords = (table: Table): ReportRecords => ({
  async note(workspace, record) {
    await table.transact([
      table.put({ ...KEYS.reportMade(workspace, placeOf(record)), record: JSON.stringify(record) }, IS_NEW),
    ]);
  },

  async find(workspace, report) {
    const item = await table.get(KEYS.reportMade(workspace, placeOf(report)));
    return item === undefined ? undefined : recordOf(item);
  },

  async list(workspace, { limit, after }) {
    const { pk } = KEYS.reportMade(workspace, "");
    const { items, last } = await table.query(
      pk,
      {},
      { limit, isDescending: true, ...(after === undefined ? {} : { start: { pk, sk: after } }) },
    );
    return { records: items.map(recordOf), next: last?.sk };
  },

  async plan(workspace) {
    return planOf(await table.get(KEYS.reportPlan(workspace)));
  },

  async changePlan(workspace, change, act) {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const item = await table.get(KEYS.reportPlan(workspace));
      const plan = change(planOf(item) ?? NEW_PLAN);
      const changed = { ...KEYS.reportPlan(workspace), reportPlan: JSON.stringify(plan) };
      const { isDone } = await table.transact([
        item === undefined
          ? table.put(changed, IS_NEW)
          : table.put(changed, "reportPlan = :before", { ":before": item["reportPlan"] }),
        ...(act === undefined ? [] : [table.put(actItem(act))]),
      ]);
      if (isDone) return plan;
      await table.pause(attempt);
    }
    throw new Failure("store.busy", "Others kept changing this plan; try again.");
  },
});
