import {
  type Closed,
  closeFailed,
  closeHour,
  closeReported,
  isFilled,
  isPassedBy,
  noteFailure,
  passBy,
  type Publication,
  type Published,
  restateHour,
  skipMissing,
} from "../core/closing.ts";
import type { Baseline } from "../core/baseline.ts";
import { emptyHour, type HourDelta } from "../core/delta.ts";
import { Failure, Unreadable } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import { endOf, type Hour, hourName, hourOf } from "../core/hour.ts";
import { mergedReports } from "../core/hour-report.ts";
import { documentIn } from "../core/document.ts";
import type { PollNote } from "../core/upstream.ts";
import type { Workspace } from "../core/workspace.ts";
import { withDayPeak } from "./day-peak.ts";
import { foldInHand, foldLog } from "./fold-log.ts";
import type { keepUnions as KeepUnions } from "./keep-unions.ts";
import { packDays } from "./pack-days.ts";
import type { Parts } from "./parts.ts";
import { type UsualHours, usualHours } from "./usual-hours.ts";
import { pollDueHour, type PollParts, whyUntold } from "./poll-source.ts";

/** What closing takes. */
export type CloseParts = Pick<
  Parts,
  | "log"
  | "hours"
  | "snapshots"
  | "series"
  | "unions"
  | "archive"
  | "workspaces"
  | "reports"
  | "peopleKeys"
  | "tellPublished"
  | "clock"
  | "pauseByChance"
> &
  PollParts;

/** What a run of the hourly worker did for a workspace; `remaining` hours are over and still open. */
export interface Run {
  readonly closed: number;
  readonly restated: number;
  readonly remaining: number;
  /** When the server of the last hour is to be asked again, milliseconds since 1970 UTC; until then that hour is open. */
  readonly heldUntil?: number;
  /** Why its server told nothing when it was asked in this run. */
  readonly untold?: PollNote;
}

/** Hours that one transaction closes: a snapshot and a set each beside the head, of 100 items. */
const HOURS_AT_A_TIME = 40;
/** Hours that one run closes before it says how many are left. */
const HOURS_IN_A_RUN = 480;
/** Files that are written to the archive at once. */
const WRITES_AT_ONCE = 8;
/** Losses against other closers of one workspace before a run leaves it to them. */
const TRIES = 20;

/** Hours whose deltas a closing stores along, of 100 items; a fold that touches more is stored by itself. */
const FOLDED_WITH_A_CLOSING = 8;

/** A head whose publications are all in the archive. */
interface Settled {
  readonly head: Head;
  /** Whether the stored head says less: of publications that are archived, or of events that are folded. */
  readonly isAhead: boolean;
  /** Hour deltas that go with the head, and are stored when it is. */
  readonly deltas: Deltas;
  /** When it was settled, and what comes next began; milliseconds since 1970 UTC. */
  readonly settledAt: number;
}

type Deltas = ReadonlyMap<Hour, HourDelta>;
const NO_DELTAS: Deltas = new Map();

const keepLatestOf = (parts: CloseParts, workspace: string, bytes: Uint8Array): Promise<void> => {
  const document = documentIn(bytes);
  return parts.snapshots.keepLatest(workspace, {
    bytes,
    windowEnd: Date.parse(document.window.end),
    isSnapshot: true,
    takenAt: Date.parse(document.takenAt),
    revision: document.revision,
  });
};

/**
 * Archives what is committed and not archived yet, from the committed bytes; lets the hours' deltas expire; shows the
 * latest. The head's list is emptied by the caller's next write.
 * @param isSeenTo whether an hour's delta was stored with the time that it may go, or there is none.
 */
const settle = async (
  parts: CloseParts,
  workspace: string,
  head: Head,
  known: readonly Publication[],
  isSeenTo: (hour: Hour) => boolean = () => false,
  begunAt = parts.clock(),
): Promise<Settled> => {
  if (head.unarchived.length === 0) return { head, isAhead: false, deltas: NO_DELTAS, settledAt: begunAt };
  const inHand = new Map(known.map(({ hour, revision, bytes }) => [`${hour} ${revision}`, bytes]));
  const bytesOf = async (hour: Hour, revision: number): Promise<Uint8Array> => {
    const bytes = inHand.get(`${hour} ${revision}`) ?? (await parts.snapshots.read(workspace, hour, revision))?.bytes;
    if (bytes === undefined)
      throw new Error(`the head of ${workspace} lists a publication that is not there: ${hour} revision ${revision}`);
    return bytes;
  };
  for (let at = 0; at < head.unarchived.length; at += WRITES_AT_ONCE)
    await Promise.all(
      head.unarchived.slice(at, at + WRITES_AT_ONCE).map(async ({ hour, revision }) => {
        const bytes = await bytesOf(hour, revision);
        await parts.archive.write(workspace, hour, revision, bytes);
        tell(parts, workspace, head, bytes, begunAt);
      }),
    );
  await parts.hours.expire(
    workspace,
    head.unarchived.map(({ hour }) => hour).filter((hour) => !isSeenTo(hour)),
    parts.clock(),
  );
  const latest = head.unarchived.reduce((a, b) => (b.hour >= a.hour ? b : a));
  await keepLatestOf(parts, workspace, await bytesOf(latest.hour, latest.revision));
  return { head: { ...head, unarchived: [] }, isAhead: true, deltas: NO_DELTAS, settledAt: parts.clock() };
};

