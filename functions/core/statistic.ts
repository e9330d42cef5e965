import { namesOf } from "./vocabulary.ts";

/**
 * The registry: one row per counted number. The rows drive the counting, the documents, the dialects and the history;
 * adding a number is adding a row.
 */

/** level: as of the window's end. flow: summed over it. peak, low: extremes in it. distinct: size of a union. time: latest. */
export type StatisticKind = "level" | "flow" | "peak" | "low" | "distinct" | "time";
/** What a number counts or measures. */
export type Unit =
  | "users"
  | "rooms"
  | "messages"
  | "threads"
  | "uploads"
  | "bytes"
  | "connections"
  | "instances"
  | "instant";

/** Looks up the value of another statistic; `null` is «not known». */
export type Values = (name: StatisticName) => number | null;

interface Row {
  readonly kind: StatisticKind;
  readonly unit: Unit;
  /** One sentence; half-open windows, UTC. */
  readonly definition: string;
  /** Wording of the newer Info page seed. */
  readonly label?: string;
  /** Fields of the Rocket.Chat dialect, dots nest. */
  readonly rocketchat?: readonly string[];
  /** Field of the IMKit dialect. */
  readonly imkit?: string;
  /** Computed from other rows; a row without it is counted or observed. */
  readonly derive?: (of: Values) => number | null;
}

const sum =
  (...names: StatisticName[]) =>
  (of: Values): number | null => {
    let total = 0;
    for (const name of names) {
      const value = of(name);
      if (value === null) return null;
      total += value;
    }
    return total;
  };

const MESSAGE_KINDS = ["channels", "privateGroups", "direct", "omnichannel", "discussions"] as const;
/** Where a message was sent: the kind of its room, discussions apart from their kind. */
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Names of counters in which the amounts of levels are kept. */
export type LevelName =
  | "users.total"
  | "users.activated"
  | "users.deactivated"
  | "users.guests"
  | "users.apps"
  | "users.bots"
  | "users.online"
  | "users.away"
  | "users.busy"
  | "rooms.total"
  | "rooms.channels"
  | "rooms.privateGroups"
  | "rooms.direct"
  | "rooms.omnichannel"
  | "rooms.discussions"
  | `messages.${MessageKind}`
  | "messages.threads"
  | "uploads.total"
  | "uploads.bytes";

/** Names of counters in which the amounts of flows are kept, minute by minute. */
export type FlowName =
  | "users.joined"
  | "rooms.opened"
  | `messages.sentByKind.${MessageKind}`
  | "messages.removed"
  | "uploads.added"
  | "uploads.addedBytes";

/** Times of which the latest is kept. */
export type TimeName = "last.login" | "last.message" | "last.seen";

/** Every statistic that there is. */
export type StatisticName =
  | LevelName
  | FlowName
  | TimeName
  | "users.offline"
  | "users.connected"
  | "users.seen"
  | "rooms.used"
  | "messages.total"
  | "messages.sent"
  | "connections.current"
  | "connections.peak"
  | "connections.dayPeak"
  | "memory.total"
  | "memory.free"
  | "memory.freeLow"
  | "instances.count";

