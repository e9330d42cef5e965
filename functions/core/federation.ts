/** How other servers find a workspace's. */
export const DISCOVERIES = ["dns", "hub"] as const;
export type Discovery = (typeof DISCOVERIES)[number];

/** What a workspace's operator has set for its federation. */
export interface FederationSettings {
  readonly enabled: boolean;
  /** Domain that users of other servers address; null before one is set. */
  readonly domain: string | null;
  readonly discovery: Discovery;
}
