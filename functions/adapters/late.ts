import type { Alerts } from "../ports/alerts.ts";
import type { Outbox } from "../ports/outbox.ts";
import type { Syncs } from "../ports/syncs.ts";
import type { StoreOptions } from "./dynamodb/store.ts";

/** Loads what is needed once, at first use: a cold start waits for nothing it may not need. */
const once = <Loaded>(load: () => Promise<Loaded>): (() => Promise<Loaded>) => {
  let loading: Promise<Loaded> | undefined;
  return () => (loading ??= load());
};

/** Full lists of the directory come once in a while. */
export const lateSyncs = (store: StoreOptions): Syncs => {
  const loaded = once(async () => (await import("./dynamodb/syncs.ts")).dynamoSyncs(store));
  return {
    find: async (...what) => (await loaded()).find(...what),
    open: async (...what) => (await loaded()).open(...what),
    keepPage: async (...what) => (await loaded()).keepPage(...what),
    pages: async (...what) => (await loaded()).pages(...what),
    keepPlan: async (...what) => (await loaded()).keepPlan(...what),
    chunk: async (...what) => (await loaded()).chunk(...what),
  };
};

/** Rules are for who sets them and who follows publications. */
export const lateAlerts = ({ table }: StoreOptions): Alerts => {
  const loaded = once(async () => (await import("./dynamodb/alerts.ts")).dynamoAlerts(table));
  return {
    rules: async (...what) => (await loaded()).rules(...what),
    change: async (...what) => (await loaded()).change(...what),
    follower: async (...what) => (await loaded()).follower(...what),
    advance: async (...what) => (await loaded()).advance(...what),
  };
};

/** So is what is told of them. */
export const lateOutbox = (store: StoreOptions): Outbox => {
  const loaded = once(async () => (await import("./dynamodb/outbox.ts")).dynamoOutbox(store));
  return {
    add: async (...what) => (await loaded()).add(...what),
    pending: async (...what) => (await loaded()).pending(...what),
    notice: async (...what) => (await loaded()).notice(...what),
    replace: async (...what) => (await loaded()).replace(...what),
    finished: async (...what) => (await loaded()).finished(...what),
  };
};
