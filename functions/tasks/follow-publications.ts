import type { KeptRule } from "../core/alert.ts";
import {
  type Circumstances,
  type Followed,
  followHour,
  followLag,
  type SeenHour,
  withoutOthers,
} from "../core/alert-walk.ts";
import { announcementOf } from "../core/announcement.ts";
import { Failure } from "../core/failure.ts";
import { type Follower, NEW_FOLLOWER } from "../core/follower.ts";
import { type Head, isMissedByPause, isMissing } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import { type Document, documentIn } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import type { PublicationRecord } from "../ports/publications.ts";
import type { Parts } from "./parts.ts";
import { postNotices } from "./post-notices.ts";

/** What holding rules against publications takes. */
export type FollowParts = Pick<
  Parts,
  | "workspaces"
  | "hours"
  | "snapshots"
  | "publications"
  | "alerts"
  | "announcements"
  | "channels"
  | "outbox"
  | "clock"
  | "pauseByChance"
>;

/** What one run followed; `isDone` is false when more is waiting. */
export interface FollowRun {
  readonly followed: number;
  readonly notices: number;
  readonly isDone: boolean;
}

/** Publications that one step follows, all of whose notices have to fit into one item; and steps of one run. */
const AT_A_TIME = 8;
const STEPS_IN_A_RUN = 60;
/** Losses against others who follow the same workspace, before a run leaves it to them. */
const TRIES = 20;
/** Hours back from the last closed one that rules are held against; what lies before is told to nobody. */
const HOURS_BACK = 48;

/** A publication with its document. */
type Followable = PublicationRecord & { readonly document: Document };

const documentsOf = async (
  parts: FollowParts,
  workspace: string,
  records: readonly PublicationRecord[],
): Promise<readonly Followable[]> =>
  Promise.all(
    records.map(async (record) => {
      const snapshot = await parts.snapshots.read(workspace, record.hour, record.revision);
      if (snapshot === undefined)
        throw new Error(`publication ${record.number} of ${workspace} has no document: ${record.hour}`);
      return { ...record, document: documentIn(snapshot.bytes) };
    }),
  );

/**
 * Those that the head knows of, up to the first that is not in the archive yet: who hears of it may go and fetch it.
 * What came after the head was read is for the next run: only its head says which hours before it are missing.
 */
const settled = (head: Head, records: readonly PublicationRecord[]): readonly PublicationRecord[] => {
  const isWaiting = ({ number, hour, revision }: PublicationRecord): boolean =>
    number > head.publication.number || head.unarchived.some((one) => one.hour === hour && one.revision === revision);
  const first = records.findIndex(isWaiting);
  return first === -1 ? records : records.slice(0, first);
};

/** The hours `[from, to)` that have no document, as rules see them; a pause is nobody's mishap. */
const gapsIn = (head: Head, from: Hour, to: Hour): readonly SeenHour[] => {
  const gaps: SeenHour[] = [];
  for (let hour = Math.max(from, head.closedThrough - HOURS_BACK, head.firstHour); hour < to; hour++) {
    if (head.failed.includes(hour)) gaps.push({ hour, missed: "failed" });
    else if (isMissing(head, hour) && !isMissedByPause(head, hour)) gaps.push({ hour, missed: "missing" });
  }
  return gaps;
};

/** Hours that are seen for the first time, in order: documents, and the gaps before and between them. */
const hoursSeen = (head: Head, after: Hour, page: readonly Followable[], isLast: boolean): readonly SeenHour[] => {
  const seen: SeenHour[] = [];
  let last = after;
  for (const { hour, document } of page) {
    // A restated hour was held against the rules when it closed.
    if (hour <= last) continue;
    seen.push(...gapsIn(head, last + 1, hour));
    if (hour > head.closedThrough - HOURS_BACK) seen.push({ hour, document });
    last = hour;
  }
  return isLast ? [...seen, ...gapsIn(head, last + 1, head.closedThrough + 1)] : seen;
};

/** What a step starts from. */
interface Step {
  readonly workspace: Workspace;
  readonly head: Head;
  readonly rules: readonly KeptRule[];
  readonly before: Follower;
  readonly now: number;
}

