import type { Alerts } from "../ports/alerts.ts";
import type { Channels } from "../ports/channels.ts";
import type { Outbox } from "../ports/outbox.ts";
import type { BlobStore } from "../ports/blobs.ts";
import type { Publications } from "../ports/publications.ts";
import type { Remains } from "../ports/remains.ts";
import type { ReportRecords } from "../ports/report-records.ts";
import type { Syncs } from "../ports/syncs.ts";
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
