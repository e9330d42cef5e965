import { isoOf } from "./instant.ts";
import { isOneOf } from "./vocabulary.ts";

/** A licence as it was applied: its signed text and what that says. Instants in milliseconds since 1970 UTC. */
export interface License {
  /** The signed text. */
  readonly text: string;
  readonly id: string;
  readonly issuedAt: number;
  readonly tags: readonly LicenseTag[];
  readonly modules: readonly string[];
  /** Most of something that it allows, by name; -1 for no limit. */
  readonly limits: Readonly<Record<string, number>>;
  /** Valid in `[validFrom, validUntil)`; null is open. */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
  /** The workspace it is for, by id or deployment id; null for any. */
  readonly workspace: string | null;
  readonly grantedTo: string | null;
}

/** A word that pages show beside the plan; the color as `#rrggbb`. */
export interface LicenseTag {
  readonly name: string;
  readonly color: string;
}

/** The modules there are, as Rocket.Chat calls them. */
export const MODULES = [
  "abac",
  "accessibility-certification",
  "auditing",
  "canned-responses",
  "contact-id-verification",
  "custom-roles",
  "device-management",
  "engagement-dashboard",
  "federation",
  "fips",
  "hide-watermark",
  "ldap-enterprise",
  "livechat-enterprise",
  "message-read-receipt",
  "oauth-enterprise",
  "omnichannel-mobile-enterprise",
  "outbound-messaging",
  "outlook-calendar",
  "push-privacy",
  "saml-enterprise",
  "scalability",
  "teams-mention",
  "teams-voip",
  "unlimited-presence",
  "videoconference-enterprise",
  "voip-enterprise",
] as const;

/** A module of somebody else's: `vendor.name`. */
const EXTERNAL = /^[a-z0-9-]+\.[a-z0-9-]+$/;

/** Whether it is a module of somebody else's: their name, a dot, the module's. */
export const isExternalModule = (name: string): boolean => EXTERNAL.test(name);

/** Whether there is such a module, or it is one of somebody else's. */
export const isModule = (name: string): boolean => isOneOf(MODULES, name) || isExternalModule(name);

/** Longest signed text of a licence, in characters. */
export const LONGEST_TEXT = 16_384;

/** What a licence may limit, as Rocket.Chat calls it. */
export const LIMITS = [
  "activeUsers",
  "guestUsers",
  "roomsPerGuest",
  "privateApps",
  "marketplaceApps",
  "monthlyActiveContacts",
] as const;
/** What a licence may limit. */
export type LimitName = (typeof LIMITS)[number];

/** The limit that is none. */
export const NO_LIMIT = -1;

/** Whether a licence may limit something of this name. */
export const isLimit = (name: string): name is LimitName => isOneOf(LIMITS, name);

/** Why a licence does not hold, for callers that tell kinds of reasons apart and for those that read. */
export interface Reason {
  readonly about: "text" | "period" | "workspace" | "modules" | "limits" | "superseded";
  readonly detail: string;
  /** What it names that there is not. */
  readonly names?: readonly string[];
}

/** The workspace that a licence is judged for. */
interface Holder {
  readonly id: string;
  readonly deploymentId: string;
}

const periodReasons = ({ validFrom, validUntil }: License, now: number): readonly Reason[] => {
  if (validFrom !== null && validUntil !== null && validFrom >= validUntil)
    return [{ about: "period", detail: "It is valid at no time: its period ends before it begins." }];
  if (validFrom !== null && now < validFrom)
    return [{ about: "period", detail: `It is not valid before ${isoOf(validFrom)}.` }];
  if (validUntil !== null && now >= validUntil)
    return [{ about: "period", detail: `It was valid until ${isoOf(validUntil)}.` }];
  return [];
};

const workspaceReasons = ({ workspace }: License, { id, deploymentId }: Holder): readonly Reason[] =>
  workspace === null || workspace === id || workspace === deploymentId
    ? []
    : [{ about: "workspace", detail: `It is for the workspace ${workspace}, and this is ${id} (${deploymentId}).` }];

const unknown = (
  about: "modules" | "limits",
  names: readonly string[],
  isKnown: (name: string) => boolean,
): readonly Reason[] => {
  const strange = names.filter((name) => !isKnown(name));
  if (strange.length === 0) return [];
  const what = about === "modules" ? "grants modules" : "limits things";
  return [{ about, detail: `It ${what} that there are not: ${strange.join(", ")}.`, names: strange }];
};

/** Why a licence does not hold for a workspace at an instant; none when it does. */
export const reasonsAgainst = (license: License, workspace: Holder, now: number): readonly Reason[] => [
  ...periodReasons(license, now),
  ...workspaceReasons(license, workspace),
  ...unknown("modules", license.modules, isModule),
  ...unknown("limits", Object.keys(license.limits), isLimit),
];

/** How a licence stands at an instant. */
export type LicenseStatus = "valid" | "expired" | "not-yet-valid" | "invalid";

const statusOf = (license: License, workspace: Holder, at: number): LicenseStatus => {
  const reasons = reasonsAgainst(license, workspace, at);
  if (reasons.length === 0) return "valid";
  if (reasons.some(({ about }) => about !== "period")) return "invalid";
  return license.validFrom !== null && at < license.validFrom ? "not-yet-valid" : "expired";
};

/** What a licence gives at an instant: nothing unless it is valid then. */
export interface LicenseShown {
  readonly status: LicenseStatus;
  readonly tags: readonly LicenseTag[];
  readonly modules: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** ISO 8601, UTC; null is open. */
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

/** What a workspace's licence gives at an instant; null when none is applied. */
export const licenseShown = (
  workspace: Holder & { readonly license: License | null },
  at: number,
): LicenseShown | null => {
  const { license } = workspace;
  if (license === null) return null;
  const { tags, modules, limits, validFrom, validUntil } = license;
  const status = statusOf(license, workspace, at);
  const given = status === "valid" ? { tags, modules, limits } : { tags: [], modules: [], limits: {} };
  return {
    status,
    ...given,
    validFrom: validFrom === null ? null : isoOf(validFrom),
    validUntil: validUntil === null ? null : isoOf(validUntil),
  };
};
