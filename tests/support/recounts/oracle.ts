import type { RawEvent } from "../events.ts";

/**
 * A naive recount: no deltas, no merging, no incremental state; slow and plain, to hold the counting against.
 */

type Data = Readonly<Record<string, unknown>>;
const dataOf = (event: RawEvent): Data => (event.data ?? {}) as Data;
const secondOf = (event: RawEvent): number => Math.floor(Date.parse(event.time) / 1_000);

const SILENCE = 180;

/** The sum of all reporters' connections at each second of `[from, to)`, seconds since 1970 UTC. */
export const levelsBySecond = (events: readonly RawEvent[], from: number, to: number): number[] => {
  const levels = new Array<number>(to - from).fill(0);
  for (const source of new Set(events.map((event) => event.source))) {
    const bySecond = Map.groupBy(
      events.filter((event) => event.source === source),
      secondOf,
    );
    let level = 0;
    let lastWord = -Infinity;
    let reports = false;
    for (let second = from; second < to; second++) {
      const said = bySecond.get(second) ?? [];
      if (said.length === 0 && reports && second >= lastWord + SILENCE) {
        level = 0;
      }
      const sets = said
        .filter((event) => event.type === "instance.reported" && dataOf(event)["connections"] !== undefined)
        .map((event) => dataOf(event)["connections"] as number);
      if (sets.length > 0) level = Math.max(...sets);
      else
        for (const event of said) {
          if (event.type === "connection.opened") level++;
          if (event.type === "connection.closed") level--;
        }
      if (said.length > 0) lastWord = second;
      if (said.some((event) => event.type === "instance.reported")) reports = true;
      levels[second - from] = (levels[second - from] ?? 0) + level;
    }
  }
  return levels;
};

type Stamp = readonly [time: number, source: string, id: string];
const stampOf = (event: RawEvent): Stamp => [Date.parse(event.time), event.source, event.id];
const isLater = (a: Stamp, b: Stamp | undefined): boolean => {
  if (b === undefined) return true;
  if (a[0] !== b[0]) return a[0] > b[0];
  return a[1] === b[1] ? a[2] > b[2] : a[1] > b[1];
};

interface Known {
  kind: string;
  joined: boolean;
  removed: Stamp | undefined;
  set: Map<string, { value: unknown; stamp: Stamp }>;
}

const alive = (known: Known, name: string): unknown => {
  const field = known.set.get(name);
  return field !== undefined && isLater(field.stamp, known.removed) ? field.value : undefined;
};

/** What was counted, by the name of the statistic. */
export type Numbers = Record<string, number>;

/** Full scans of everything known, after every single change: what a chat server does, and right by its plainness. */
export class Recount {
  readonly #known = new Map<string, Known>();
  readonly #levels: { readonly order: number; readonly hour: number; readonly amounts: Numbers }[] = [];
  readonly #joins: { readonly time: number; readonly statistic: string }[] = [];
  readonly #events: { readonly order: number; readonly event: RawEvent }[] = [];

  /** Takes an accepted event, in commit order. */
  take(event: RawEvent): void {
    const order = this.#events.length;
    this.#events.push({ order, event });
    const before = this.#scan();
    this.#change(event);
    const after = this.#scan();
    const amounts: Numbers = {};
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      amounts[name] = (after[name] ?? 0) - (before[name] ?? 0);
    for (const [name, amount] of Object.entries(countedBy(event))) amounts[name] = (amounts[name] ?? 0) + amount;
    this.#levels.push({ order, hour: hourOf(event), amounts });
  }

  /** How many events were taken. */
  get taken(): number {
    return this.#events.length;
  }

