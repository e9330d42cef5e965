import { isoOf } from "../functions/core/instant.ts";
import type { LocalClock } from "./clock.ts";
import type { Extra } from "./gateway.ts";
import type { Closings } from "./ticker.ts";

/** Two years: enough for any drill, and no date of it is out of range. */
const MOST_SECONDS = 2 * 366 * 86_400;

const secondsIn = (body: Buffer): number | undefined => {
  try {
    const { advanceSeconds } = JSON.parse(body.toString()) as { advanceSeconds?: unknown };
    return typeof advanceSeconds === "number" && advanceSeconds >= 0 && advanceSeconds <= MOST_SECONDS
      ? advanceSeconds
      : undefined;
  } catch {
    return undefined;
  }
};

/** What a drill is moved by: the clock, and the closing that the ticker would do. */
export interface DrillOptions {
  readonly clock: LocalClock;
  readonly close: (now: number) => Promise<Closings>;
}

/** The routes of a drill, for callers on this machine only. */
export const drillRoutes =
  ({ clock, close }: DrillOptions): Extra =>
  async ({ method, path, body, isLoopback }) => {
    if (!isLoopback || (path !== "/local/clock" && path !== "/local/close-hours")) return undefined;
    if (method !== "POST") return { status: 405, body: { message: "Send POST." } };
    if (path === "/local/close-hours") return { status: 200, body: await close(clock.now()) };
    const seconds = secondsIn(body);
    if (seconds === undefined)
      return { status: 400, body: { message: `Send {"advanceSeconds": n}, n from 0 to ${MOST_SECONDS}.` } };
    clock.advance(seconds * 1_000);
    return { status: 200, body: { now: isoOf(clock.now()) } };
  };
