import type { Accounts } from "../../ports/accounts.ts";
import type { Audit } from "../../ports/audit.ts";
import type { Calls } from "../../ports/calls.ts";
import type { Directory } from "../../ports/directory.ts";
import type { Hours } from "../../ports/hours.ts";
import type { Log } from "../../ports/log.ts";
import type { Polls } from "../../ports/polls.ts";
import type { Refreshes } from "../../ports/refreshes.ts";
import type { Reports } from "../../ports/reports.ts";
import type { Series } from "../../ports/series.ts";
import { dynamoAccounts } from "./accounts.ts";
import { dynamoAudit } from "./audit.ts";
import { dynamoCalls } from "./calls.ts";
import { dynamoDirectory } from "./directory.ts";
import { dynamoHours } from "./hours.ts";
import { dynamoLog } from "./log.ts";
import { dynamoPolls } from "./polls.ts";
import { dynamoRefreshes } from "./refreshes.ts";
import { dynamoReports } from "./reports.ts";
import { dynamoSeries } from "./series.ts";
import type { StoreOptions } from "./store.ts";

/** What the table keeps beyond what is read to answer with the latest. */
export interface FurtherPorts {
  readonly log: Log;
  readonly directory: Directory;
  readonly hours: Hours;
  readonly series: Series;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly calls: Calls;
  readonly refreshes: Refreshes;
  readonly reports: Reports;
  readonly polls: Polls;
}

/** All of them at once: whoever needs one soon needs another, and each file that is loaded costs. */
export const furtherPorts = (store: StoreOptions): FurtherPorts => ({
  log: dynamoLog(store),
  directory: dynamoDirectory(store.table),
  hours: dynamoHours(store),
  series: dynamoSeries(store.table),
  accounts: dynamoAccounts(store.table),
  audit: dynamoAudit(store.table),
  calls: dynamoCalls(store),
  refreshes: dynamoRefreshes(store.table),
  reports: dynamoReports(store),
  polls: dynamoPolls(store.table),
});
