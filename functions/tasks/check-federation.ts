import { Failure } from "../core/failure.ts";
import { checkedFederation, type Discovery, type FederationCheck } from "../core/federation.ts";
import {
  judgeFederation,
  type MatrixLookedUp,
  recordNames,
  type RocketchatLookedUp,
} from "../core/federation-records.ts";
import { MINUTE_MS } from "../core/hour.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Names } from "../ports/names.ts";
import type { Parts } from "./parts.ts";

/** Checks of one workspace in a minute: each asks name servers and a host that are other people's. */
const MOST_A_MINUTE = 10;

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

const count = async (parts: Pick<Parts, "calls" | "clock">, workspace: string): Promise<void> => {
  const now = parts.clock();
  const window = now - (now % MINUTE_MS);
  if ((await parts.calls.count(`FEDERATION#${workspace}`, window, MINUTE_MS)) <= MOST_A_MINUTE) return;
  const retryAfterSeconds = Math.ceil((window + MINUTE_MS - now) / 1_000);
  throw new Failure("rate.exceeded", `A domain is checked ${MOST_A_MINUTE} times a minute at most.`, {
    retryAfterSeconds,
    limit: MOST_A_MINUTE,
    resetAt: window + MINUTE_MS,
  });
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
    await count(parts, id);
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
