import { capabilitiesOf } from "../../../core/capabilities.ts";
import { hourName } from "../../../core/hour.ts";
import { isoOf } from "../../../core/instant.ts";
import { type Document, valueIn } from "../../../core/document.ts";
import { STATISTICS } from "../../../core/statistic.ts";
import type { PollNote } from "../../../core/upstream.ts";
import type { Workspace } from "../../../core/workspace.ts";

const lastPollShown = ({ hour, tries, at, reason, why, nextAt }: PollNote): object => ({
  hour: hourName(hour),
  tries,
  at: isoOf(at),
  reason,
  why,
  nextAt: nextAt === null ? null : isoOf(nextAt),
});

/** Where a workspace's numbers come from, what its source can give, and how it was asked the last time. */
export const sourceBody = (
  { source, upstream }: Workspace,
  credentialOrigin: string | null,
  lastPoll: PollNote | undefined,
): string =>
  JSON.stringify({
    source,
    upstream,
    credential: { kept: credentialOrigin !== null, origin: credentialOrigin },
    lastPoll: lastPoll === undefined ? null : lastPollShown(lastPoll),
    capabilities: Object.fromEntries(capabilitiesOf(source)),
  });

/** What came of trying a source. */
export type Tried =
  | { readonly document: Document }
  | { readonly reason: string; readonly why: string; readonly document?: undefined };

/** What a source told when it was tried, and which statistics it will never tell. */
export const sourceCheckBody = (source: Workspace["source"], tried: Tried): string => {
  const { document } = tried;
  return JSON.stringify({
    source,
    ok: document !== undefined,
    reason: "reason" in tried ? tried.reason : null,
    why: "why" in tried ? tried.why : null,
    notes: document === undefined ? [] : document.ledger.reasons,
    version: document === undefined ? null : document.deployment.version,
    wouldRecord:
      document === undefined
        ? {}
        : Object.fromEntries(
            STATISTICS.flatMap(({ name }) => {
              const value = valueIn(document, name);
              return value === null ? [] : [[name, value]];
            }),
          ),
    capabilities: Object.fromEntries(capabilitiesOf(source)),
  });
};
