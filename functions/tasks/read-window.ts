import { isFilled } from "../core/passing.ts";
import { totalsWith } from "../core/closing.ts";
import { type Carried, type ConnectionFigures, connectionFigures, unknownUntil } from "../core/connections.ts";
import { emptyHour, type HourDelta } from "../core/delta.ts";
import { LATE_DAYS } from "../core/door.ts";
import { Failure } from "../core/failure.ts";
import { namedFrom } from "../core/hashed-ids.ts";
import { carriedIntoUnseen, type Head, isClosed } from "../core/head.ts";
import { DAY_MS, endOf, HOUR_SECONDS, type Hour, HOUR_MS, hourOf, MINUTE_MS, startOf } from "../core/hour.ts";
import { isPausedThroughout } from "../core/pause.ts";
import { type Merged, windowAt } from "../core/reading.ts";
import { type Document, documentIn, valueIn } from "../core/document.ts";
import { distinctIn } from "../core/figures.ts";
import { documentOf } from "../core/snapshot.ts";
import { NOTHING_REPORTED, type Window } from "../core/observed.ts";
import { type Usage, UsageTally } from "../core/usage.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Snapshot } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";
import { publishedHours } from "./published-hours.ts";
import { mergeState, openHours, takeReading } from "./take-reading.ts";

type WindowParts = Pick<Parts, "log" | "hours" | "snapshots" | "clock">;
type State = Omit<Merged, "carriedIn">;

const numberIn = (document: Document | undefined, name: string): number | null => {
  const value = document === undefined ? null : valueIn(document, name);
  return typeof value === "number" ? value : null;
};