const REGISTRY: Readonly<Record<StatisticName, Row>> = {
  "users.total": {
    kind: "level",
    unit: "users",
    label: "Total",
    rocketchat: ["totalUsers"],
    definition: "Everyone in the directory, active or not, of every kind.",
  },
  "users.activated": {
    kind: "level",
    unit: "users",
    label: "Activated Users",
    rocketchat: ["activeUsers"],
    definition: "Users who are active and neither guest, app nor bot.",
  },
  "users.deactivated": {
    kind: "level",
    unit: "users",
    label: "Deactivated Users",
    rocketchat: ["nonActiveUsers"],
    definition: "Users of any kind who are not active.",
  },
  "users.guests": {
    kind: "level",
    unit: "users",
    label: "Activated Guests",
    rocketchat: ["activeGuests"],
    definition: "Guests who are active.",
  },
  "users.apps": {
    kind: "level",
    unit: "users",
    label: "Rocket.Chat App Users",
    rocketchat: ["appUsers"],
    definition: "Users of kind app, active or not.",
  },
  "users.bots": { kind: "level", unit: "users", label: "Bots", definition: "Users of kind bot, active or not." },
  "users.online": {
    kind: "level",
    unit: "users",
    label: "Online",
    rocketchat: ["onlineUsers"],
    definition: "Users whose status is online.",
  },
  "users.away": {
    kind: "level",
    unit: "users",
    label: "Away",
    rocketchat: ["awayUsers"],
    definition: "Users whose status is away.",
  },
  "users.busy": {
    kind: "level",
    unit: "users",
    label: "Busy",
    rocketchat: ["busyUsers"],
    definition: "Users whose status is busy.",
  },
  "users.offline": {
    kind: "level",
    unit: "users",
    label: "Offline",
    rocketchat: ["offlineUsers"],
    definition: "Total less online, away and busy.",
    derive: (of) => {
      const present = sum("users.online", "users.away", "users.busy")(of);
      const total = of("users.total");
      return total === null || present === null ? null : total - present;
    },
  },
  "users.connected": {
    kind: "level",
    unit: "users",
    label: "Connected",
    rocketchat: ["totalConnectedUsers"],
    definition: "Online plus away.",
    derive: sum("users.online", "users.away"),
  },
  "users.seen": {
    kind: "distinct",
    unit: "users",
    label: "Active users",
    definition: "Different users who sent a message, opened a connection or were reported active in the window.",
  },
  "users.joined": { kind: "flow", unit: "users", label: "New users", definition: "Users first known in the window." },

  "rooms.total": {
    kind: "level",
    unit: "rooms",
    label: "Rooms",
    rocketchat: ["totalRooms"],
    imkit: "totalRoomCount",
    definition: "Rooms of every kind.",
  },
  "rooms.channels": {
    kind: "level",
    unit: "rooms",
    label: "Channels",
    rocketchat: ["totalChannels"],
    definition: "Channels, discussions in them included.",
  },
  "rooms.privateGroups": {
    kind: "level",
    unit: "rooms",
    label: "Private Groups",
    rocketchat: ["totalPrivateGroups"],
    definition: "Private groups, discussions in them included.",
  },
  "rooms.direct": {
    kind: "level",
    unit: "rooms",
    label: "Direct Message Rooms",
    rocketchat: ["totalDirect"],
    definition: "Rooms of direct messages.",
  },
  "rooms.omnichannel": {
    kind: "level",
    unit: "rooms",
    label: "Omnichannel Rooms",
    rocketchat: ["totalLivechat", "totlalLivechat"],
    definition: "Omnichannel rooms.",
  },
  "rooms.discussions": {
    kind: "level",
    unit: "rooms",
    label: "Discussions",
    rocketchat: ["totalDiscussions"],
    definition: "Discussions, a part of channels and private groups.",
  },
  "rooms.used": {
    kind: "distinct",
    unit: "rooms",
    label: "Active rooms",
    imkit: "roomCount",
    definition: "Different rooms that had a message in the window.",
  },
  "rooms.opened": { kind: "flow", unit: "rooms", label: "New rooms", definition: "Rooms first known in the window." },

  "messages.total": {
    kind: "level",
    unit: "messages",
    label: "Messages",
    rocketchat: ["totalMessages"],
    definition: "Sum of the messages in channels, private groups, direct messages, omnichannel and discussions.",
    derive: sum(
      "messages.channels",
      "messages.privateGroups",
      "messages.direct",
      "messages.omnichannel",
      "messages.discussions",
    ),
  },
  "messages.channels": {
    kind: "level",
    unit: "messages",
    label: "Messages in Channels",
    rocketchat: ["totalChannelMessages"],
    definition: "Messages in channels, discussions apart.",
  },
  "messages.privateGroups": {
    kind: "level",
    unit: "messages",
    label: "Messages in Private Groups",
    rocketchat: ["totalPrivateGroupMessages"],
    definition: "Messages in private groups, discussions apart.",
  },
  "messages.direct": {
    kind: "level",
    unit: "messages",
    label: "Messages in Direct Messages",
    rocketchat: ["totalDirectMessages"],
    definition: "Direct messages.",
  },
  "messages.omnichannel": {
    kind: "level",
    unit: "messages",
    label: "Messages in Omnichannel",
    rocketchat: ["totalLivechatMessages"],
    definition: "Messages in omnichannel rooms.",
  },
  "messages.discussions": {
    kind: "level",
    unit: "messages",
    label: "Messages in Discussions",
    rocketchat: ["totalDiscussionsMessages"],
    definition: "Messages in discussions.",
  },
  "messages.threads": {
    kind: "level",
    unit: "threads",
    label: "Threads",
    rocketchat: ["totalThreads"],
    definition: "Messages that started a thread.",
  },
  "messages.sent": {
    kind: "flow",
    unit: "messages",
    label: "Messages sent",
    imkit: "messageCount",
    definition: "Messages sent in the window; removals do not lower it.",
    derive: sum(
      "messages.sentByKind.channels",
      "messages.sentByKind.privateGroups",
      "messages.sentByKind.direct",
      "messages.sentByKind.omnichannel",
      "messages.sentByKind.discussions",
    ),
  },
  "messages.sentByKind.channels": {
    kind: "flow",
    unit: "messages",
    definition: "Messages sent in channels in the window, discussions apart.",
  },
  "messages.sentByKind.privateGroups": {
    kind: "flow",
    unit: "messages",
    definition: "Messages sent in private groups in the window, discussions apart.",
  },
  "messages.sentByKind.direct": { kind: "flow", unit: "messages", definition: "Direct messages sent in the window." },
  "messages.sentByKind.omnichannel": {
    kind: "flow",
    unit: "messages",
    definition: "Messages sent in omnichannel rooms in the window.",
  },
  "messages.sentByKind.discussions": {
    kind: "flow",
    unit: "messages",
    definition: "Messages sent in discussions in the window.",
  },
  "messages.removed": { kind: "flow", unit: "messages", definition: "Messages removed in the window." },

  "uploads.total": {
    kind: "level",
    unit: "uploads",
    label: "Total Uploads",
    rocketchat: ["uploadsTotal"],
    definition: "Uploads kept.",
  },
  "uploads.bytes": {
    kind: "level",
    unit: "bytes",
    label: "Total Uploads Size",
    rocketchat: ["uploadsTotalSize"],
    definition: "Size of all uploads kept.",
  },
  "uploads.added": {
    kind: "flow",
    unit: "uploads",
    definition: "Uploads added in the window; removals do not lower it.",
  },
  "uploads.addedBytes": { kind: "flow", unit: "bytes", definition: "Size of the uploads added in the window." },

  "connections.current": {
    kind: "level",
    unit: "connections",
    label: "Connections",
    definition: "Connections open as of the reading, all reporters.",
  },
  "connections.peak": {
    kind: "peak",
    unit: "connections",
    label: "Peak connections",
    imkit: "peakConnectionCount",
    definition: "Highest number of connections open at any second of the window.",
  },
  "connections.dayPeak": {
    kind: "peak",
    unit: "connections",
    rocketchat: ["dailyPeakConnections"],
    definition: "Highest number of connections open at any second of the workspace's day so far.",
  },

  "memory.total": {
    kind: "level",
    unit: "bytes",
    rocketchat: ["os.totalmem"],
    imkit: "totalMem",
    definition: "Memory of the host of the most recently started live instance.",
  },
  "memory.free": {
    kind: "level",
    unit: "bytes",
    rocketchat: ["os.freemem"],
    imkit: "freeMem",
    definition: "Free memory of the host of the most recently started live instance.",
  },
  "memory.freeLow": {
    kind: "low",
    unit: "bytes",
    definition: "Lowest free memory that an instance reported in the window.",
  },
  "instances.count": {
    kind: "level",
    unit: "instances",
    label: "Instances",
    rocketchat: ["instanceCount"],
    definition: "Instances that reported within the last 3 minutes.",
  },

  "last.login": { kind: "time", unit: "instant", rocketchat: ["lastLogin"], definition: "Latest login of any user." },
  "last.message": {
    kind: "time",
    unit: "instant",
    rocketchat: ["lastMessageSentAt"],
    definition: "When the latest message was sent.",
  },
  "last.seen": {
    kind: "time",
    unit: "instant",
    rocketchat: ["lastSeenSubscription"],
    definition: "When a subscription was last read.",
  },
};

/** A row with its name. */
export interface Statistic extends Row {
  readonly name: StatisticName;
}

// The record above has exactly the names of the union: the compiler holds both to it.
/** Every statistic, in the order of documents. */
export const STATISTICS: readonly Statistic[] = namesOf(REGISTRY).map((name) => ({ ...REGISTRY[name], name }));

/** The row of a name; undefined when there is none. */
export const statisticNamed = (name: string): Statistic | undefined => BY_NAME.get(name);
const BY_NAME = new Map<string, Statistic>(STATISTICS.map((row) => [row.name, row]));

/** Levels that `totals.adjusted` and an import's opening balance may move: people and rooms open by sending the directory. */
export const ADJUSTABLE: readonly LevelName[] = [
  ...MESSAGE_KINDS.map((kind) => `messages.${kind}` as const),
  "messages.threads",
  "uploads.total",
  "uploads.bytes",
];

/** Amounts of levels by name. */
export type Amounts = Partial<Record<LevelName, number>>;