/** Tells of a publication that is in the archive. */
const tell = (parts: CloseParts, workspace: string, head: Head, bytes: Uint8Array, begunAt: number): void => {
  if (parts.tellPublished === undefined) return;
  const { window, revision, ledger, publication } = documentIn(bytes);
  const now = parts.clock();
  const end = Date.parse(window.end);
  parts.tellPublished({
    workspace,
    hour: hourOf(Date.parse(window.start)),
    revision,
    number: publication?.number ?? 0,
    status: ledger.status,
    positions: head.positions,
    milliseconds: Math.max(now - begunAt, 0),
    afterEnd: now - end,
  });
};

/** An hour could not be closed; the next run tries again, and the third passes it over. */
export class HourFailed extends Error {
  override readonly name = "HourFailed";
  readonly hour: Hour;
  constructor(hour: Hour, cause: unknown) {
    super(`hour ${hourName(hour)} could not be closed: ${String(cause)}`, { cause });
    this.hour = hour;
  }
}

/** Somebody else moved the head: read again. */
class Overtaken extends Error {}

/** The head that was stored; when somebody else was first, {@link untilOurs} starts over. */
export const orOvertaken = (head: Head | undefined): Head => {
  if (head === undefined) throw new Overtaken();
  return head;
};

/** How many hours after the last closed one are over; none while an import is open. */
const dueHours = (head: Head, now: number): number => {
  if (head.import !== null) return 0;
  let due = 0;
  while (endOf(head.closedThrough + 1 + due) <= now) due++;
  return due;
};

/** Deltas of some hours: those in hand, and what is stored of the others. */
const deltasOf = async (
  parts: CloseParts,
  workspace: string,
  hours: readonly Hour[],
  inHand: Deltas,
): Promise<ReadonlyMap<Hour, HourDelta>> => {
  const stored = hours.filter((hour) => !inHand.has(hour));
  return new Map([...(await parts.hours.deltas(workspace, stored)), ...inHand]);
};

