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
  readonly rocketchat: { readonly shape: "nested" | "flat" };
  readonly imkit: { readonly echoKeys: boolean };
}

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const isWorkspaceId = (text: string): boolean => ID.test(text);