const levelsIn = (
  document: Document | undefined,
): Pick<Usage, "totalRoomCount" | "connectionCount" | "totalMem" | "freeMem"> => ({
  totalRoomCount: numberIn(document, "rooms.total"),
  connectionCount: numberIn(document, "connections.current"),
  totalMem: numberIn(document, "memory.total"),
  freeMem: numberIn(document, "memory.free"),
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

const hoursIn = ({ start, end }: Window): readonly Hour[] => {
  const first = hourOf(start);
  return Array.from({ length: hourOf(end - 1) - first + 1 }, (_, at) => first + at);
};

const isCut = ({ start, end }: Window, hour: Hour): boolean => startOf(hour) < start || endOf(hour) > end;

/** Closed hours that their minutes have to tell: the window cuts them, or their document is not all there is. */
const byMinutes = (head: Head, window: Window): readonly Hour[] => {
  const unsettled = new Set([...head.dirty, ...head.failed]);
  return hoursIn(window).filter((hour) => isClosed(head, hour) && (isCut(window, hour) || unsettled.has(hour)));
};

/** Deltas that a window needs: of the open hours up to its end, and of the closed ones in it that documents can't tell. */
const deltasFor =
  (window: Window, now: number) =>
  (head: Head): readonly Hour[] => {
    const last = hourOf(window.end - 1);
    const open = openHours(head, head.closedThrough + 1, now).filter((hour) => hour <= last);
    return [...open, ...byMinutes(head, window)];
  };

const figuresIn = (
  window: Window,
  now: number,
  carried: Carried,
  hours: readonly (readonly [Hour, HourDelta])[],
): ConnectionFigures => {
  const from = Math.max(window.start / 1_000, (hours[0]?.[0] ?? 0) * HOUR_SECONDS);
  const ends = ((hours.at(-1)?.[0] ?? 0) + 1) * HOUR_SECONDS;
  const to = Math.min(window.end / 1_000, ends, Math.floor(now / 1_000) + 1);
  return connectionFigures(carried, hours, { from, to, at: to - 1 });
};

/** Others are told by the hour what their server reported, and nothing of its minutes. */
const isCounted = ({ source }: Workspace): boolean => source === "events";

/** The statistics of some hours' minutes in a window, with levels when they are known. */
const documentOfHours = (
  workspace: Workspace,
  window: Window,
  hours: ReadonlyMap<Hour, HourDelta>,
  connections: ConnectionFigures,
  levels: ReturnType<typeof totalsWith>["levels"] | null = null,
): Document =>
  documentOf(
    workspace,
    {
      window,
      at: window.end,
      levels,
      times: {},
      hours,
      connections,
      dayPeak: null,
      primary: null,
      reported: isCounted(workspace) ? undefined : NOTHING_REPORTED,
    },
    { kind: "reading", revision: 0, ledger: { status: "open", reasons: [], bookedLate: {} } },
  );

const addMinutes = (
  tally: UsageTally,
  window: Window,
  workspace: Workspace,
  hours: ReadonlyMap<Hour, HourDelta>,
  connections: ConnectionFigures,
): void => {
  const document = documentOfHours(workspace, window, hours, connections);
  tally.add({ messages: numberIn(document, "messages.sent"), peak: connections.peak });
  tally.see(distinctIn(window, hours, "users"), distinctIn(window, hours, "rooms"));
};

/** The open hours up to one, each with what it has so far. */
const openThrough = ({ head, hours }: State, last: Hour): [Hour, HourDelta][] =>
  Array.from({ length: Math.max(last - head.closedThrough, 0) }, (_, at): [Hour, HourDelta] => {
    const hour = head.closedThrough + 1 + at;
    return [hour, hours.get(hour) ?? emptyHour()];
  });

/** Whether what came for an open hour is all there was: not when the workspace was paused in all of it so far. */
const isObserved = (workspace: Workspace, head: Head, hour: Hour): boolean =>
  hour > head.closedThrough && (isFilled(head, hour) || !isPausedThroughout(workspace, hour));

/** Open hours that connections are followed through, from what is carried into the first of them. */
interface Stretch {
  readonly carried: Carried;
  readonly hours: [Hour, HourDelta][];
}

/** Open hours, cut where connections are not known any more: before and after each in which nothing was taken. */
const stretchesOf = (workspace: Workspace, head: Head, run: readonly [Hour, HourDelta][]): readonly Stretch[] => {
  const stretches: Stretch[] = [{ carried: head.carried, hours: [] }];
  let isCutOff = false;
  for (const [hour, delta] of run) {
    const isTaken = isObserved(workspace, head, hour);
    if (!isTaken || isCutOff) stretches.push({ carried: unknownUntil(hour * HOUR_SECONDS), hours: [] });
    stretches.at(-1)?.hours.push([hour, delta]);
    isCutOff = !isTaken;
  }
  return stretches.filter(({ hours }) => hours.length > 0);
};

/** Connections in what a window has of open hours, as they will be published. */
const openFigures = (
  workspace: Workspace,
  window: Window,
  now: number,
  { head }: State,
  run: readonly [Hour, HourDelta][],
): ConnectionFigures => {
  const told = stretchesOf(workspace, head, run)
    .filter(({ hours }) => hours.some(([hour]) => endOf(hour) > window.start))
    .map(({ carried, hours }) => figuresIn(window, now, carried, hours));
  const peaks = told.flatMap(({ peak }) => peak ?? []);
  return { current: told.at(-1)?.current ?? null, peak: peaks.length === 0 ? null : Math.max(...peaks) };
};

const addOpen = (tally: UsageTally, window: Window, now: number, workspace: Workspace, state: State): void => {
  const run = openThrough(state, hourOf(window.end - 1));
  if (run.length === 0) return;
  const connections = openFigures(workspace, window, now, state, run);
  addMinutes(tally, window, workspace, new Map(run.filter(([hour]) => endOf(hour) > window.start)), connections);
};

/** Levels as of a window's end, or of the last hour that had ended by then. */
const levelsAt = async (
  parts: WindowParts,
  workspace: Workspace,
  window: Window,
  state: State,
  now: number,
): Promise<Document | undefined> => {
  if (window.end > now - MINUTE_MS) return (await takeReading(parts)(workspace, now)).document;
  const last = hourOf(window.end) - 1;
  if (last <= state.head.closedThrough) {
    const snapshot = await parts.snapshots.read(workspace.id, last);
    return snapshot === undefined ? undefined : documentIn(snapshot.bytes);
  }
  // Over, and not closed yet: what its document will say.
  const run = openThrough(state, last);
  const { levels } = totalsWith(
    state.head,
    run.map(([, delta]) => delta),
  );
  const hour = { start: startOf(last), end: endOf(last) };
  return documentOfHours(workspace, hour, new Map(run), openFigures(workspace, hour, now, state, run), levels);
};

/** The latest documents of a window's closed hours. */
const publishedIn = (
  parts: WindowParts,
  workspace: string,
  window: Window,
  head: Head,
): Promise<ReadonlyMap<Hour, Snapshot>> => {
  const to = Math.min(hourOf(window.end - 1), head.closedThrough) + 1;
  return publishedHours(parts, workspace, head, Math.max(hourOf(window.start), head.firstHour), to);
};

/** Which rooms were used is not reported, so of more than one hour nobody knows how many different ones. */
const roomsReported = (window: Window, published: ReadonlyMap<Hour, Snapshot>): number | null => {
  const [hour, ...others] = hoursIn(window);
  const snapshot = hour === undefined || others.length > 0 || isCut(window, hour) ? undefined : published.get(hour);
  return snapshot === undefined ? null : numberIn(documentIn(snapshot.bytes), "rooms.used");
};

/**
 * Closed hours are told by their documents and sets. By their minutes only those that the window cuts, those that
 * something came late for, and the open ones.
 */
const usageIn = async (parts: WindowParts, workspace: Workspace, window: Window, now: number): Promise<Usage> => {
  const state = await mergeState(parts, workspace.id, deltasFor(window, now));
  const { head } = state;
  if (hourOf(window.start) < namedFrom(head))
    throw new Failure("range.invalid", "Who was seen in some of this time is no longer kept: let it start later.", {
      parameter: "start",
    });
  const minutely = new Set(byMinutes(head, window));
  const published = await publishedIn(parts, workspace.id, window, head);
  const tally = new UsageTally();
  for (const [hour, { bytes }] of published) {
    if (minutely.has(hour)) continue;
    const document = documentIn(bytes);
    tally.add({ messages: numberIn(document, "messages.sent"), peak: numberIn(document, "connections.peak") });
  }
  if ([...published.keys()].some((hour) => !minutely.has(hour)))
    for await (const [hour, sets] of parts.snapshots.setsBetween(
      workspace.id,
      hourOf(window.start),
      hourOf(window.end),
    ))
      if (!minutely.has(hour))
        tally.see(
          sets.users.map(([id]) => id),
          sets.rooms.flatMap(([id, messages]) => (messages > 0 ? [id] : [])),
        );
  for (const hour of minutely) {
    // An hour without events has a document and no delta.
    const delta = state.hours.get(hour) ?? (published.has(hour) ? emptyHour() : undefined);
    if (delta === undefined) continue;
    const hours = new Map([[hour, delta]]);
    const carriedIn = published.get(hour)?.carriedIn ?? carriedIntoUnseen(head, hour);
    addMinutes(tally, window, workspace, hours, figuresIn(window, now, carriedIn, [...hours]));
  }
  addOpen(tally, window, now, workspace, state);
  const isTold = (hour: Hour): boolean =>
    isCounted(workspace)
      ? isObserved(workspace, head, hour) || published.has(hour) || state.hours.has(hour)
      : published.has(hour) && !minutely.has(hour);
  const hasGap = hoursIn(window).some((hour) => hour >= head.firstHour && !isTold(hour));
  const isBefore = endOf(head.firstHour - 1) >= window.end;
  return {
    window,
    ...tally.total(hasGap || isBefore),
    ...(isCounted(workspace) ? {} : { roomCount: roomsReported(window, published) }),
    ...levelsIn(await levelsAt(parts, workspace, window, state, now)),
  };
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
    if (window !== undefined) return usageIn(parts, workspace, checked(window, now), now);
    const lately = windowAt(now);
    // A reading says in its ledger that nobody observed some of it; numbers alone can't.
    if (hoursIn(lately).some((hour) => isPausedThroughout(workspace, hour)))
      return usageIn(parts, workspace, lately, now);
    const { document, seen } = await takeReading(parts)(workspace, now);
    return {
      window: lately,
      seen: seen(),
      roomCount: numberIn(document, "rooms.used"),
      messageCount: numberIn(document, "messages.sent"),
      peakConnectionCount: numberIn(document, "connections.peak"),
      ...levelsIn(document),
    };
  };
