import { isoOf } from "../../core/instant.ts";
import type { Usage } from "../../core/usage.ts";

/** The keys that a report echoes. */
export interface Keys {
  readonly clientKey: string;
  readonly apiKey: string;
}

const answer = (result: object): string => JSON.stringify({ RC: 0, RM: "OK", result });

/**
 * The answer of `GET /admin/stats`, in the order of IMKit's own example.
 * @param keys undefined for a workspace that does not echo them.
 */
export const reportBody = (report: Usage, keys: Keys | undefined): string => {
  const { start, end } = report.window;
  return answer({
    ...(keys === undefined ? {} : { clientKey: keys.clientKey, apiKey: keys.apiKey }),
    startTime: isoOf(start),
    endTime: isoOf(end),
    start: Math.floor(start / 1_000),
    end: Math.floor(end / 1_000),
    userList: report.seen,
    roomCount: report.roomCount,
    totalRoomCount: report.totalRoomCount,
    messageCount: report.messageCount,
    peakConnectionCount: report.peakConnectionCount,
    totalMem: report.totalMem,
    freeMem: report.freeMem,
  });
};

/** The answer of `GET /admin/connection-count`. */
export const connectionCountBody = (connectionCount: number | null): string => answer({ connectionCount });
