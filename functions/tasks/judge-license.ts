import { type License, type Reason, reasonsAgainst } from "../core/license.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

/** What applying a licence would come to. */
export type Judgement =
  | { readonly outcome: "applies"; readonly license: License }
  | { readonly outcome: "duplicate"; readonly license: License }
  | { readonly outcome: "refused"; readonly reasons: readonly Reason[] };

/** What a licence would come to for a workspace as it is; one that holds replaces any that was issued no later. */
export const judge = (license: License, workspace: Workspace, now: number): Judgement => {
  const reasons = reasonsAgainst(license, workspace, now);
  if (reasons.length > 0) return { outcome: "refused", reasons };
  const current = workspace.license;
  if (current === null || reasonsAgainst(current, workspace, now).length > 0) return { outcome: "applies", license };
  if (current.text === license.text) return { outcome: "duplicate", license };
  // An older one would bring back what its issuer has taken away since.
  if (license.issuedAt < current.issuedAt)
    return {
      outcome: "refused",
      reasons: [{ about: "superseded", detail: `A licence that was issued later is applied: ${current.id}.` }],
    };
  return { outcome: "applies", license };
};

/** What a signed text says, or why it is no licence that was signed with a registered key. */
export const readLicenseText =
  (parts: Pick<Parts, "licenseKeys" | "verifyLicense">) =>
  async (text: string): Promise<License | Reason> => {
    const verified = await parts.verifyLicense(text, await parts.licenseKeys.list());
    return "license" in verified ? verified.license : { about: "text", detail: verified.reason };
  };

/** Says what applying a licence would come to, and applies nothing. */
export const validateLicense =
  (parts: Pick<Parts, "licenseKeys" | "verifyLicense" | "clock">) =>
  async (workspace: Workspace, text: string): Promise<Judgement> => {
    const read = await readLicenseText(parts)(text);
    return "about" in read ? { outcome: "refused", reasons: [read] } : judge(read, workspace, parts.clock());
  };
