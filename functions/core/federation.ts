/** How other servers find a workspace's. */
export const DISCOVERIES = ["dns", "hub"] as const;
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
  /** Whether other servers can find this one in one way at least. */
  readonly isReachable: boolean;
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

/** Settings to change; what is left out stays. */
export type FederationChange = Partial<Omit<FederationSettings, "lastCheck">>;

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
