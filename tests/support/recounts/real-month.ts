import type { DrillRuntime } from "../runtime.ts";
import { importYear } from "./year.ts";

const HOUR_MS = 3_600_000;
/** Hours of January 2024. */
export const MONTH_HOURS = 31 * 24;
/** The first instant after the month that was imported. */
export const LIVE_FROM = Date.parse("2024-02-01T00:00:00.000Z");
/** When a drill that is filled starts. */
export const START = "2024-02-01T00:05:00.000Z";
/** Hours that the chat server lived on for. */
export const LIVE_HOURS = 30;
/** Live hours in which it was silent. */
export const SILENT: readonly number[] = [18, 19, 20, 21];
/** A live hour with far more messages than usual. */
export const BURST = 27;
const BURST_MESSAGES = 300;
/** A live hour to which a message came late. */
export const RESTATED = 25;

/** Sends a body as an administrator. @throws for any answer that is no success, and for refused events. */
export const tell = async (
  { baseUrl, credentials }: DrillRuntime,
  method: "POST" | "PATCH",
  path: string,
  body: unknown,
): Promise<void> => {
  const answer = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { "x-api-key": credentials.apiKey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.text();
  if (!answer.ok || /"refusedCount":[1-9]/.test(told)) throw new Error(`${path}: ${told}`);
};

const wave = (hour: number): number => Math.round(14 + 10 * Math.sin(((hour % 24) / 24) * 2 * Math.PI - 1.6));
const ROOM_KINDS = ["channel", "private", "direct", "channel", "omnichannel"] as const;
const GIGABYTE = 1_000_000_000;

/** What a chat server sends in an hour. */
const eventsOf = (hour: number): readonly object[] => {
  const at = (minute: number): object => ({
    specversion: "1.0",
    source: "chat-1",
    time: new Date(LIVE_FROM + hour * HOUR_MS + minute * 60_000).toISOString(),
  });
  const messages = Array.from({ length: hour === BURST ? BURST_MESSAGES : wave(hour) }, (_, n) => ({
    ...at(n % 60),
    id: `m${hour}-${n}`,
    type: "message.sent",
    data: { room: `r${n % 5}`, roomKind: ROOM_KINDS[n % 5], user: `u${n % 7}`, discussion: n % 11 === 0 },
  }));
  const reports = Array.from({ length: 30 }, (_, n) => ({
    ...at(2 * n),
    id: `i${hour}-${n}`,
    type: "instance.reported",
    data: {
      id: "i-1",
      version: "6.4.0",
      address: "10.0.0.7",
      appsEngineVersion: "1.41.0",
      nodeVersion: "v14.21.4",
      pid: 4242,
      connections: wave(hour) * 30 + n,
      os: { totalmem: 8 * GIGABYTE, freemem: 3 * GIGABYTE - wave(hour) * 50_000_000 },
      database: { version: "6.0.13", engine: "wiredTiger" },
      migration: { version: 303, lockedAt: "2024-01-15T08:00:00.000Z" },
      commit: { hash: "0123456789abcdef", branch: "HEAD" },
    },
  }));
  return [...messages, ...reports];
};

/**
 * Fills a drill that starts at {@link START}: January 2024 of a real community, imported, then {@link LIVE_HOURS} hours of
 * a chat server's life with a silence and a late message; the last of them is still open.
 */
export const fillRealMonth = async (runtime: DrillRuntime): Promise<void> => {
  await importYear({ baseUrl: runtime.baseUrl, key: runtime.credentials.apiKey }, MONTH_HOURS);
  for (let hour = 0; hour < LIVE_HOURS; hour++) {
    await tell(runtime, "POST", "/local/clock", { advanceSeconds: hour === 0 ? 3_300 : 3_600 });
    if (!SILENT.includes(hour)) await tell(runtime, "POST", "/v1/events", eventsOf(hour));
    if (hour % 6 === 5) await tell(runtime, "POST", "/local/close-hours", {});
  }
  await tell(runtime, "POST", "/local/close-hours", {});
  const time = new Date(LIVE_FROM + RESTATED * HOUR_MS + 60_000).toISOString();
  const data = { room: "r1", roomKind: "private", user: "u1" };
  await tell(runtime, "POST", "/v1/events", [
    { specversion: "1.0", source: "chat-2", id: "late", type: "message.sent", time, data },
  ]);
  await tell(runtime, "POST", "/local/close-hours", {});
};
