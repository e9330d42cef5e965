import { Failure } from "../core/failure.ts";
import type { UpstreamChange } from "../core/workspace-settings.ts";
import type { Caller } from "./v1-caller.ts";

/**
 * Lets nobody but an operator open the deployment's own network to a workspace.
 * @throws Failure `scope.missing`.
 */
export const mustMayAllow = ({ credential }: Caller, upstream: UpstreamChange | null | undefined): void => {
  if (upstream?.allowPrivate !== true || credential.scopes.includes("operator")) return;
  throw new Failure(
    "scope.missing",
    "allowPrivate opens this deployment's own network, so it needs an operator's key.",
    {
      scope: "operator",
    },
  );
};
