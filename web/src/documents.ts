/** What the API answers, as far as the page shows it; `null` is not known. */

/** A number, or not known. */
export type Amount = number | null;

/** How well an hour was observed. */
export interface Ledger {
  readonly status: string;
  readonly reasons: readonly string[];
  readonly coverage: { readonly heardMinutes: number; readonly of: number } | null;
}

/** An instance of the chat server. */
export interface Instance {
  readonly id: string;
  readonly address?: string | null;
  readonly version?: string | null;
  readonly nodeVersion?: string | null;
  readonly pid?: Amount;
  readonly uptime?: Amount;
  readonly connections?: Amount;
  readonly lastReportedAt?: string | null;
}

/** What the chat server says of itself. */
export interface Deployment {
  readonly id: string;
  readonly installedAt: string | null;
  readonly version: string | null;
  readonly appsEngineVersion: string | null;
  readonly nodeVersion: string | null;
  readonly migration: { readonly version?: number | string; readonly lockedAt?: string } | null;
  readonly database: {
    readonly version?: string;
    readonly engine?: string;
    readonly storageEngine?: string;
  } | null;
  readonly commit: { readonly hash?: string; readonly branch?: string; readonly subject?: string } | null;
  readonly process: { readonly pid?: number; readonly uptime?: number } | null;
}

/** What the workspace's licence allows. */
export interface License {
  readonly status: "valid" | "expired" | "not-yet-valid" | "invalid";
  readonly tags: readonly { readonly name: string; readonly color: string }[];
  readonly modules: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

/** What was found at one DNS record. */
export interface RecordCheck {
  readonly feature: string;
  readonly record: { readonly type: string; readonly name: string };
  readonly state: "ok" | "missing" | "wrong" | "failed";
  readonly needed: boolean;
  readonly expected: string;
  readonly found: string | null;
  readonly remedy: string | null;
}

/** How federation is set, and what its domain publishes. */
export interface Federation {
  readonly enabled: boolean;
  readonly domain: string | null;
  readonly discovery: "dns" | "hub";
  readonly checkedAt: string | null;
  readonly reachable: boolean | null;
  readonly checks: readonly RecordCheck[];
}

/** A snapshot or a reading. */
export interface Statistics {
  readonly workspace: string;
  readonly kind: "snapshot" | "reading";
  readonly window: { readonly start: string; readonly end: string };
  readonly takenAt: string;
  readonly nextRunAt: string | null;
  readonly users: Readonly<Record<string, Amount>>;
  readonly rooms: Readonly<Record<string, Amount>>;
  readonly messages: Readonly<Record<string, Amount>>;
  readonly uploads: Readonly<Record<string, Amount>>;
  readonly connections: Readonly<Record<string, Amount>>;
  readonly instances: { readonly count: Amount; readonly list: readonly Instance[] | null };
  readonly deployment: Deployment;
  readonly license: License | null;
  readonly federation: Federation | null;
  readonly ledger: Ledger;
  /** Numbers that are far from usual; null or nothing where nobody could judge. */
  readonly anomalies?: Anomalies;
}

/** What was unusual in an hour; null when nobody can say. */
export type Anomalies =
  | readonly {
      readonly statistic: string;
      readonly value: number;
      readonly low: number;
      readonly high: number;
    }[]
  | null;

/** What a number means. */
export interface Definition {
  readonly name: string;
  readonly kind: "level" | "flow" | "peak" | "low" | "distinct" | "time";
  readonly unit: string;
  readonly definition: string;
  readonly label?: string;
  /** Whether an hour of the week has a usual value. */
  readonly hasBaseline: boolean;
}

/** The server that a workspace's numbers are asked of. */
export interface Upstream {
  readonly url: string;
  readonly refresh: boolean;
  readonly allowPrivate: boolean;
}

/** A workspace and its settings. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly source: string;
  readonly timeZone: string;
  readonly startsAt: string;
  readonly deploymentId: string;
  readonly clientKey: string;
  readonly rocketchat: { readonly shape: string; readonly callsPerMinute: number | null };
  readonly imkit: { readonly echoKeys: boolean };
  readonly retention: { readonly people: string; readonly afterDays: number };
  readonly upstream: Upstream | null;
  readonly federation: Federation | null;
  readonly license: License | null;
}

/** Where the numbers come from, as the API tells it. */
export interface Source {
  readonly source: "events" | "rocketchat" | "imkit";
  readonly upstream: Upstream | null;
  readonly credential: { readonly kept: boolean; readonly origin: string | null };
  readonly lastPoll: {
    readonly hour: string;
    readonly tries: number;
    readonly at: string;
    readonly why: string | null;
    readonly nextAt: string | null;
  } | null;
  readonly capabilities: Readonly<Record<string, string>>;
}
