import type { Credential } from "../core/credential.ts";
import { diagnose, type Finding } from "../core/diagnosis.ts";
import { findWorkspace } from "./find-workspace.ts";
import type { Parts } from "./parts.ts";
import { readHealth } from "./read-health.ts";

type DiagnoseParts = Pick<Parts, "workspaces" | "credentials"> & Parameters<typeof readHealth>[0];

const CREDENTIALS_IN_A_PAGE = 200;

const allCredentials = async (parts: DiagnoseParts, workspace: string): Promise<readonly Credential[]> => {
  const found: Credential[] = [];
  for (let after: string | undefined, isEnd = false; !isEnd;) {
    const page = await parts.credentials.list(workspace, CREDENTIALS_IN_A_PAGE, after);
    found.push(...page.credentials);
    after = page.next;
    isEnd = after === undefined;
  }
  return found;
};

/**
 * Finds everything about a workspace that is not as it should be. Reads and changes nothing.
 * @throws Failure `workspace.missing`.
 */
export const diagnoseWorkspace =
  (parts: DiagnoseParts) =>
  async (id: string): Promise<readonly Finding[]> => {
    const workspace = await findWorkspace(parts)(id);
    const health = await readHealth(parts)(workspace);
    const latest = await parts.snapshots.latest(id);
    const instants = [latest?.takenAt, health.lastClosed?.madeAt].filter((instant) => instant !== undefined);
    return diagnose({
      workspace,
      health,
      credentials: await allCredentials(parts, id),
      latestAt: instants.length === 0 ? null : Math.max(...instants),
      now: parts.clock(),
    });
  };
