import type { FederationSettings } from "./federation.ts";
import type { License } from "./license.ts";
import type { Restored } from "./restored.ts";
import type { Upstream } from "./upstream.ts";

/** One chat installation whose use is counted. Instants in milliseconds since 1970 UTC. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "paused" | "ended";
  readonly source: "events" | "rocketchat" | "imkit";
  /** IANA name; days of reports and peaks are cut by it, hours never are. */
  readonly timeZone: string;
  /** From when on its events count. */
  readonly startsAt: number;
  readonly deploymentId: string;
  /** Identifies the app to IMKit clients; not a secret. */
  readonly clientKey: string;
  /** `callsPerMinute` of one token on one route; null for no limit. */
  readonly rocketchat: { readonly shape: "nested" | "flat"; readonly callsPerMinute: number | null };
  readonly imkit: { readonly echoKeys: boolean };
  /** Whether it stays known who was seen, or after so many days only by hashes of ids, or only how many. */
  readonly retention: { readonly people: "keep" | "hash" | "counts"; readonly afterDays: number };
  /** The server that is polled; null where none is. Its credential is kept elsewhere. */
  readonly upstream: Upstream | null;
  readonly license: License | null;
  readonly federation: FederationSettings | null;
  /** Times in which nothing was taken, `[from, to)`, oldest first; the last one has no end while it lasts. */
  readonly pauses: readonly { readonly from: number; readonly to: number | null }[];
  /** Undefined for one that was never rebuilt from its archive. */
  readonly restored?: Restored;
}

/** Rocket.Chat's own default: ten calls a minute. */
const CALLS_PER_MINUTE = 10;

/** A year and a month, once who was seen is not kept for good. */
const RETENTION_DAYS = 400;

/** What a workspace is set to before anybody changes it. */
export const DEFAULT_SETTINGS = {
  timeZone: "UTC",
  rocketchat: { shape: "nested", callsPerMinute: CALLS_PER_MINUTE },
  imkit: { echoKeys: true },
  retention: { people: "keep", afterDays: RETENTION_DAYS },
  upstream: null,
  license: null,
  federation: null,
  pauses: [],
} as const satisfies Partial<Workspace>;

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Whether a text may be the id of a workspace. */
export const isWorkspaceId = (text: string): boolean => ID.test(text);
