import { type Listed, type ListOf, type RawChange, type SyncCounts, SyncPlanner } from "../core/directory-sync.ts";
import { AHEAD_MS } from "../core/door.ts";
import { Failure } from "../core/failure.ts";
import { takenFrom } from "../core/head.ts";
import { DAY_MS, startOf } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import { keptJson } from "../core/kept-json.ts";
import { digestOf } from "../core/document.ts";
import type { Sync, SyncPlan } from "../ports/syncs.ts";
import { ingestEvents } from "./ingest-events.ts";
import type { Parts } from "./parts.ts";

/** A list has to be committed this long after its first page; a commit that was begun goes on for as long as the list is kept. */
const OPEN_MS = DAY_MS;
/** Events of a chunk: each is counted as a batch. */
const CHUNK_EVENTS = 5_000;
/** Events that one commit counts before it answers. */
const EVENTS_IN_A_CALL = 10_000;
/** Entries asked for at a time; the store's own bound of 1 MB comes first. */
const ENTRIES_IN_A_PAGE = 10_000;
const PLAN_ID_CHARACTERS = 16;
/** Tries of a commit in which pages kept coming. */
const TRIES = 5;

type SyncParts = Pick<
  Parts,
  "syncs" | "workspaces" | "directory" | "log" | "hours" | "clock" | "secret" | "pauseByChance"
>;

/** One page of a full list. */
export interface ListPage extends Pick<ListOf, "kind" | "id"> {
  readonly workspace: string;
  /** 1 is the first. */
  readonly page: number;
  /** As of when the list holds, milliseconds since 1970 UTC; by default when its first page came. */
  readonly at: number | undefined;
  readonly lines: readonly Listed[];
}

/** The end of a full list. */
export interface ListEnd extends Pick<ListOf, "kind" | "id"> {
  readonly workspace: string;
  readonly pages: number;
  /** An empty list removes everybody, so it must be meant. */
  readonly mayBeEmpty: boolean;
}

/** What a commit came to so far; `remaining` events are counted by the next ones. */
export interface Synced extends SyncCounts {
  readonly sync: string;
  readonly remaining: number;
  readonly committed: boolean;
}

const missing = (id: string): Failure =>
  new Failure("directory.sync-missing", `No list ${id} is open: begin one with its first page.`, { sync: id });

const mismatch = (id: string, message: string, details: Record<string, unknown>): Failure =>
  new Failure("directory.mismatch", message, { sync: id, ...details });

/**
 * The list's instant must be one that the door lets in, today and as long as the list is open: a sender's clock may be
 * ahead as for events, but the list holds as of now then, so that no process finds its events in the future.
 */
const checked = async (parts: SyncParts, workspace: string, at: number, now: number): Promise<number> => {
  const head = await parts.hours.head(workspace);
  if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
  const earliest = Math.max(now - OPEN_MS, startOf(takenFrom(head)));
  if (at >= earliest && at <= now + AHEAD_MS) return Math.min(at, now);
  throw new Failure(
    "parameter.invalid",
    `The list's instant, ${isoOf(at)}, is not between ${isoOf(earliest)} and ${isoOf(now)}: ` +
      "read the list anew, at most a day ago and after the workspace's first hour began.",
    { parameter: "at" },
  );
};

const isOver = ({ openedAt, plan }: Sync, now: number): boolean => plan === undefined && openedAt + OPEN_MS <= now;

/**
 * Keeps one page of a full list, and opens the list with the first that comes. The same page again changes nothing.
 * @throws Failure `directory.mismatch` for a page or an instant that differs from the one before, `directory.sync-missing`
 * when the list was opened more than a day ago, `parameter.invalid`, `workspace.missing`, `store.busy`.
 */
export const keepListPage =
  (parts: SyncParts) =>
  async ({ workspace, kind, id, page, at, lines }: ListPage): Promise<void> => {
    const now = parts.clock();
    const sync =
      (await parts.syncs.find(workspace, { kind, id }, now)) ??
      (await parts.syncs.open({
        workspace,
        kind,
        id,
        at: await checked(parts, workspace, at ?? now, now),
        openedAt: now,
      }));
    if (isOver(sync, now)) throw missing(id);
    if (at !== undefined && Math.min(at, sync.openedAt) !== sync.at)
      throw mismatch(id, `List ${id} holds as of ${isoOf(sync.at)}: give every page the same instant, or none.`, {
        at: isoOf(sync.at),
      });
    const outcome = await parts.syncs.keepPage(sync, page, Buffer.from(JSON.stringify(lines)));
    if (outcome === "kept") return;
    throw mismatch(
      id,
      outcome === "mismatch"
        ? `Page ${page} of list ${id} came before with other content: begin a list under another id.`
        : `List ${id} is committed and takes no more pages: begin a list under another id.`,
      { page },
    );
  };

const plannerOf = async (parts: SyncParts, sync: Sync, pages: number): Promise<SyncPlanner> => {
  const kept = await parts.syncs.pages(sync);
  const lacking = Array.from({ length: pages }, (_, at) => at + 1).filter((page) => !kept.has(page));
  if (lacking.length > 0 || kept.size !== pages)
    throw mismatch(
      sync.id,
      lacking.length > 0
        ? `List ${sync.id} lacks page ${lacking[0]} of ${pages}: send it, and commit again.`
        : `List ${sync.id} has ${kept.size} pages, and ${pages} are committed: commit all of them.`,
      { pages: [...kept.keys()].slice(0, 100), missing: lacking.slice(0, 100) },
    );
  const planner = new SyncPlanner(sync);
  for (const bytes of kept.values()) planner.list(keptJson<Listed[]>(Buffer.from(bytes).toString()));
  return planner;
};