/** Deltas of the next hours; when one of them can't be read, of the first alone, or what is the matter with it. */
const readableHours = async (
  parts: CloseParts,
  workspace: string,
  next: Hour,
  count: number,
  inHand: Deltas,
): Promise<{ readonly hours: readonly Hour[]; readonly deltas: ReadonlyMap<Hour, HourDelta | Unreadable> }> => {
  const hours = Array.from({ length: count }, (_, at) => next + at);
  try {
    return { hours, deltas: await deltasOf(parts, workspace, hours, inHand) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (count > 1) return readableHours(parts, workspace, next, 1, inHand);
    return { hours, deltas: new Map([[next, error]]) };
  }
};

/** Closes the next hour; undefined for one of which its server reported nothing. Imports are counted either way. */
const closeOne = async (
  parts: CloseParts,
  workspace: Workspace,
  head: Head,
  delta: HourDelta | undefined,
  baseline: Baseline,
): Promise<Closed | undefined> => {
  const hour = head.closedThrough + 1;
  if (workspace.source === "events" || isFilled(head, hour)) return closeHour(workspace, head, delta, baseline);
  const polled = await parts.reports.find(workspace.id, hour, "poll");
  const report = mergedReports(await parts.reports.find(workspace.id, hour), polled);
  if (report === undefined) return undefined;
  const isOfTotals = workspace.source === "rocketchat";
  return closeReported(
    workspace,
    head,
    report,
    isOfTotals ? await parts.reports.find(workspace.id, hour - 1, "poll") : undefined,
    baseline,
  );
};

/** Commits publications with the head and what is in hand, and archives them. */
const publish = async (
  parts: CloseParts,
  workspace: string,
  { head, deltas, settledAt }: Pick<Settled, "head" | "deltas" | "settledAt">,
  publications: readonly Publication[],
  isWithoutDelta: (hour: Hour) => boolean = () => false,
): Promise<Settled> => {
  const stored = orOvertaken(await parts.hours.publish(workspace, head, publications, parts.clock(), deltas));
  const isStored = (hour: Hour): boolean => deltas.has(hour) && publications.some((one) => one.hour === hour);
  const isSeenTo = (hour: Hour): boolean => isStored(hour) || isWithoutDelta(hour);
  return settle(parts, workspace, stored, publications, isSeenTo, settledAt);
};

/** Closes the next hours in one transaction, and archives them; `usual` is what they are held against. */
export const closeNext = async (
  parts: CloseParts,
  workspace: Workspace,
  from: Settled,
  count: number,
  usual: UsualHours,
): Promise<Settled> => {
  const next = from.head.closedThrough + 1;
  const most = Math.min(count, HOURS_AT_A_TIME);
  const { hours, deltas } = await readableHours(parts, workspace.id, next, most, from.deltas);
  await usual.load(hours);
  const publications: Publication[] = [];
  let { head } = from;
  for (const hour of hours) {
    try {
      const delta = deltas.get(hour);
      if (delta instanceof Unreadable) throw delta;
      if (isPassedBy(workspace, head)) {
        head = passBy(head, delta);
        continue;
      }
      const closed = await closeOne(parts, workspace, head, delta, usual.in(hour));
      if (closed === undefined) {
        head = skipMissing(head, hour + 1, new Map(), await whyUntold(parts)(workspace, hour));
        continue;
      }
      head = closed.head;
      publications.push(closed.publication);
      usual.note([closed.publication]);
    } catch (error) {
      // A store that is busy says nothing of the hour: noted, it would be passed over, and what was reported of it lost.
      if (error instanceof Failure && error.code === "store.busy") throw error;
      // Those before it close first; when it is the next in line it is noted, and the run fails loudly.
      if (head !== from.head) break;
      orOvertaken(await parts.hours.advance(workspace.id, noteFailure(head), from.deltas));
      throw new HourFailed(hour, error);
    }
  }
  return publish(
    parts,
    workspace.id,
    { ...from, head },
    publications,
    (hour) => hours.includes(hour) && !deltas.has(hour),
  );
};

/** Tries an hour again that was passed over; while it still fails, the others go on. */
const closePassedOver = async (
  parts: CloseParts,
  workspace: Workspace,
  from: Settled,
  hour: Hour,
): Promise<Settled | undefined> => {
  // What its server reported has to close it in its turn; events can't.
  if (workspace.source !== "events") return undefined;
  const { deltas } = await readableHours(parts, workspace.id, hour, 1, from.deltas);
  let closed: Closed;
  try {
    const delta = deltas.get(hour) ?? emptyHour();
    if (delta instanceof Unreadable) throw delta;
    closed = closeFailed(workspace, from.head, hour, delta);
  } catch {
    // The ledger says that it failed, and the run that noted it failed loudly.
    return undefined;
  }
  return publish(parts, workspace.id, { ...from, head: closed.head }, [closed.publication]);
};

/** Restates one dirty hour: a revision more, its predecessor being archived. */
const restateNext = async (
  parts: CloseParts,
  workspace: Workspace,
  from: Settled,
  hour: Hour,
  usual: UsualHours,
): Promise<Settled> => {
  const delta = (await deltasOf(parts, workspace.id, [hour], from.deltas)).get(hour);
  if (delta === undefined) throw new Error(`hour ${hour} of ${workspace.id} is dirty, but has no delta`);
  const latest = await parts.snapshots.read(workspace.id, hour);
  const before: Published | undefined =
    latest === undefined
      ? undefined
      : {
          revision: latest.revision,
          carriedIn: latest.carriedIn,
          document: documentIn(latest.bytes),
        };
  await usual.load([hour]);
  const { head, publication } = restateHour(workspace, from.head, hour, delta, before, usual.in(hour));
  usual.note([publication]);
  return publish(parts, workspace.id, { ...from, head }, [publication]);
};

/** Loaded when a day is over: a cold start waits for nothing that most runs do not need. */
const withUnions = async (...what: Parameters<typeof KeepUnions>): Promise<Head> => {
  const { keepUnions } = await import("./keep-unions.ts");
  return orOvertaken(await keepUnions(...what));
};

/** Packs the days that are over, keeps their unions, and writes down that all is archived and packed, when nothing else did. */
export const finishSettling = async (parts: CloseParts, workspace: string, settled: Settled): Promise<Head> => {
  const packed = await packDays(parts, workspace, settled.head);
  const head = packed === settled.head ? packed : await withUnions(parts, workspace, settled.head, packed);
  return settled.isAhead || head !== settled.head
    ? orOvertaken(await parts.hours.advance(workspace, head, settled.deltas))
    : head;
};

/** Lets go of who was seen long ago, where a workspace is set to. */
const retained = async (parts: CloseParts, workspace: Workspace, head: Head, now: number): Promise<Head> => {
  const isAsBefore = head.people === undefined && head.hashed === undefined;
  if (workspace.retention.people === "keep" && isAsBefore) return head;
  const { hashPeople, retainPeople } = await import("./retain-people.ts");
  const after = orOvertaken(await retainPeople(parts, workspace, head, now));
  return orOvertaken(await hashPeople(parts, workspace, after, now));
};

/** Folds, and archives what an earlier run left. */
export const settleAll = async (parts: CloseParts, workspace: string): Promise<Settled> =>
  settle(parts, workspace, await foldLog(parts)(workspace), []);

/** The same, but what was folded last is stored with whatever comes next: an hour that closes, or the head alone. */
const settleInHand = async (parts: CloseParts, workspace: string): Promise<Settled> => {
  const { head, deltas, segments } = await foldInHand(parts)(workspace);
  if (deltas.size > FOLDED_WITH_A_CLOSING) {
    const stored = orOvertaken(await parts.hours.advance(workspace, head, deltas));
    return settle(parts, workspace, stored, []);
  }
  const settled = await settle(parts, workspace, head, []);
  return { ...settled, isAhead: settled.isAhead || segments > 0, deltas };
};

/** Tries again from the start whenever another was faster; what it did is done. */
export const untilOurs = async <T>(parts: Pick<Parts, "pauseByChance">, work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      await parts.pauseByChance(attempt);
    }
  }
  throw new Failure("store.busy", "Others kept moving this workspace; they do the same work.");
};

