import { isoOf } from "./instant.ts";

/** How other servers find a workspace's. */
export const DISCOVERIES = ["dns", "hub"] as const;
/** One of these. */
export type Discovery = (typeof DISCOVERIES)[number];

/** What became of one record: as it should be, not there, not usable, or it couldn't be looked up. */
export type RecordState = "ok" | "missing" | "wrong" | "failed";

/** One record that a domain publishes for its federation, and what was found. */
export interface RecordCheck {
  readonly feature: string;
  /** SRV and TXT are looked up in DNS; HTTPS is a file that the domain serves. */
  readonly record: { readonly type: "SRV" | "TXT" | "HTTPS"; readonly name: string };
  readonly state: RecordState;
  /** False for a record that the federation works without, as things are. */
  readonly isNeeded: boolean;
  readonly expected: string;
  readonly found: string | null;
  /** What to do; null when there is nothing to be done. */
  readonly remedy: string | null;
}

/** What was found about a domain at an instant, milliseconds since 1970 UTC. */
export interface FederationCheck {
  readonly at: number;
  readonly domain: string;
  readonly discovery: Discovery;
  /** Whether other servers can find this one in one way at least; null when only the hub knows. */
  readonly isReachable: boolean | null;
  readonly records: readonly RecordCheck[];
}

/** What a workspace's operator has set for its federation. */
export interface FederationSettings {
  readonly enabled: boolean;
  /** Domain that users of other servers address, as DNS spells it; null before one is set. */
  readonly domain: string | null;
  readonly discovery: Discovery;
  /** What was found when these settings were last checked; null before. */
  readonly lastCheck: FederationCheck | null;
}

/** Settings to change; what is left out, or undefined, stays. */
export interface FederationChange {
  readonly enabled?: boolean | undefined;
  readonly domain?: string | null | undefined;
  readonly discovery?: Discovery | undefined;
}

/** What a workspace has that nobody set anything for. Upstream recommends DNS. */
const UNSET: FederationSettings = { enabled: false, domain: null, discovery: "dns", lastCheck: null };

/** Settings after a change. A check of another domain, or another way of discovery, says nothing about the new ones. */
export const changedFederation = (
  settings: FederationSettings | null,
  { enabled, domain, discovery }: FederationChange,
): FederationSettings => {
  const before = settings ?? UNSET;
  const after = {
    enabled: enabled ?? before.enabled,
    domain: domain === undefined ? before.domain : domain,
    discovery: discovery ?? before.discovery,
  };
  const isSame = after.domain === before.domain && after.discovery === before.discovery;
  return { ...after, lastCheck: isSame ? before.lastCheck : null };
};

/** Settings that keep a check, unless it is of what they no longer say, or an older one than they have. */
export const checkedFederation = (
  settings: FederationSettings | null,
  check: FederationCheck,
): FederationSettings | null =>
  settings !== null &&
  settings.domain === check.domain &&
  settings.discovery === check.discovery &&
  check.at >= (settings.lastCheck?.at ?? -Infinity)
    ? { ...settings, lastCheck: check }
    : settings;

/** A check as answers and documents show it. */
export interface ShownCheck {
  /** ISO instant; null before the first check. */
  readonly checkedAt: string | null;
  readonly reachable: boolean | null;
  readonly checks: readonly object[];
}

const NO_CHECK: ShownCheck = { checkedAt: null, reachable: null, checks: [] };

/** What a check found, record by record. */
export const shownCheck = ({ at, isReachable, records }: FederationCheck): ShownCheck => ({
  checkedAt: isoOf(at),
  reachable: isReachable,
  checks: records.map(({ isNeeded, ...record }) => ({ ...record, needed: isNeeded })),
});

/** A federation as answers and documents show it. */
export type ShownFederation = Omit<FederationSettings, "lastCheck"> & ShownCheck;

/**
 * What is shown of a federation as of an instant, milliseconds since 1970 UTC: a check that came later was not known then,
 * so that an hour closed late tells the same. Null when nobody has set anything.
 */
export const federationShown = (settings: FederationSettings | null, at: number): ShownFederation | null => {
  if (settings === null) return null;
  const { lastCheck, ...set } = settings;
  return { ...set, ...(lastCheck === null || lastCheck.at > at ? NO_CHECK : shownCheck(lastCheck)) };
};
