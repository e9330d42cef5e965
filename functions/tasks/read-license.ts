import { type License, type LicenseShown, type LimitName, licenseShown } from "../core/license.ts";
import { valueIn } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";
import { readLatest } from "./read-latest.ts";

/** A workspace's licence as it stands now, and how much there is of what it may limit. */
export interface LicenseNow {
  readonly license: License | null;
  readonly shown: LicenseShown | null;
  /** As the latest document has it; what is not known is left out. */
  readonly values: Readonly<Partial<Record<LimitName, number>>>;
}

/** Where the latest document tells how much there is of what a licence may limit. */
const COUNTED = { activeUsers: "users.activated", guestUsers: "users.guests" } as const;

/** Reads a workspace's licence, and whether it holds now. */
export const readLicense =
  (parts: Parts) =>
  async (workspace: Workspace): Promise<LicenseNow> => {
    const { document } = await readLatest(parts)(workspace);
    const values = Object.entries(COUNTED).flatMap(([limit, statistic]) => {
      const value = valueIn(document, statistic);
      return typeof value === "number" ? [[limit, value] as const] : [];
    });
    return {
      license: workspace.license,
      shown: licenseShown(workspace, parts.clock()),
      values: Object.fromEntries(values),
    };
  };
