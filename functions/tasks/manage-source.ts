import { Failure } from "../core/failure.ts";
import { reportedReading } from "../core/reported.ts";
import { originOf, type UpstreamCredential } from "../core/upstream.ts";
import type { Document } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import { withUpstreamChange, type UpstreamChange } from "../core/workspace-settings.ts";
import type { Upstreams } from "../ports/upstreams.ts";
import { limitAsking } from "./limit-asking.ts";
import type { Parts } from "./parts.ts";
import { askSource } from "./poll-source.ts";

type SourceParts = Pick<Parts, "upstreams" | "upstreamCredentials" | "calls" | "clock">;

const notPolled = (): Failure =>
  new Failure("upstream.not-polled", "Set source and upstream.url first: a credential is kept for one server only.");

/**
 * Keeps what a workspace's server is asked with, for the server it is set to now and no other.
 * @throws Failure `upstream.not-polled`, `upstream.no-vault`; `parameter.invalid` for a credential of another kind.
 */
export const keepUpstreamCredential =
  (parts: Pick<Parts, "upstreamCredentials">) =>
  async ({ id, source, upstream }: Workspace, credential: UpstreamCredential): Promise<{ readonly origin: string }> => {
    if (source === "events" || upstream === null) throw notPolled();
    if (credential.kind !== source)
      throw new Failure(
        "parameter.invalid",
        `A workspace of source ${source} is not read with this kind of credential.`,
      );
    const origin = originOf(upstream);
    await parts.upstreamCredentials.keep(id, { origin, credential });
    return { origin };
  };

const asker = ({ upstreams }: Pick<SourceParts, "upstreams">): Upstreams => {
  if (upstreams !== undefined) return upstreams;
  throw new Failure(
    "upstream.no-vault",
    "This deployment has no place for credentials of other servers, so it asks none.",
  );
};

/** What to try, of a source that is not set yet; what is left out is as the workspace has it. */
export interface SourceTrial {
  readonly source?: "rocketchat" | "imkit" | undefined;
  readonly upstream?: UpstreamChange | undefined;
  readonly credential?: UpstreamCredential | undefined;
}

/** What came of it: what an hour would record, or why nothing. */
export type TriedSource =
  | { readonly source: Workspace["source"]; readonly document: Document }
  | { readonly source: Workspace["source"]; readonly reason: string; readonly why: string };

/**
 * Asks a source once, and keeps nothing of it. A kept credential is sent to its own server only.
 * @throws Failure `upstream.not-polled` where there is none to ask, `upstream.no-vault`, `rate.exceeded`.
 */
export const trySource =
  (parts: SourceParts) =>
  async (workspace: Workspace, trial: SourceTrial): Promise<TriedSource> => {
    const source = trial.source ?? workspace.source;
    const upstream =
      trial.upstream === undefined ? workspace.upstream : withUpstreamChange(workspace.upstream, trial.upstream);
    if (source === "events" || upstream === null) throw notPolled();
    await limitAsking(parts)(`SOURCE#${workspace.id}`, "A source is tried");
    const tried: Workspace = { ...workspace, source, upstream };
    const { credential } = trial;
    const polled =
      credential === undefined
        ? await askSource(parts)(tried)
        : await asker(parts)[source](upstream, credential, parts.clock());
    if ("report" in polled) return { source, document: reportedReading(tried, polled.report, parts.clock()) };
    return { source, reason: polled.reason, why: polled.why };
  };
