import { reportedReading } from "../core/reported.ts";
import { type Document, documentIn } from "../core/document.ts";
import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";
import { askSource, isPolled } from "./poll-source.ts";
import { type LatestDocument, latestOf, readLatest } from "./read-latest.ts";
import { foldAndRead } from "./take-reading.ts";

/** A refresh that crashed holds others up for no longer. */
const LEASE_MS = 30_000;
/** How long a caller waits for the refresh of another; API Gateway gives up after 30 s. */
const PATIENCE_MS = 10_000;
const POLL_MS = 50;
/** Enough that no two refreshes have the same name. */
const OWNER_CHARACTERS = 16;

type RefreshParts = Pick<
  Parts,
  | "log"
  | "hours"
  | "snapshots"
  | "refreshes"
  | "upstreams"
  | "upstreamCredentials"
  | "clock"
  | "secret"
  | "pause"
  | "cooldownSeconds"
  | "storesFrom"
>;

const readNow = async (parts: RefreshParts, workspace: Workspace): Promise<Document> => {
  if (workspace.source === "events") return (await foldAndRead(parts)(workspace, parts.clock())).document;
  const polled = await askSource(parts)(workspace);
  if ("report" in polled) return reportedReading(workspace, polled.report, parts.clock());
  throw new Failure("upstream.failed", `The server that this workspace is read from told nothing: ${polled.why}.`, {
    reason: polled.reason,
  });
};

/** fresh: taken for this caller. coalesced: taken for another meanwhile. cooldown: taken a moment ago. */
export interface Refreshed extends LatestDocument {
  readonly state: "fresh" | "coalesced" | "cooldown";
}

/**
 * Folds and takes a reading now, one caller at a time; it becomes the latest, and never a point of the history.
 * The server of a polled workspace is asked.
 * @throws Failure `upstream.failed` when that tells nothing, `refresh.too-many` when another's refresh takes too long; `retryAfterSeconds` says when to come back.
 */
export const refreshStatistics =
  (parts: RefreshParts) =>
  async (workspace: Workspace): Promise<Refreshed> => {
    // Where nothing is counted and nobody can be asked, there is nothing newer than the last hour that was reported.
    if (workspace.source !== "events" && !isPolled(workspace))
      return { ...(await readLatest(parts)(workspace)), state: "cooldown" };
    const limits = { leaseMs: LEASE_MS, cooldownMs: parts.cooldownSeconds * 1_000 };
    const claim = { owner: parts.secret(OWNER_CHARACTERS), at: parts.clock() };
    const begun = await parts.refreshes.begin(workspace.id, claim, limits);
    if (begun.state === "begun") {
      try {
        const document = await readNow(parts, workspace);
        const taken = latestOf(document);
        await parts.snapshots.keepLatest(workspace.id, taken);
        return { ...taken, state: "fresh" };
      } finally {
        await parts.refreshes.end(workspace.id, claim.owner);
      }
    }
    if (begun.state === "cooling") return { ...(await readLatest(parts)(workspace)), state: "cooldown" };
    for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
      const latest = await parts.snapshots.latest(workspace.id);
      if (latest !== undefined && latest.takenAt >= begun.startedAt)
        return { ...latest, document: documentIn(latest.bytes), state: "coalesced" };
      await parts.pause(POLL_MS);
    }
    throw new Failure("refresh.too-many", "Another refresh is still running; come back later.", {
      retryAfterSeconds: LEASE_MS / 1_000,
    });
  };
