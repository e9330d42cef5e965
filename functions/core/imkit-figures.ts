import type { StatisticName } from "./statistic.ts";

/** Numbers of a report, by the names of both generations of IMKit's documents. */
export const IMKIT_FIGURES: Readonly<Record<string, StatisticName>> = {
  roomCount: "rooms.used",
  totalRoomCount: "rooms.total",
  messageCount: "messages.sent",
  peakConnectionCount: "connections.peak",
  totalMem: "memory.total",
  freeMem: "memory.free",
  newUserCount: "users.joined",
  totalUserCount: "users.total",
};

/** Statistics that reports tell by a number of their own. */
export const FIGURES_OF_IMKIT: readonly StatisticName[] = Object.values(IMKIT_FIGURES);