/** Announces a page of publications and holds their hours against the rules; nothing is written yet. */
const follow = async (
  parts: FollowParts,
  { workspace, head, rules, before, now }: Step,
): Promise<{ readonly after: Follower; readonly isLast: boolean; readonly followed: number }> => {
  const waiting = await parts.publications.after(workspace.id, before.number, AT_A_TIME);
  const records = settled(head, waiting);
  const isLast = waiting.length < AT_A_TIME || records.length < waiting.length;
  const start = before.hour ?? head.closedThrough - HOURS_BACK;
  const { announcements } = parts;
  const needed =
    announcements === undefined ? records.filter(({ hour }) => hour > head.closedThrough - HOURS_BACK) : records;
  const page = await documentsOf(parts, workspace.id, needed);
  if (page.length > 0)
    await announcements?.announce(page.map((one) => announcementOf(workspace.id, one, one.document)));
  // What is in the head and not in the archive is seen by the next run, and the gaps after it with it.
  const isAll = isLast && records.length === waiting.length;
  const circumstances: Circumstances = { name: workspace.name, now };
  let state: Followed = { standings: withoutOthers(before.standings, rules), notices: [] };
  for (const seen of hoursSeen(head, start, page, isAll)) state = followHour(rules, state, seen, circumstances);
  const isExpected = workspace.state === "active" && head.import === null;
  if (isLast) state = followLag(rules, state, { closedThrough: head.closedThrough, isExpected }, circumstances);
  const lastHour = Math.max(start, ...records.map(({ hour }) => hour), ...(isAll ? [head.closedThrough] : []));
  return {
    after: {
      version: before.version,
      number: records.at(-1)?.number ?? before.number,
      hour: lastHour,
      standings: state.standings,
      pending: state.notices,
    },
    isLast,
    followed: records.length,
  };
};

/** Somebody else moved the follower: read again. */
class Overtaken extends Error {}

const kept = async (parts: FollowParts, workspace: string, follower: Follower): Promise<Follower> => {
  const stored = await parts.alerts.advance(workspace, follower);
  if (stored === undefined) throw new Overtaken();
  return stored;
};

/** Puts into the outbox what was written down to be told, and crosses it out. */
const tell = async (parts: FollowParts, workspace: string, follower: Follower): Promise<Follower> => {
  if (follower.pending.length === 0) return follower;
  await postNotices(parts)(workspace, follower.pending);
  return kept(parts, workspace, { ...follower, pending: [] });
};

const isSame = (a: Follower, b: Follower): boolean => JSON.stringify(a) === JSON.stringify(b);

const followAll = async (parts: FollowParts, workspace: Workspace, rules: readonly KeptRule[], now: number) => {
  let before = await tell(parts, workspace.id, (await parts.alerts.follower(workspace.id)) ?? NEW_FOLLOWER);
  let followed = 0;
  let notices = 0;
  for (let step = 0; step < STEPS_IN_A_RUN; step++) {
    const head = await parts.hours.head(workspace.id);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace.id}.`);
    const next = await follow(parts, { workspace, head, rules, before, now });
    if (!isSame(before, next.after))
      before = await tell(parts, workspace.id, await kept(parts, workspace.id, next.after));
    followed += next.followed;
    notices += next.after.pending.length;
    if (next.isLast) return { followed, notices, isDone: true };
  }
  return { followed, notices, isDone: false };
};

/**
 * Follows a workspace's publications from where the last run stopped: announces each, holds hours that closed against the
 * rules, and puts what there is to tell into the outbox. Run twice, in parallel or again after a crash, it tells each
 * notice once and announces each publication at least once.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const followPublications =
  (parts: FollowParts) =>
  async (workspaceId: string, { now = parts.clock() }: { readonly now?: number } = {}): Promise<FollowRun> => {
    const workspace = await parts.workspaces.find(workspaceId);
    if (workspace === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspaceId}.`);
    const nothing = { followed: 0, notices: 0, isDone: true };
    if (workspace.state === "ended") return nothing;
    const rules = await parts.alerts.rules(workspaceId);
    if (rules.length === 0 && parts.announcements === undefined) return nothing;
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      try {
        return await followAll(parts, workspace, rules, now);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        await parts.pauseByChance(attempt);
      }
    }
    throw new Failure("store.busy", "Others kept following this workspace; they do the same work.");
  };
