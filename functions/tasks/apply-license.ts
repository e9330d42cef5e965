import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import type { License, Reason } from "../core/license.ts";
import type { Workspace } from "../core/workspace.ts";
import { judge, readLicenseText } from "./judge-license.ts";
import { actBy } from "./note-act.ts";
import type { Parts } from "./parts.ts";

/** The failure that names why a licence was refused. */
export const refusedFor = (reasons: readonly Reason[]): Failure =>
  new Failure("license.refused", `The licence is refused. ${reasons.map(({ detail }) => detail).join(" ")}`, {
    reasons,
  });

/** @throws Failure `license.refused`, `license.duplicate`; then the workspace stays as it is. */
const applied = (license: License, workspace: Workspace, now: number): Workspace => {
  const judgement = judge(license, workspace, now);
  if (judgement.outcome === "refused") throw refusedFor(judgement.reasons);
  if (judgement.outcome === "duplicate")
    throw new Failure("license.duplicate", `The licence ${license.id} is applied already.`, { id: license.id });
  return { ...workspace, license };
};

/**
 * Applies a licence to a workspace, in the place of the one before; one that is refused leaves that one working.
 * @throws Failure `license.refused`, with `details.reasons`; `license.duplicate`; `workspace.missing`.
 */
export const applyLicense =
  (parts: Pick<Parts, "licenseKeys" | "verifyLicense" | "workspaces" | "clock" | "secret">) =>
  async (workspaceId: string, credential: Credential, text: string): Promise<License> => {
    const read = await readLicenseText(parts)(text);
    if ("about" in read) throw refusedFor([read]);
    const { id, modules, tags } = read;
    const changed = await parts.workspaces.change(
      workspaceId,
      (workspace) => applied(read, workspace, parts.clock()),
      () => [
        actBy(parts)(workspaceId, credential, "license.applied", { id, modules, tags: tags.map(({ name }) => name) }),
      ],
    );
    if (changed === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspaceId}.`);
    return read;
  };
