import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { ChatServer, type LivedHour } from "../support/recounts/chat-server.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const HOURS = 7 * 24;
const MONDAY = "2026-03-02T00:00:00.000Z";
const HOUR_SECONDS = 3_600;
const FINE_HOURS = 24;
const SEED = 20_260_302;

/** Rocket.Chat's name of a statistic, by our own; written down once more, and not read from the registry under test. */
const FIELDS: Readonly<Record<string, string>> = {
  totalUsers: "users.total",
  activeUsers: "users.activated",
  nonActiveUsers: "users.deactivated",
  activeGuests: "users.guests",
  appUsers: "users.apps",
  onlineUsers: "users.online",
  awayUsers: "users.away",
  busyUsers: "users.busy",
  offlineUsers: "users.offline",
  totalConnectedUsers: "users.connected",
  totalRooms: "rooms.total",
  totalChannels: "rooms.channels",
  totalPrivateGroups: "rooms.privateGroups",
  totalDirect: "rooms.direct",
  totalLivechat: "rooms.omnichannel",
  totlalLivechat: "rooms.omnichannel",
  totalDiscussions: "rooms.discussions",
  totalMessages: "messages.total",
  totalChannelMessages: "messages.channels",
  totalPrivateGroupMessages: "messages.privateGroups",
  totalDirectMessages: "messages.direct",
  totalLivechatMessages: "messages.omnichannel",
  totalDiscussionsMessages: "messages.discussions",
  totalThreads: "messages.threads",
  uploadsTotal: "uploads.total",
  uploadsTotalSize: "uploads.bytes",
  dailyPeakConnections: "connections.dayPeak",
  instanceCount: "instances.count",
  lastLogin: "last.login",
  lastMessageSentAt: "last.message",
  lastSeenSubscription: "last.seen",
};

type Fields = Readonly<Record<string, unknown>>;

const fieldsIn = async (response: Response): Promise<Fields> => {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Fields;
};

describe("a week of a chat server with three instances", () => {
  let runtime: DrillRuntime;
  const lived: LivedHour[] = [];

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Fields> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return fieldsIn(response);
  };
  const get = async (path: string, headers: Record<string, string>): Promise<Fields> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, { headers });
    return fieldsIn(response);
  };

  /** Sends an hour in some batches, each of them twice if it is said. */
  const send = async ({ events }: LivedHour, batches: number, isTwice: boolean): Promise<void> => {
    const size = Math.ceil(events.length / batches);
    for (let at = 0; at < events.length; at += size) {
      const batch = events.slice(at, at + size);
      const key = { "x-api-key": runtime.credentials.apiKey };
      expect(await post("/v1/events", batch, key)).toMatchObject({ accepted: batch.length, refusedCount: 0 });
      if (isTwice) expect(await post("/v1/events", batch, key)).toMatchObject({ replayed: true });
    }
  };

  beforeAll(async () => {
    runtime = await startDrill(MONDAY);
    const server = new ChatServer(Date.parse(MONDAY), SEED);
    for (let hour = 0; hour < HOURS; hour++) {
      lived.push(server.liveHour(hour));
      await post("/local/clock", { advanceSeconds: HOUR_SECONDS });
      // On the first day in parts, twice, and closed hour by hour; later in one piece, and caught up on together.
      const isFine = hour < FINE_HOURS;
      await send(lived[hour] as LivedHour, isFine ? 3 : 1, isFine && hour % 2 === 1);
      if (isFine || hour % 6 === 5) await post("/local/close-hours", {});
    }
  }, 120_000);
  afterAll(() => runtime.remove());

  it("is eventful enough to be worth recounting", () => {
    const last = lived.at(-1)?.scan ?? {};
    for (const { name } of STATISTICS) expect([name, last[name]]).not.toEqual([name, undefined]);
    expect(last["messages.total"]).toBeGreaterThan(1_000);
    expect(
      Math.min(...STATISTICS.filter(({ kind }) => kind === "level").map(({ name }) => Number(last[name]))),
    ).toBeGreaterThan(0);
    expect(new Set(lived.map(({ scan }) => scan["instances.count"]))).toEqual(new Set([2, 3]));
  });

  it("gives for every hour and every statistic what a scan of the server found", async () => {
    const names = STATISTICS.map(({ name }) => name);
    const { rows } = (await get(`/v1/history?metrics=${names.join(",")}&from=2026-03-02T00&to=2026-03-09T00`, {
      "x-api-key": runtime.credentials.apiKey,
    })) as { rows: Fields[] };
    const found = rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])));
    expect(found).toHaveLength(HOURS);
    for (const [at, { scan }] of lived.entries()) expect({ hour: at, ...found[at] }).toEqual({ hour: at, ...scan });
  });

  it("tells of each instance that is live its own version, connections and memory", async () => {
    for (const at of [0, 39, 40, 41, 59, 60, 61, HOURS - 1]) {
      const hour = new Date(lived[at]?.start ?? 0).toISOString().slice(0, 13);
      const { instances } = (await get(`/v1/snapshots/${hour}`, { "x-api-key": runtime.credentials.apiKey })) as {
        instances: { list: { id: string; version: string; memory: { free: number } }[] };
      };
      const told = instances.list.map(({ id, version, memory }) => [id, { version, free: memory.free }]);
      const expected = Object.entries(lived[at]?.instances ?? {}).map(([id, { version, free }]) => [
        id,
        { version, free },
      ]);
      expect([hour, Object.fromEntries(told)]).toEqual([hour, Object.fromEntries(expected)]);
    }
  });

  it("gives Rocket.Chat's clients the same in their own words, hour by hour", async () => {
    const { userId, authToken } = runtime.credentials.rocketchat;
    const headers = { "x-user-id": userId, "x-auth-token": authToken };
    const pages = [
      await get("/api/v1/statistics.list?count=100", headers),
      await get("/api/v1/statistics.list?count=100&offset=100", headers),
    ] as { statistics: Fields[]; total: number }[];
    const newestFirst = pages.flatMap(({ statistics }) => statistics);
    expect(pages.map(({ total }) => total)).toEqual([HOURS, HOURS]);
    expect(newestFirst).toHaveLength(HOURS);
    for (const [at, { scan }] of lived.entries()) {
      const record = newestFirst[HOURS - 1 - at] ?? {};
      const told = Object.fromEntries(Object.keys(FIELDS).map((field) => [field, record[field] ?? null]));
      const expected = Object.fromEntries(Object.entries(FIELDS).map(([field, name]) => [field, scan[name]]));
      expect({ hour: at, ...told }).toEqual({ hour: at, ...expected });
      expect((record["os"] as { totalmem?: number } | undefined)?.totalmem).toBe(scan["memory.total"]);
      expect((record["os"] as { freemem?: number } | undefined)?.freemem).toBe(scan["memory.free"]);
    }
  });
});