  /** Levels of all events up to an hour that were taken before the `order`th. */
  levels(throughHour: number, order: number): Numbers {
    const sums: Numbers = {};
    for (const level of this.#levels)
      if (level.hour <= throughHour && level.order < order)
        for (const [name, amount] of Object.entries(level.amounts)) sums[name] = (sums[name] ?? 0) + amount;
    return sums;
  }

  /** What happened in `[from, to)`, milliseconds since 1970 UTC, by the events' own times. */
  flows(from: number, to: number): Numbers {
    const sums: Numbers = {};
    const add = (name: string, amount: number): void => {
      sums[name] = (sums[name] ?? 0) + amount;
    };
    const users = new Set<unknown>();
    const rooms = new Set<unknown>();
    for (const { event } of this.#events) {
      const time = Date.parse(event.time);
      if (time < from || time >= to) continue;
      const data = dataOf(event);
      if (event.type === "message.sent") {
        add(`messages.sentByKind.${kindOf(data)}`, 1);
        add("messages.sent", 1);
        users.add(data["user"]);
        rooms.add(data["room"]);
      }
      if (event.type === "message.removed") add("messages.removed", 1);
      if (event.type === "upload.added") {
        add("uploads.added", 1);
        add("uploads.addedBytes", data["bytes"] as number);
      }
      if (event.type === "user.active") users.add(data["id"]);
      if (event.type === "connection.opened" && data["user"] !== undefined) users.add(data["user"]);
    }
    for (const { time, statistic } of this.#joins) if (time >= from && time < to) add(statistic, 1);
    return { ...sums, "users.seen": users.size, "rooms.used": rooms.size };
  }

  /** The latest login, message and reading among events that satisfy a condition; null when there is none. */
  times(isMeant: (hour: number, order: number) => boolean): Record<string, string | null> {
    const latest: Record<string, number | null> = { "last.login": null, "last.message": null, "last.seen": null };
    const take = (name: string, time: number): void => {
      if (latest[name] === null || (latest[name] ?? 0) < time) latest[name] = time;
    };
    for (const { event, order } of this.#events) {
      if (!isMeant(hourOf(event), order)) continue;
      const login = dataOf(event)["lastLogin"];
      if (event.type === "user.changed" && typeof login === "string") take("last.login", Date.parse(login));
      if (event.type === "message.sent") take("last.message", Date.parse(event.time));
      if (event.type === "subscription.seen") take("last.seen", Date.parse(event.time));
    }
    return Object.fromEntries(
      Object.entries(latest).map(([name, time]) => [name, time === null ? null : new Date(time).toISOString()]),
    );
  }

  #change(event: RawEvent): void {
    const [kind, what] = event.type.split(".");
    if ((kind !== "user" && kind !== "room") || (what !== "changed" && what !== "removed")) return;
    const data = dataOf(event);
    const key = `${kind} ${String(data["id"])}`;
    const known = this.#known.get(key) ?? { kind, joined: false, removed: undefined, set: new Map() };
    this.#known.set(key, known);
    const stamp = stampOf(event);
    if (what === "removed") {
      if (isLater(stamp, known.removed)) known.removed = stamp;
      return;
    }
    for (const name of ["kind", "active", "status", "discussion"])
      if (data[name] !== undefined && isLater(stamp, known.set.get(name)?.stamp))
        known.set.set(name, { value: data[name], stamp });
    if (!known.joined && alive(known, "kind") !== undefined) {
      known.joined = true;
      this.#joins.push({ time: stamp[0], statistic: kind === "user" ? "users.joined" : "rooms.opened" });
    }
  }

  #scan(): Numbers {
    const all = [...this.#known.values()].filter((known) => alive(known, "kind") !== undefined);
    const users = all.filter(({ kind }) => kind === "user");
    const rooms = all.filter(({ kind }) => kind === "room");
    const count = (list: readonly Known[], is: (field: (name: string) => unknown) => boolean): number =>
      list.filter((known) => is((name) => alive(known, name))).length;
    return {
      "users.total": users.length,
      "users.activated": count(users, (of) => of("active") === true && of("kind") === "user"),
      "users.deactivated": count(users, (of) => of("active") === false),
      "users.guests": count(users, (of) => of("active") === true && of("kind") === "guest"),
      "users.apps": count(users, (of) => of("kind") === "app"),
      "users.bots": count(users, (of) => of("kind") === "bot"),
      "users.online": count(users, (of) => of("status") === "online"),
      "users.away": count(users, (of) => of("status") === "away"),
      "users.busy": count(users, (of) => of("status") === "busy"),
      "rooms.total": rooms.length,
      "rooms.channels": count(rooms, (of) => of("kind") === "channel"),
      "rooms.privateGroups": count(rooms, (of) => of("kind") === "private"),
      "rooms.direct": count(rooms, (of) => of("kind") === "direct"),
      "rooms.omnichannel": count(rooms, (of) => of("kind") === "omnichannel"),
      "rooms.discussions": count(rooms, (of) => of("discussion") === true),
    };
  }
}

const hourOf = (event: RawEvent): number => Math.floor(Date.parse(event.time) / 3_600_000);

const KINDS: Readonly<Record<string, string>> = {
  channel: "channels",
  private: "privateGroups",
  direct: "direct",
  omnichannel: "omnichannel",
};
const kindOf = (data: Data): string =>
  data["discussion"] === true ? "discussions" : (KINDS[String(data["roomKind"])] ?? "?");

/** What an event adds to levels without the directory. */
const countedBy = (event: RawEvent): Numbers => {
  const data = dataOf(event);
  const isStart = data["thread"] === "started";
  switch (event.type) {
    case "message.sent":
      return { [`messages.${kindOf(data)}`]: 1, "messages.threads": isStart || data["threadStarted"] === true ? 1 : 0 };
    case "message.removed":
      return { [`messages.${kindOf(data)}`]: -1, "messages.threads": isStart ? -1 : 0 };
    case "upload.added":
      return { "uploads.total": 1, "uploads.bytes": data["bytes"] as number };
    case "upload.removed":
      return { "uploads.total": -1, "uploads.bytes": -(data["bytes"] as number) };
    default:
      return {};
  }
};
