/**
 * A small chat server with a script: it holds users, rooms, messages, uploads and connections as a chat server does,
 * lives a week by chance that is always the same, tells events of what it does, and counts by scanning all that it holds.
 * Nothing of the counting under test is in here.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** An instance is gone after this long without a word. */
const SILENCE_SECONDS = 180;

interface User {
  kind: "user" | "guest" | "app" | "bot";
  active: boolean;
  status: "online" | "away" | "busy" | "offline";
}

interface Room {
  readonly kind: "channel" | "private" | "direct" | "omnichannel";
  readonly discussion: boolean;
}

interface Message {
  readonly room: string;
  readonly kind: string;
  isThread: boolean;
}

interface Instance {
  readonly id: string;
  readonly version: string;
  readonly pid: number;
  readonly totalMemory: number;
  startedAt: number;
  /** No words from then on. */
  stoppedAt: number;
  connections: Map<string, string>;
  lastWord: number;
  freeMemory: number;
}

/** An event as it is sent. */
export interface ToldEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: object;
}

/** What a scan of everything finds at the end of an hour; names are those of the statistics. */
export type Scan = Readonly<Record<string, number | string | null>>;

/** An hour of the server's life. */
export interface LivedHour {
  readonly start: number;
  readonly events: readonly ToldEvent[];
  readonly scan: Scan;
  /** The instances that are live at its end, by id. */
  readonly instances: Readonly<
    Record<string, { readonly version: string; readonly connections: number; readonly free: number }>
  >;
}

/** Chance that is the same every time (a linear congruential generator, constants of Numerical Recipes). */
const chance = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const count = <T>(all: Iterable<T>, is: (one: T) => boolean): number => [...all].filter(is).length;

const highest = (levels: readonly number[]): number => levels.reduce((top, level) => Math.max(top, level), 0);

/** Lives through the script, hour by hour. */
export class ChatServer {
  readonly #from: number;
  readonly #random: () => number;
  readonly #users = new Map<string, User>();
  readonly #rooms = new Map<string, Room>();
  readonly #messages = new Map<string, Message>();
  readonly #uploads = new Map<string, number>();
  readonly #instances: Instance[];
  /** Everybody and every room there ever was. */
  readonly #known = new Set<string>();
  /** Connections open at each second since the beginning, all instances. */
  readonly #open: number[] = [];
  #lastLogin: number | null = null;
  #lastMessage: number | null = null;
  #lastSeen: number | null = null;
  #serial = 0;
  #events: ToldEvent[] = [];
  #happened: { readonly what: string; readonly amount: number }[] = [];
  #seen = new Set<string>();
  #used = new Set<string>();
  #freeLow: number | null = null;

