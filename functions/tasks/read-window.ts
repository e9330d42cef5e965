import { type Carried, connectionFigures, NOTHING_CARRIED } from "../core/connections.ts";
import { LATE_DAYS } from "../core/door.ts";
import { emptyHour, type HourDelta } from "../core/delta.ts";
import { Failure } from "../core/failure.ts";
import { DAY_MS, HOUR_MS, type Hour, hourOf, MINUTE_MS } from "../core/hour.ts";
import { type Head, isMissing } from "../core/head.ts";
import { windowAt } from "../core/reading.ts";
import {
  distinctIn,
  type Document,
  documentOf,
  type Observed,
  valueIn,
  type Window,
  documentIn,
} from "../core/snapshot.ts";
import type { Usage } from "../core/usage.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";
import { mergeState, takeReading } from "./take-reading.ts";

type WindowParts = Pick<Parts, "log" | "hours" | "snapshots" | "clock">;

const numberIn = (document: Document | undefined, name: string): number | null => {
  const value = document === undefined ? null : valueIn(document, name);
  return typeof value === "number" ? value : null;
};

/** Levels stand in `levels` (as of the window's end), the rest in `flows`. */
const usageOf = (
  window: Window,
  seen: readonly string[],
  flows: Document | undefined,
  levels: Document | undefined,
): Usage => ({
  window,
  seen,
  roomCount: numberIn(flows, "rooms.used"),
  totalRoomCount: numberIn(levels, "rooms.total"),
  messageCount: numberIn(flows, "messages.sent"),
  peakConnectionCount: numberIn(flows, "connections.peak"),
  connectionCount: numberIn(levels, "connections.current"),
  totalMem: numberIn(levels, "memory.total"),
  freeMem: numberIn(levels, "memory.free"),
});

/** Longest window, in days. */
const LONGEST_DAYS = 92;

const checked = (window: Window, now: number): Window => {
  const { start, end } = window;
  if (end <= start) throw new Failure("range.invalid", "start must lie before end.", { parameter: "start" });
  if (end - start > LONGEST_DAYS * DAY_MS)
    throw new Failure("range.invalid", `A window is at most ${LONGEST_DAYS} days long.`, { parameter: "start" });
  if (end > windowAt(now).end)
    throw new Failure("range.invalid", "end must not lie in the future.", { parameter: "end" });
  const isFine = start >= now - LATE_DAYS * DAY_MS;
  const step = isFine ? MINUTE_MS : HOUR_MS;
  if (start % step !== 0 || end % step !== 0)
    throw new Failure(
      "range.invalid",
      `start and end must lie on whole ${isFine ? "minutes" : `hours, because start is more than ${LATE_DAYS} days ago`}.`,
      { parameter: start % step === 0 ? "end" : "start" },
    );
  return window;
};

/** A sum, a number of different ones and a peak are not known when a part of them is not; the ids that are, are. */
const withGap = (usage: Usage): Usage => ({
  ...usage,
  roomCount: null,
  messageCount: null,
  peakConnectionCount: null,
});

/**
 * Whether nobody can tell of all hours: one is missing and nothing came late for it, or could not be closed, or all
 * lie before the first.
 */
const hasGap = (head: Head, hours: readonly Hour[], isTold: (hour: Hour) => boolean): boolean =>
  hours.every((hour) => hour < head.firstHour) ||
  hours.some((hour) => !isTold(hour) && (isMissing(head, hour) || head.failed.includes(hour)));

