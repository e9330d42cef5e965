import type { Node } from "constructs";
import type { TrustedIssuer } from "./statistics-api.ts";

/**
 * The issuer of tokens that whoever deploys names, as `-c oidcIssuer=… -c oidcAudience=…` or in `cdk.context.json`;
 * undefined where none is.
 * @throws an Error when one is given without the other.
 */
export const trustedIssuerIn = (node: Node): TrustedIssuer | undefined => {
  const issuer = node.tryGetContext("oidcIssuer") as string | undefined;
  const audience = node.tryGetContext("oidcAudience") as string | undefined;
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined || audience === undefined)
    throw new Error("The context values oidcIssuer and oidcAudience belong together: give both, or neither.");
  return { issuer, audience };
};
