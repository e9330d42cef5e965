import type { HourDelta } from "../core/delta.ts";
import type { Head } from "../core/head.ts";
import { type Hour, hourOf } from "../core/hour.ts";
import type { Publication } from "../core/publication.ts";
import { documentIn } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import { foldInHand, foldLog } from "./fold-log.ts";
import type { keepUnions as KeepUnions } from "./keep-unions.ts";
import { orOvertaken } from "./overtaken.ts";
import { packDays } from "./pack-days.ts";
import type { Parts } from "./parts.ts";
import type { PollParts } from "./poll-source.ts";

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

/** Files that are written to the archive at once. */
const WRITES_AT_ONCE = 8;

/** Hours whose deltas a closing stores along, of 100 items; a fold that touches more is stored by itself. */
const FOLDED_WITH_A_CLOSING = 8;

/** A head whose publications are all in the archive. */
export interface Settled {
  readonly head: Head;
  /** Whether the stored head says less: of publications that are archived, or of events that are folded. */
  readonly isAhead: boolean;
  /** Hour deltas that go with the head, and are stored when it is. */
  readonly deltas: Deltas;
  /** When it was settled, and what comes next began; milliseconds since 1970 UTC. */
  readonly settledAt: number;
}

/** Deltas by their hour. */
export type Deltas = ReadonlyMap<Hour, HourDelta>;

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
export const settle = async (
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
export const retained = async (parts: CloseParts, workspace: Workspace, head: Head, now: number): Promise<Head> => {
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
export const settleInHand = async (parts: CloseParts, workspace: string): Promise<Settled> => {
  const { head, deltas, segments } = await foldInHand(parts)(workspace);
  if (deltas.size > FOLDED_WITH_A_CLOSING) {
    const stored = orOvertaken(await parts.hours.advance(workspace, head, deltas));
    return settle(parts, workspace, stored, []);
  }
  const settled = await settle(parts, workspace, head, []);
  return { ...settled, isAhead: settled.isAhead || segments > 0, deltas };
};