/** Within the last 35 days hour deltas tell every minute. */
const fromDeltas = async (parts: WindowParts, workspace: Workspace, window: Window, now: number): Promise<Usage> => {
  const first = hourOf(window.start);
  const merged = await mergeState(parts, workspace.id, first, now);
  const last = hourOf(window.end - 1);
  const touched = new Map<Hour, HourDelta>();
  for (let hour = first; hour <= last; hour++) touched.set(hour, merged.hours.get(hour) ?? emptyHour());
  const carriedIn: Carried =
    merged.carriedIn ?? (first > merged.head.closedThrough ? merged.head.carried : NOTHING_CARRIED);
  const from =
    merged.carriedIn === undefined && first > merged.head.closedThrough ? merged.head.closedThrough + 1 : first;
  const run: [Hour, HourDelta][] = [];
  for (let hour = from; hour <= last; hour++) run.push([hour, merged.hours.get(hour) ?? emptyHour()]);
  const to = Math.min(window.end / 1_000, Math.floor(now / 1_000) + 1);
  const observed: Observed = {
    window,
    at: window.end,
    levels: null,
    times: {},
    hours: touched,
    connections: connectionFigures(carriedIn, run, { from: window.start / 1_000, to, at: to - 1 }),
    dayPeak: null,
    primary: null,
  };
  const flows = documentOf(workspace, observed, {
    kind: "reading",
    revision: 0,
    ledger: { status: "open", reasons: [], bookedLate: {} },
  });
  const seen = distinctIn(window, touched, "users");
  const levels =
    window.end > now - MINUTE_MS
      ? (await takeReading(parts)(workspace, now)).document
      : await levelsAt(parts, workspace.id, window.end);
  const usage = usageOf(window, seen, flows, levels);
  const isGap = hasGap(merged.head, [...touched.keys()], (hour) => merged.hours.has(hour));
  return isGap ? withGap(usage) : usage;
};

/** Levels as of the last hour that had ended by then. */
const levelsAt = async (parts: WindowParts, workspace: string, instant: number): Promise<Document | undefined> => {
  const snapshot = await parts.snapshots.read(workspace, hourOf(instant) - 1);
  return snapshot === undefined ? undefined : documentIn(snapshot.bytes);
};

/** Further back, snapshots and sets tell every hour. */
const fromSnapshots = async (parts: WindowParts, workspace: Workspace, window: Window): Promise<Usage> => {
  const from = hourOf(window.start);
  const to = hourOf(window.end);
  const head = await parts.hours.head(workspace.id);
  if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace.id}.`);
  const { snapshots } = await parts.snapshots.range(workspace.id, from, to, to - from);
  const users = new Set<string>();
  const rooms = new Set<string>();
  let messages = 0;
  let peak: number | null = null;
  for (const snapshot of snapshots) {
    const document = documentIn(snapshot.bytes);
    messages += numberIn(document, "messages.sent") ?? 0;
    const hourly = numberIn(document, "connections.peak");
    if (hourly !== null) peak = Math.max(peak ?? 0, hourly);
    const sets = await parts.snapshots.sets(workspace.id, snapshot.hour);
    for (const [id] of sets?.users ?? []) users.add(id);
    for (const [id, count] of sets?.rooms ?? []) if (count > 0) rooms.add(id);
  }
  const levels = await levelsAt(parts, workspace.id, window.end);
  const usage: Usage = {
    ...usageOf(window, [...users].toSorted(), undefined, levels),
    roomCount: rooms.size,
    messageCount: messages,
    peakConnectionCount: peak,
  };
  const told = new Set(snapshots.map(({ hour }) => hour));
  const hours = Array.from({ length: to - from }, (_, at) => from + at);
  return hasGap(head, hours, (hour) => told.has(hour)) ? withGap(usage) : usage;
};

/**
 * What happened in a window: by default the last 3600 seconds to the minute, up to date with every acknowledged event.
 * Merges in memory and writes nothing.
 * @throws Failure `range.invalid` for a window off its grid, in the future or too long.
 */
export const readWindow =
  (parts: WindowParts) =>
  async (workspace: Workspace, window?: Window): Promise<Usage> => {
    const now = parts.clock();
    if (window === undefined) {
      const { document, seen } = await takeReading(parts)(workspace, now);
      return usageOf(windowAt(now), seen, document, document);
    }
    const asked = checked(window, now);
    return asked.start >= now - LATE_DAYS * DAY_MS
      ? fromDeltas(parts, workspace, asked, now)
      : fromSnapshots(parts, workspace, asked);
  };
