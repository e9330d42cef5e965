import type { Baseline } from "../core/baseline.ts";
import { closeHour } from "../core/closing.ts";
import { emptyHour, type HourDelta } from "../core/delta.ts";
import { Failure, Unreadable } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import { mergedReports } from "../core/hour-report.ts";
import { type Hour, hourName } from "../core/hour.ts";
import { isFilled, isPassedBy, noteFailure, passBy, skipMissing } from "../core/passing.ts";
import type { Closed, Publication } from "../core/publication.ts";
import { closeReported } from "../core/reported.ts";
import { closeFailed, type Published, restateHour } from "../core/restating.ts";
import { documentIn } from "../core/document.ts";
import { type PollNote } from "../core/upstream.ts";
import type { Workspace } from "../core/workspace.ts";
import { orOvertaken } from "./overtaken.ts";
import { whyUntold } from "./poll-source.ts";
import { type CloseParts, type Deltas, settle, type Settled } from "./settle-head.ts";
import type { UsualHours } from "./usual-hours.ts";

/** Hours that one transaction closes: a snapshot and a set each beside the head, of 100 items. */
const HOURS_AT_A_TIME = 40;

/** An hour could not be closed; the next run tries again, and the third passes it over. */
export class HourFailed extends Error {
  override readonly name = "HourFailed";
  readonly hour: Hour;
  constructor(hour: Hour, cause: unknown) {
    super(`hour ${hourName(hour)} could not be closed: ${String(cause)}`, { cause });
    this.hour = hour;
  }
}

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

/**
 * Fills hours of which nothing had been told, tries again those that were passed over, and restates each dirty hour:
 * what is settled after each of them.
 * @param note what the server of a polled workspace told in this run.
 */
export async function* restatements(
  parts: CloseParts,
  workspace: Workspace,
  from: Settled,
  note: PollNote | undefined,
  usual: UsualHours,
): AsyncGenerator<Settled> {
  let settled = from;
  if (workspace.source === "imkit" && note?.reason === null) {
    // Loaded late: few workspaces are polled, and few of their hours are missed.
    const { findFillings } = await import("./fill-missed.ts");
    for (const { fill } of await findFillings(parts)(workspace, settled.head, note.hour)) {
      const filled = fill(settled.head);
      settled = await publish(parts, workspace.id, { ...settled, head: filled.head }, [filled.publication]);
      yield settled;
    }
  }
  for (const hour of settled.head.failed) {
    const again = await closePassedOver(parts, workspace, settled, hour);
    if (again === undefined) continue;
    settled = again;
    yield settled;
  }
  for (const hour of settled.head.dirty) {
    settled = await restateNext(parts, workspace, settled, hour, usual);
    yield settled;
  }
}