/**
 * One run of the hourly worker for a workspace: archives what was left, folds, closes every hour that is over, in
 * order, and restates each dirty hour once. Running it twice, at once, or again after a crash does the work once.
 * The server of a polled workspace is asked first; while it does not tell, the hour stays open for a time.
 * An open import keeps everything open. Hours in which the workspace was paused throughout are passed by, as missing.
 * @throws Failure `workspace.missing`, `store.busy`; HourFailed when an hour could not be closed.
 */
export const closeDueHours =
  (parts: CloseParts) =>
  async (workspaceId: string, { now = parts.clock() }: { readonly now?: number } = {}): Promise<Run> => {
    const workspace = await parts.workspaces.find(workspaceId);
    if (workspace === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspaceId}.`);
    // A run that was under way when it ended.
    if (workspace.state === "ended") return { closed: 0, restated: 0, remaining: 0 };
    let closed = 0;
    let restated = 0;
    return untilOurs(parts, async () => {
      let settled = await settleInHand(parts, workspaceId);
      settled = { ...settled, head: await withDayPeak(parts, workspace, settled.head) };
      const { held, note } = await pollDueHour(parts)(workspace, settled.head);
      const through = held === undefined ? now : Math.min(now, endOf(held.hour) - 1);
      const usual = usualHours(parts, workspaceId, settled.head);
      while (closed < HOURS_IN_A_RUN) {
        const due = Math.min(dueHours(settled.head, through), HOURS_IN_A_RUN - closed);
        if (due === 0) break;
        const before = settled.head.closedThrough;
        settled = await closeNext(parts, workspace, settled, due, usual);
        closed += settled.head.closedThrough - before;
      }
      if (workspace.source === "imkit" && note?.reason === null) {
        // Loaded late: few workspaces are polled, and few of their hours are missed.
        const { findFillings } = await import("./fill-missed.ts");
        for (const { fill } of await findFillings(parts)(workspace, settled.head, note.hour)) {
          const filled = fill(settled.head);
          settled = await publish(parts, workspaceId, { ...settled, head: filled.head }, [filled.publication]);
          restated++;
        }
      }
      for (const hour of settled.head.failed) {
        const again = await closePassedOver(parts, workspace, settled, hour);
        if (again === undefined) continue;
        settled = again;
        restated++;
      }
      for (const hour of settled.head.dirty) {
        settled = await restateNext(parts, workspace, settled, hour, usual);
        restated++;
      }
      const finished = await finishSettling(parts, workspaceId, settled);
      const head = await retained(parts, workspace, finished, now);
      const remaining = dueHours(head, through);
      return {
        closed,
        restated,
        remaining,
        ...(held === undefined ? {} : { heldUntil: held.until }),
        ...(note === undefined || note.reason === null ? {} : { untold: note }),
      };
    });
  };
