import { late } from "../core/late.ts";
import type { Alerts } from "../ports/alerts.ts";
import type { Channels } from "../ports/channels.ts";
import type { Outbox } from "../ports/outbox.ts";
import type { BlobStore } from "../ports/blobs.ts";
import type { Publications } from "../ports/publications.ts";
import type { Remains } from "../ports/remains.ts";
import type { ReportRecords } from "../ports/report-records.ts";
import type { Syncs } from "../ports/syncs.ts";
import type { FurtherPorts } from "./dynamodb/further.ts";
import type { StoreOptions } from "./dynamodb/store.ts";
import type { Table } from "./dynamodb/table.ts";

/**
 * A port whose adapter is loaded at its first call: most calls never come to it, and a cold start waits for nothing it
 * may not need. Every method of such a port gives a promise.
 */
export const latePort = <Port extends { readonly [Method in keyof Port]: (...what: never[]) => Promise<unknown> }>(
  load: () => Promise<Port>,
): Port => {
  let loading: Promise<Port> | undefined;
  const methodOf =
    (method: string) =>
    async (...what: never[]) => {
      const port = await (loading ??= load());
      return port[method as keyof Port](...what);
    };
  return new Proxy({} as Port, {
    // What has a method `then` would be taken for a promise.
    get: (_, method) => (typeof method === "string" && method !== "then" ? methodOf(method) : undefined),
  });
};

/** Full lists of the directory come once in a while. */
export const lateSyncs = (store: StoreOptions): Syncs =>
  latePort(async () => (await import("./dynamodb/syncs.ts")).dynamoSyncs(store));

/** A workspace ends once. */
export const lateRemains = ({ table }: Pick<StoreOptions, "table">, blobs: BlobStore): Remains =>
  latePort(async () => (await import("./dynamodb/remains.ts")).dynamoRemains(table, blobs));

/** Rules are for who sets them and who follows publications. */
export const lateAlerts = ({ table }: StoreOptions): Alerts =>
  latePort(async () => (await import("./dynamodb/alerts.ts")).dynamoAlerts(table));

/** Whoever follows them asks what was published when. */
export const latePublications = (table: Table, blobs: BlobStore): Publications =>
  latePort(async () => (await import("./dynamodb/publications.ts")).dynamoPublications(table, blobs));

/** So are the channels of what is told, */
export const lateChannels = ({ table }: StoreOptions): Channels =>
  latePort(async () => (await import("./dynamodb/channels.ts")).dynamoChannels(table));

/** what waits to be told, */
export const lateOutbox = (store: StoreOptions): Outbox =>
  latePort(async () => (await import("./dynamodb/outbox.ts")).dynamoOutbox(store));

/** and the reports that were made. */
export const lateReportRecords = ({ table }: StoreOptions): ReportRecords =>
  latePort(async () => (await import("./dynamodb/report-records.ts")).dynamoReportRecords(table));

/** Ports of the table that a read of the latest comes without, loaded together with the first of them that is called. */
export const lateFurther = (store: StoreOptions): FurtherPorts => {
  let loading: Promise<FurtherPorts> | undefined;
  const load = async (): Promise<FurtherPorts> => (await import("./dynamodb/further.ts")).furtherPorts(store);
  const further = (): Promise<FurtherPorts> => (loading ??= load());
  return {
    log: late(["readBatch", "readReporters", "append", "segmentsAfter"], async () => (await further()).log),
    directory: late(["read", "list"], async () => (await further()).directory),
    hours: late(
      ["head", "deltas", "deltasBetween", "advance", "publish", "expire"],
      async () => (await further()).hours,
    ),
    series: late(["keep", "between", "usual", "keepUsual", "packedSince"], async () => (await further()).series),
    accounts: late(
      ["findByName", "findById", "create", "replace", "list", "remove"],
      async () => (await further()).accounts,
    ),
    audit: late(["note", "list"], async () => (await further()).audit),
    calls: late(["count", "counted", "discount"], async () => (await further()).calls),
    refreshes: late(["begin", "end"], async () => (await further()).refreshes),
    reports: late(["keep", "find"], async () => (await further()).reports),
    polls: late(["find", "note"], async () => (await further()).polls),
  };
};
