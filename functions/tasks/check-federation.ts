import { Failure } from "../core/failure.ts";
import { checkedFederation, type Discovery, type FederationCheck } from "../core/federation.ts";
import {
  judgeFederation,
  type MatrixLookedUp,
  recordNames,
  type RocketchatLookedUp,
} from "../core/federation-records.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Names } from "../ports/names.ts";
import { limitAsking } from "./limit-asking.ts";
import type { Parts } from "./parts.ts";

/** What to check in the place of what the workspace is set to. */
export interface FederationTrial {
  readonly domain?: string | undefined;
  readonly discovery?: Discovery | undefined;
}

/** What was found, and whether the workspace keeps it: a trial of other settings is told and forgotten. */
export interface Checked {
  readonly check: FederationCheck;
  readonly isKept: boolean;
}

const lookUpMatrix = async (names: Names, domain: string): Promise<MatrixLookedUp> => {
  const at = recordNames(domain);
  const [matrix, matrixOnce, matrixFile] = await Promise.all([
    names.services(at.matrix),
    names.services(at.matrixOnce),
    names.wellKnown(domain, "matrix/server"),
  ]);
  return { matrix, matrixOnce, matrixFile };
};

const lookUpRocketchat = async (names: Names, domain: string): Promise<RocketchatLookedUp> => {
  const at = recordNames(domain);
  const [https, http, tcp, protocol, publicKey] = await Promise.all([
    names.services(at.https),
    names.services(at.http),
    names.services(at.tcp),
    names.texts(at.protocol),
    names.texts(at.publicKey),
  ]);
  return { https, http, tcp, protocol, publicKey };
};

/**
 * Looks up what a domain publishes for its federation, judges it, and keeps the result with the settings it is about.
 * @throws Failure `parameter.invalid` without a domain, `rate.exceeded`.
 */
export const checkFederation =
  (parts: Pick<Parts, "names" | "workspaces" | "calls" | "clock">) =>
  async ({ id, federation }: Workspace, trial: FederationTrial = {}): Promise<Checked> => {
    const domain = trial.domain ?? federation?.domain ?? null;
    const discovery = trial.discovery ?? federation?.discovery ?? "dns";
    if (domain === null)
      throw new Failure("parameter.invalid", "No domain is set: set one, or name the one to check.", {
        parameter: "domain",
      });
    await limitAsking(parts)(`FEDERATION#${id}`, "A domain is checked");
    const [matrix, rocketchat] = await Promise.all([
      lookUpMatrix(parts.names, domain),
      discovery === "dns" ? lookUpRocketchat(parts.names, domain) : undefined,
    ]);
    const check = judgeFederation({ at: parts.clock(), domain, discovery }, matrix, rocketchat);
    const isOfSettings = federation?.domain === domain && federation.discovery === discovery;
    if (!isOfSettings) return { check, isKept: false };
    const changed = await parts.workspaces.change(id, (workspace) => ({
      ...workspace,
      federation: checkedFederation(workspace.federation, check),
    }));
    return { check, isKept: changed?.federation?.lastCheck === check };
  };
