import type { Accounts } from "../ports/accounts.ts";
import type { Alerts } from "../ports/alerts.ts";
import type { Announcements } from "../ports/announcements.ts";
import type { Archive } from "../ports/archive.ts";
import type { Audit } from "../ports/audit.ts";
import type { Calls } from "../ports/calls.ts";
import type { Channels } from "../ports/channels.ts";
import type { Credentials } from "../ports/credentials.ts";
import type { Senders, SigningSecrets } from "../ports/delivering.ts";
import type { Directory } from "../ports/directory.ts";
import type { Hours } from "../ports/hours.ts";
import type { IdentityTokens } from "../ports/identity-tokens.ts";
import type { LicenseKeys, VerifyLicense } from "../ports/licenses.ts";
import type { Log } from "../ports/log.ts";
import type { Names } from "../ports/names.ts";
import type { Outbox } from "../ports/outbox.ts";
import type { PeopleKeys } from "../ports/people-keys.ts";
import type { Polls } from "../ports/polls.ts";
import type { ArchivedPublication, Publications } from "../ports/publications.ts";
import type { Refreshes } from "../ports/refreshes.ts";
import type { Remains } from "../ports/remains.ts";
import type { ReportFiles } from "../ports/report-files.ts";
import type { ReportRecords } from "../ports/report-records.ts";
import type { Reports } from "../ports/reports.ts";
import type { Series } from "../ports/series.ts";
import type { Snapshots } from "../ports/snapshots.ts";
import type { Syncs } from "../ports/syncs.ts";
import type { Unions } from "../ports/unions.ts";
import type { UpstreamCredentials } from "../ports/upstream-credentials.ts";
import type { Upstreams } from "../ports/upstreams.ts";
import type { Workspaces } from "../ports/workspaces.ts";

/** Everything outside that tasks work with; each asks for the few it needs. A composition root makes them. */
export interface Parts {
  readonly log: Log;
  readonly directory: Directory;
  readonly syncs: Syncs;
  readonly hours: Hours;
  readonly snapshots: Snapshots;
  readonly series: Series;
  readonly unions: Unions;
  readonly archive: Archive;
  readonly publications: Publications;
  /** Is told of each publication that is in the archive, once at least; undefined where nobody wants to know. */
  readonly tellPublished?: (publication: ArchivedPublication) => void;
  readonly alerts: Alerts;
  /** Undefined where nobody listens. */
  readonly announcements: Announcements | undefined;
  readonly credentials: Credentials;
  readonly accounts: Accounts;
  readonly workspaces: Workspaces;
  readonly audit: Audit;
  readonly calls: Calls;
  readonly licenseKeys: LicenseKeys;
  readonly verifyLicense: VerifyLicense;
  readonly names: Names;
  /** Undefined where no issuer is trusted. */
  readonly identityTokens: IdentityTokens | undefined;
  readonly refreshes: Refreshes;
  readonly remains: Remains;
  readonly reports: Reports;
  readonly channels: Channels;
  readonly outbox: Outbox;
  readonly senders: Senders;
  readonly signingSecrets: SigningSecrets;
  readonly reportFiles: ReportFiles;
  readonly reportRecords: ReportRecords;
  readonly polls: Polls;
  /** Undefined where servers are not asked, because nothing to ask them with is kept. */
  readonly upstreams: Upstreams | undefined;
  readonly upstreamCredentials: UpstreamCredentials;
  readonly peopleKeys: PeopleKeys;
  /** Now, milliseconds since 1970 UTC. */
  readonly clock: () => number;
  /** Unguessable text of so many characters from [A-Za-z0-9]. */
  readonly secret: (characters: number) => string;
  /** A password as it may be stored. */
  readonly hashPassword: (password: string) => Promise<string>;
  /** Whether a password is the one of a stored hash; takes as long for a wrong one. */
  readonly isPassword: (password: string, passwordHash: string) => Promise<boolean>;
  /** By chance, from 0 up to 1. */
  readonly chance: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Waits by chance, longer with each attempt, so that losers of a race do not meet again. */
  readonly pauseByChance: (attempt: number) => Promise<void>;
  /** Seconds after an hour's end at which the schedule closes it. */
  readonly graceSeconds: number;
  /** Seconds between two refreshes of a workspace. */
  readonly cooldownSeconds: number;
  /** Segments from which a refresh stores what it folds: that writes whole hours, and fewer are cheaper to read again. */
  readonly storesFrom: number;
}
