import type { Archive } from "../ports/archive.ts";
import type { Credentials } from "../ports/credentials.ts";
import type { Directory } from "../ports/directory.ts";
import type { Hours } from "../ports/hours.ts";
import type { Log } from "../ports/log.ts";
import type { Refreshes } from "../ports/refreshes.ts";
import type { Snapshots } from "../ports/snapshots.ts";
import type { Workspaces } from "../ports/workspaces.ts";

/** Everything outside that tasks work with; each asks for the few it needs. A composition root makes them. */
export interface Parts {
  readonly log: Log;
  readonly directory: Directory;
  readonly hours: Hours;
  readonly snapshots: Snapshots;
  readonly archive: Archive;
  readonly credentials: Credentials;
  readonly workspaces: Workspaces;
  readonly refreshes: Refreshes;
  /** Now, milliseconds since 1970 UTC. */
  readonly clock: () => number;
  /** Unguessable text of so many characters from [A-Za-z0-9]. */
  readonly secret: (characters: number) => string;
  /** A password as it may be stored. */
  readonly hashPassword: (password: string) => Promise<string>;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Waits by chance, longer with each attempt, so that losers of a race do not meet again. */
  readonly pauseByChance: (attempt: number) => Promise<void>;
  /** Seconds after an hour's end at which the schedule closes it. */
  readonly graceSeconds: number;
  /** Seconds between two refreshes of a workspace. */
  readonly cooldownSeconds: number;
}
