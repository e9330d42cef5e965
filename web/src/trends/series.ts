import { ask, Refused } from "../api.ts";
import type { Session } from "../session.ts";
import { DAY_MS, type History, type Span } from "./sums.ts";

const iso = (instant: number): string => new Date(instant).toISOString();

/** From here on a chart of hours has more points than a screen has pixels to tell them apart. */
const DAYS_FROM_MS = 31 * DAY_MS;

export const intervalFor = ({ from, to }: Span): "hour" | "day" => (to - from >= DAYS_FROM_MS ? "day" : "hour");

const historyOf = (session: Session, metrics: readonly string[], { from, to }: Span, interval: string) =>
  ask<History>(
    session,
    `/v1/history?${new URLSearchParams({ metrics: metrics.join(","), from: iso(from), to: iso(to), interval }).toString()}`,
  );

/** What statistics were in a span; in hours where the server knows no days. @throws Refused. */
export const readHistory = async (
  session: Session,
  metrics: readonly string[],
  span: Span,
  interval: "hour" | "day",
): Promise<History> => {
  try {
    return await historyOf(session, metrics, span, interval);
  } catch (failure) {
    if (interval === "hour" || !(failure instanceof Refused) || failure.slug !== "parameter-invalid") throw failure;
    return historyOf(session, metrics, span, "hour");
  }
};
