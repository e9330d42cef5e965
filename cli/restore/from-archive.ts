import { restoringParts } from "../../functions/adapters/compose-restoring.ts";
import { Failure } from "../../functions/core/failure.ts";
import { hourName } from "../../functions/core/hour.ts";
import type { Unfit } from "../../functions/core/examining.ts";
import { NotRestored, type RestoredWorkspace, restoreWorkspace } from "../../functions/tasks/restore-workspace.ts";
import { Mishap } from "../../local/mishap.ts";
import { grouped, type Terminal } from "../../local/terminal.ts";
import type { Reached } from "../reach.ts";

/** What to restore, and how. */
export interface FromArchive {
  /** Undefined for all that the archive has. */
  readonly workspace: string | undefined;
  readonly isAround: boolean;
  readonly progress: Terminal;
}

/** What became of one workspace: it stands, or why not. */
export type Outcome =
  | RestoredWorkspace
  | { readonly id: string; readonly why: string; readonly unfit: readonly Unfit[] };

/** Rebuilds one workspace or all of them; one that can't be does not keep the others from it. */
export const restoreFromArchive = async (
  { parts, places }: Pick<Reached, "parts" | "places">,
  { workspace, isAround, progress }: FromArchive,
): Promise<readonly Outcome[]> => {
  const restoring = { ...parts, ...restoringParts(places) };
  const ids = workspace === undefined ? await restoring.archived.workspaces() : [workspace];
  if (ids.length === 0) throw new Mishap("The archive has no documents of any workspace.");
  const outcomes: Outcome[] = [];
  for (const id of ids) {
    try {
      outcomes.push(
        await restoreWorkspace(restoring)(id, {
          isAround,
          onProgress: (what, done, of) =>
            progress.progress(`${id}: ${grouped(done)} of ${grouped(of)} documents ${what}`),
        }),
      );
    } catch (error) {
      if (!(error instanceof NotRestored || error instanceof Failure)) throw error;
      outcomes.push({ id, why: error.message, unfit: error instanceof NotRestored ? error.unfit : [] });
    }
  }
  return outcomes;
};

/** Whether a workspace stands again; otherwise the outcome says why not. */
export const stands = (outcome: Outcome): outcome is RestoredWorkspace => "head" in outcome;

const LISTED = 20;

const listed = (unfit: readonly Unfit[]): string => {
  const lines = unfit.slice(0, LISTED).map(({ key, problem }) => `  ${key === null ? "" : `${key} `}${problem}\n`);
  const more = unfit.length > LISTED ? `  and ${grouped(unfit.length - LISTED)} more (--json lists all)\n` : "";
  return `${lines.join("")}${more}`;
};

/** One workspace, in a few lines. */
export const told = (outcome: Outcome): string => {
  if (!stands(outcome)) {
    const advice =
      outcome.unfit.length === 0
        ? ""
        : "Bring these objects back (a bucket with versions has the earlier ones), or go around their hours with --around.\n";
    return `${outcome.id} is not restored. ${outcome.why}\n${listed(outcome.unfit)}${advice}`;
  }
  const { workspace, head, publications, hours, unfit, wasThere } = outcome;
  const last = head.restoredThrough ?? head.closedThrough;
  if (wasThere) return `${workspace.id} stands already, with all that the archive has; nothing was written.\n`;
  const around = unfit.length === 0 ? "" : `Left out, and missing in its ledger:\n${listed(unfit)}`;
  return (
    `${workspace.id}: ${grouped(hours)} hours through ${hourName(last)} and ${grouped(publications)} publications, ` +
    `each held against the one after it.\n${around}`
  );
};

/** What no archive holds, and what to do about it. */
export const LOST = `
No archive holds these, so they are gone:
  what had not been archived: events of the hours since then, which the ledger calls missing (\`restored\`), and what
    came late since the last hour closed. Chat servers that keep their batches send them again: those hours take them
  the directory: how many users and rooms there are is not known (null) until full lists of both are sent
    (PUT /v1/directory); until then each hour is partial, with \`directory-lost\`
  who was seen: numbers of different people stay for each hour, and can't be told for longer times before now
  who is connected: not known until instances report again
  keys, tokens, accounts' passwords, and the audit trail
  names, time zones, pauses and other settings; licences; sources and their credentials; alerts, channels, reports' plan
  that a workspace had ended: it stands again, until \`tidemark workspace end\` ends it
  why an hour without a document has none: paused, failed and unobserved hours are all \`missing\`
`;