  /** @param from where the script begins, on a whole hour; milliseconds since 1970 UTC. */
  constructor(from: number, seed: number) {
    this.#from = from;
    this.#random = chance(seed);
    const instance = (id: string, version: string, startedAt: number, stoppedAt: number, memory: number): Instance => ({
      id,
      version,
      pid: 1_000 + id.charCodeAt(0),
      totalMemory: memory * 2 ** 30,
      startedAt: from + startedAt * HOUR,
      stoppedAt: from + stoppedAt * HOUR + 20 * MINUTE,
      connections: new Map(),
      lastWord: -Infinity,
      freeMemory: 0,
    });
    // One lives all week; one dies on the third day without closing its connections; one comes with a new version on the second.
    this.#instances = [
      instance("alpha", "8.5.0", 0, 1_000, 8),
      instance("beta", "8.5.0", 0, 60, 16),
      instance("gamma", "8.6.1", 40, 1_000, 32),
    ];
  }

  /** The next hour: what happens in it, and what a scan finds at its end. */
  liveHour(at: number): LivedHour {
    const start = this.#from + at * HOUR;
    this.#events = [];
    this.#happened = [];
    this.#seen = new Set();
    this.#used = new Set();
    this.#freeLow = null;
    for (let second = 0; second < 3_600; second++) {
      const now = start + second * SECOND;
      // Words about the instance itself come on the whole minute, what people do never does.
      if (second % 60 === 0) for (const instance of this.#live(now)) this.#report(instance, now);
      else if (this.#random() < 0.03) this.#act(now);
      this.#open.push(this.#connectionsAt(now));
    }
    const end = start + HOUR;
    return { start, events: this.#events, scan: this.#scan(at, end), instances: this.#instancesAt(end) };
  }

  #live(now: number): Instance[] {
    return this.#instances.filter(({ startedAt, stoppedAt }) => startedAt <= now && now < stoppedAt);
  }

  #connectionsAt(now: number): number {
    return this.#instances.reduce(
      (sum, { connections, lastWord }) => (now >= lastWord + SILENCE_SECONDS * SECOND ? sum : sum + connections.size),
      0,
    );
  }

  #instancesAt(end: number): LivedHour["instances"] {
    const live = this.#instances.filter(({ lastWord }) => lastWord >= end - SILENCE_SECONDS * SECOND);
    return Object.fromEntries(
      live.map(({ id, version, connections, freeMemory }) => [
        id,
        { version, connections: connections.size, free: freeMemory },
      ]),
    );
  }

  #pick<T>(all: Iterable<T>): T | undefined {
    const list = [...all];
    return list[Math.floor(this.#random() * list.length)];
  }

  #tell(type: string, now: number, data: object, instance = this.#pick(this.#live(now))): void {
    if (instance === undefined) return;
    instance.lastWord = now;
    // Most of what happens happens within a second and not on it; a word about a second counts for all of it.
    const time = new Date(now + (type === "instance.reported" ? 0 : Math.floor(this.#random() * SECOND))).toISOString();
    this.#events.push({ id: `e${this.#serial++}`, source: instance.id, type, time, data });
    if (type === "message.sent") this.#lastMessage = Math.max(this.#lastMessage ?? 0, Date.parse(time));
    if (type === "subscription.seen") this.#lastSeen = Math.max(this.#lastSeen ?? 0, Date.parse(time));
  }

  #happens(what: string, amount = 1): void {
    this.#happened.push({ what, amount });
  }

  #report(instance: Instance, now: number): void {
    instance.freeMemory = Math.floor((0.2 + 0.6 * this.#random()) * instance.totalMemory);
    this.#freeLow = Math.min(this.#freeLow ?? Infinity, instance.freeMemory);
    const { id, version, pid, totalMemory, freeMemory, connections, startedAt } = instance;
    const os = { type: "Linux", platform: "linux", arch: "x64", totalmem: totalMemory, freemem: freeMemory, cpus: [] };
    this.#tell(
      "instance.reported",
      now,
      {
        id,
        version,
        pid,
        nodeVersion: "v22.11.0",
        appsEngineVersion: "1.48.0",
        uptime: (now - startedAt) / SECOND,
        os,
        connections: connections.size,
        deploy: { method: "docker", platform: "selfinstall" },
        database: { version: "7.0.5", engine: "wiredTiger" },
      },
      instance,
    );
  }

  #act(now: number): void {
    const dice = this.#random();
    if (dice < 0.08) this.#enter(now);
    else if (dice < 0.1) this.#leave(now);
    else if (dice < 0.24) this.#change(now);
    else if (dice < 0.28) this.#openRoom(now);
    else if (dice < 0.285) this.#removeRoom(now);
    else if (dice < 0.62) this.#send(now);
    else if (dice < 0.67) this.#removeMessage(now);
    else if (dice < 0.74) this.#upload(now);
    else if (dice < 0.84) this.#connect(now);
    else if (dice < 0.93) this.#disconnect(now);
    else if (dice < 0.97) this.#tell("subscription.seen", now, {});
    else this.#wave(now);
  }

  #enter(now: number): void {
    const id = `user-${this.#serial}`;
    const dice = this.#random();
    const kind = dice < 0.75 ? "user" : dice < 0.87 ? "guest" : dice < 0.94 ? "bot" : "app";
    this.#users.set(id, { kind, active: true, status: "offline" });
    this.#tell("user.changed", now, { id, kind, active: true });
    this.#known.add(id);
    this.#happens("users.joined");
  }

  #leave(now: number): void {
    const id = this.#pick(this.#users.keys());
    if (id === undefined) return;
    this.#users.delete(id);
    this.#tell("user.removed", now, { id });
  }

  #change(now: number): void {
    const id = this.#pick(this.#users.keys());
    const user = id === undefined ? undefined : this.#users.get(id);
    if (user === undefined) return;
    if (this.#random() < 0.15) {
      user.active = !user.active;
      this.#tell("user.changed", now, { id, kind: user.kind, active: user.active });
      return;
    }
    user.status = this.#pick(["online", "away", "busy", "offline"] as const) ?? "offline";
    const isLogin = user.status === "online";
    if (isLogin) this.#lastLogin = now;
    this.#tell("user.changed", now, {
      id,
      kind: user.kind,
      active: user.active,
      status: user.status,
      ...(isLogin ? { lastLogin: new Date(now).toISOString() } : {}),
    });
  }

  #openRoom(now: number): void {
    const id = `room-${this.#serial}`;
    const kind = this.#pick(["channel", "private", "direct", "omnichannel"] as const) ?? "channel";
    const discussion = (kind === "channel" || kind === "private") && this.#random() < 0.3;
    this.#rooms.set(id, { kind, discussion });
    this.#tell("room.changed", now, { id, kind, ...(discussion ? { discussion } : {}) });
    this.#known.add(id);
    this.#happens("rooms.opened");
  }

  #removeRoom(now: number): void {
    const id = this.#pick(this.#rooms.keys());
    if (id === undefined) return;
    for (const [message, { room }] of this.#messages) if (room === id) this.#drop(message, now);
    this.#rooms.delete(id);
    this.#tell("room.removed", now, { id });
  }

  #send(now: number): void {
    const [room, { kind, discussion }] = this.#pick(this.#rooms) ?? ["", { kind: "channel", discussion: false }];
    const user = this.#pick(this.#users.keys());
    if (room === "" || user === undefined) return;
    const replied =
      this.#random() < 0.25 ? this.#pick([...this.#messages].filter(([, one]) => one.room === room)) : undefined;
    const isFirst = replied !== undefined && !replied[1].isThread;
    if (isFirst) replied[1].isThread = true;
    const where = discussion ? "discussions" : PLURALS[kind];
    this.#messages.set(`message-${this.#serial}`, { room, kind: where, isThread: false });
    this.#tell("message.sent", now, {
      room,
      roomKind: kind,
      user,
      ...(discussion ? { discussion } : {}),
      ...(replied === undefined ? {} : { thread: "reply" }),
      ...(isFirst ? { threadStarted: true } : {}),
    });
    this.#seen.add(user);
    this.#used.add(room);
    this.#happens(`messages.sentByKind.${where}`);
    this.#happens("messages.sent");
  }

  #removeMessage(now: number): void {
    const message = this.#pick(this.#messages.keys());
    if (message !== undefined) this.#drop(message, now);
  }

  #drop(id: string, now: number): void {
    const message = this.#messages.get(id);
    const room = message === undefined ? undefined : this.#rooms.get(message.room);
    if (message === undefined || room === undefined) return;
    this.#messages.delete(id);
    this.#tell("message.removed", now, {
      room: message.room,
      roomKind: room.kind,
      ...(room.discussion ? { discussion: true } : {}),
      ...(message.isThread ? { thread: "started" } : {}),
    });
    this.#happens("messages.removed");
  }

  #upload(now: number): void {
    if (this.#random() < 0.25) {
      const id = this.#pick(this.#uploads.keys());
      if (id === undefined) return;
      this.#tell("upload.removed", now, { bytes: this.#uploads.get(id) ?? 0 });
      this.#uploads.delete(id);
      return;
    }
    const bytes = Math.floor(this.#random() * 5_000_000);
    this.#uploads.set(`upload-${this.#serial}`, bytes);
    this.#tell("upload.added", now, { bytes });
    this.#happens("uploads.added");
    this.#happens("uploads.addedBytes", bytes);
  }

  #connect(now: number): void {
    const instance = this.#pick(this.#live(now));
    const user = this.#pick(this.#users.keys());
    if (instance === undefined || user === undefined) return;
    const connection = `connection-${this.#serial}`;
    instance.connections.set(connection, user);
    this.#tell("connection.opened", now, { connection, user }, instance);
    this.#seen.add(user);
  }

  #disconnect(now: number): void {
    const instance = this.#pick(this.#live(now));
    const connection = this.#pick(instance?.connections.keys() ?? []);
    if (instance === undefined || connection === undefined) return;
    instance.connections.delete(connection);
    this.#tell("connection.closed", now, { connection }, instance);
  }

  #wave(now: number): void {
    const id = this.#pick(this.#users.keys());
    if (id === undefined) return;
    this.#tell("user.active", now, { id });
    this.#seen.add(id);
  }

  #scan(at: number, end: number): Scan {
    const users = [...this.#users.values()];
    const rooms = [...this.#rooms.values()];
    const messages = [...this.#messages.values()];
    const status = (name: string): number => count(users, (user) => user.status === name);
    const inKind = (kind: string): number => count(messages, (message) => message.kind === kind);
    const happened = (what: string): number =>
      this.#happened.reduce((sum, one) => (one.what === what ? sum + one.amount : sum), 0);
    const ofRoom = (kind: string): number => count(rooms, (room) => room.kind === kind);
    const day = Math.floor((end - 1) / (24 * HOUR)) * 24 * HOUR;
    const seconds = (from: number, to: number): number[] =>
      this.#open.slice(Math.max((from - this.#from) / SECOND, 0), (to - this.#from) / SECOND);
    const alive = this.#instances
      .filter(({ lastWord }) => lastWord >= end - SILENCE_SECONDS * SECOND)
      .toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1));
    const iso = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());
    const kinds = ["channels", "privateGroups", "direct", "omnichannel", "discussions"];
    return {
      "users.total": users.length,
      "users.activated": count(users, ({ kind, active }) => kind === "user" && active),
      "users.deactivated": count(users, ({ active }) => !active),
      "users.guests": count(users, ({ kind, active }) => kind === "guest" && active),
      "users.apps": count(users, ({ kind }) => kind === "app"),
      "users.bots": count(users, ({ kind }) => kind === "bot"),
      "users.online": status("online"),
      "users.away": status("away"),
      "users.busy": status("busy"),
      "users.offline": status("offline"),
      "users.connected": status("online") + status("away"),
      "users.seen": this.#seen.size,
      "users.joined": happened("users.joined"),
      "rooms.total": rooms.length,
      "rooms.channels": ofRoom("channel"),
      "rooms.privateGroups": ofRoom("private"),
      "rooms.direct": ofRoom("direct"),
      "rooms.omnichannel": ofRoom("omnichannel"),
      "rooms.discussions": count(rooms, ({ discussion }) => discussion),
      "rooms.used": this.#used.size,
      "rooms.opened": happened("rooms.opened"),
      "messages.total": messages.length,
      ...Object.fromEntries(kinds.map((kind) => [`messages.${kind}`, inKind(kind)])),
      "messages.threads": count(messages, ({ isThread }) => isThread),
      "messages.sent": happened("messages.sent"),
      ...Object.fromEntries(
        kinds.map((kind) => [`messages.sentByKind.${kind}`, happened(`messages.sentByKind.${kind}`)]),
      ),
      "messages.removed": happened("messages.removed"),
      "uploads.total": this.#uploads.size,
      "uploads.bytes": [...this.#uploads.values()].reduce((sum, bytes) => sum + bytes, 0),
      "uploads.added": happened("uploads.added"),
      "uploads.addedBytes": happened("uploads.addedBytes"),
      "connections.current": this.#open.at(-1) ?? 0,
      "connections.peak": highest(seconds(end - HOUR, end)),
      "connections.dayPeak": highest(seconds(day, end)),
      "memory.total": alive[0]?.totalMemory ?? null,
      "memory.free": alive[0]?.freeMemory ?? null,
      "memory.freeLow": this.#freeLow,
      "instances.count": alive.length,
      "last.login": iso(this.#lastLogin),
      "last.message": iso(this.#lastMessage),
      "last.seen": iso(this.#lastSeen),
    };
  }
}

const PLURALS: Readonly<Record<Room["kind"], string>> = {
  channel: "channels",
  private: "privateGroups",
  direct: "direct",
  omnichannel: "omnichannel",
};