/** Compares the list with the whole directory, and keeps what comes out before anything of it is counted. */
const planOnce = async (parts: SyncParts, sync: Sync, end: ListEnd): Promise<Sync | undefined> => {
  const now = parts.clock();
  const planner = await plannerOf(parts, sync, end.pages);
  if (planner.left === 0 && !end.mayBeEmpty)
    throw new Failure(
      "parameter.invalid",
      "The list is empty, so that everything known would be removed: say empty=true if that is meant.",
      { parameter: "empty" },
    );
  const known = (await parts.hours.head(sync.workspace))?.totals.times["last.login"] ?? -Infinity;
  let after: string | undefined;
  do {
    const { entries, next } = await parts.directory.list(sync.workspace, sync.kind, {
      limit: ENTRIES_IN_A_PAGE,
      now,
      after,
    });
    planner.compare(entries.map(({ entry }) => entry));
    after = next;
  } while (after !== undefined);
  const { changes, counts } = planner.finish(known);
  const chunks: RawChange[][] = [];
  for (let at = 0; at < changes.length; at += CHUNK_EVENTS) chunks.push(changes.slice(at, at + CHUNK_EVENTS));
  const plan: SyncPlan = {
    id: parts.secret(PLAN_ID_CHARACTERS),
    pages: end.pages,
    chunks: chunks.map(({ length }) => length),
    counts,
  };
  return parts.syncs.keepPlan(
    // A page that came while this one compared was not in: then the plan must not be kept.
    { ...sync, pages: end.pages },
    plan,
    chunks.map((chunk) => Buffer.from(JSON.stringify(chunk))),
  );
};

const planned = async (parts: SyncParts, end: ListEnd): Promise<Sync & { readonly plan: SyncPlan }> => {
  const { workspace, kind, id, pages } = end;
  for (let tries = 0; tries < TRIES; tries++) {
    const now = parts.clock();
    const found = await parts.syncs.find(workspace, { kind, id }, now);
    if (found === undefined || isOver(found, now)) throw missing(id);
    const sync = found.plan === undefined ? await planOnce(parts, found, end) : found;
    if (sync?.plan === undefined) continue;
    if (sync.plan.pages !== pages)
      throw mismatch(id, `List ${id} was committed with ${sync.plan.pages} pages, not ${pages}.`, {
        pages: sync.plan.pages,
      });
    return { ...sync, plan: sync.plan };
  }
  throw new Failure("store.busy", "Pages of this list kept coming while it was committed; commit it again.");
};

/** A directory that was lost is whole again with a full list of its kind. */
const tellRestored = async (parts: SyncParts, { workspace, kind }: Sync): Promise<void> => {
  const area = kind === "user" ? "users" : "rooms";
  const now = parts.clock();
  const found = await parts.workspaces.find(workspace);
  if (found?.restored?.[area] !== null) return;
  await parts.workspaces.change(workspace, (known) =>
    known.restored?.[area] === null ? { ...known, restored: { ...known.restored, [area]: now } } : known,
  );
};

/** Lines and instant were checked when they came, so only a clock that was set back far can make an event be refused. */
const mustBeWhole = ({ id }: SyncPlan, at: number, refusedCount: number): void => {
  if (refusedCount > 0) throw new Error(`chunk ${at} of plan ${id} has ${refusedCount} events that were refused`);
};

/**
 * Commits a full list: the directory becomes what the list says as of its instant, but for what happened later. What
 * differs is counted like events, each once; a commit that was cut short, or has more to do than one call can, is
 * simply asked for again and goes on where it stopped.
 * @throws Failure `directory.sync-missing`, `directory.mismatch` when pages are lacking, `parameter.invalid` for an
 * empty list that is not meant, `store.busy`.
 */
export const commitList = (parts: SyncParts): ((end: ListEnd) => Promise<Synced>) => {
  const ingest = ingestEvents(parts);

  const countChunk = async (sync: Sync, plan: SyncPlan, at: number, id: string): Promise<void> => {
    const bytes = await parts.syncs.chunk(sync, at);
    const { refusedCount } = await ingest({
      workspace: sync.workspace,
      id,
      bodyHash: digestOf(bytes),
      events: keptJson<unknown[]>(Buffer.from(bytes).toString()),
      mayAdjust: false,
      import: undefined,
      isHeard: false,
    });
    mustBeWhole(plan, at, refusedCount);
  };

  return async (end) => {
    const sync = await planned(parts, end);
    const { plan } = sync;
    let counted = 0;
    let remaining = 0;
    for (const [at, events] of plan.chunks.entries()) {
      // Senders' own batch ids begin with the hash of their credential, so none of them is like this.
      const id = `sync:${plan.id}:${at}`;
      const record = await parts.log.readBatch(sync.workspace, id, parts.clock());
      if (record !== undefined && record.done === record.total) {
        mustBeWhole(plan, at, record.refusedCount);
        continue;
      }
      if (counted + events > EVENTS_IN_A_CALL && counted > 0) {
        remaining += events;
        continue;
      }
      await countChunk(sync, plan, at, id);
      counted += events;
    }
    if (remaining === 0) await tellRestored(parts, sync);
    return { sync: sync.id, ...plan.counts, remaining, committed: remaining === 0 };
  };
};
