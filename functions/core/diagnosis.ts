import { type Credential, standing } from "./credential.ts";
import type { Health } from "./health.ts";
import { DAY_MS, hourName, MINUTE_MS } from "./hour.ts";
import { isoOf } from "./instant.ts";
import { isForSomebody, POLL_REASONS, type PollReason } from "./upstream.ts";
import type { Workspace } from "./workspace.ts";

/** Something that is not as it should be, and what to do about it. */
export interface Finding {
  /** `critical`: numbers are late or wrong. `warn`: they will be. `note`: good to know. */
  readonly severity: "critical" | "warn" | "note";
  readonly subject: string;
  readonly what: string;
  readonly remedy: string;
}

/** What a workspace's diagnosis is made from. Instants in milliseconds since 1970 UTC. */
export interface Symptoms {
  readonly workspace: Workspace;
  readonly health: Health;
  readonly credentials: readonly Credential[];
  /** When the latest document was taken, and the latest snapshot made; null before there is any. */
  readonly latestAt: number | null;
  readonly now: number;
}

type Told = readonly [severity: Finding["severity"], what: string, remedy: string];

/** What a reason of {@link Health} means to whoever has to mend it. */
const REASONS: Readonly<Record<string, Told>> = {
  paused: [
    "note",
    "the workspace is paused: nothing is taken and nothing closes",
    "resume it: tidemark workspace resume",
  ],
  "import-open": [
    "note",
    "an import is open: until it is finished no hour closes",
    "run the import again to finish it, or POST /v1/imports/{id}/finish",
  ],
  "no-recent-success": [
    "critical",
    "no hour was closed for too long",
    "see that the schedule runs and what its worker logs; tidemark close closes what is due now",
  ],
  "catching-up": ["warn", "hours are behind, and are being closed now", "wait; tidemark close helps along"],
  "hours-failed": [
    "critical",
    "hours were passed over because they could not be closed",
    "read the worker's log for the error; every run tries them again",
  ],
  "closing-failed": ["warn", "the next hour failed to close", "read the worker's log for the error; it is tried again"],
  "reporters-silent": [
    "warn",
    "no reporter was heard in the last closed hour, although they were before",
    "see that the chat server runs and can send its events",
  ],
  integrity: [
    "critical",
    "the last closed hour breaks an identity of its statistics",
    "compare what its reporters sent; the hour is published as it is, and flagged",
  ],
  "directory-lost": [
    "warn",
    "the directory was lost with the table that this workspace was restored from: how many users or rooms there are is unknown",
    "commit full lists: PUT /v1/directory/users and PUT /v1/directory/rooms",
  ],
  "delivery-given-up": [
    "warn",
    "notices were given up: a channel did not take them",
    "mend the channel, and see with tidemark channel test that it takes one; it is well again with the next notice it takes",
  ],
};

/** What somebody has to mend before a server tells anything. */
const MENDED_BY: Partial<Readonly<Record<PollReason, string>>> = {
  "upstream-unauthorized": "give a credential that its server knows",
  "upstream-forbidden": "give a credential that may read its server's statistics",
  "upstream-redirected": "give the address that its server sends us to",
  "upstream-not-public": "give a public address, or let an operator allow the private one",
  "upstream-not-secret": "give an https address",
  "upstream-certificate": "mend the certificate of its server, or give another address",
  "credential-missing": "give a credential for its server",
  "credential-unreadable": "give its credential again",
};

/** What is left is why a polled server told nothing. */
const ofSource = (reason: string): Told => {
  const known = POLL_REASONS.find((one) => one === reason);
  const isOurs = known !== undefined && isForSomebody(known);
  return [
    isOurs ? "critical" : "warn",
    `the server that this workspace is read from told nothing: ${reason}`,
    isOurs
      ? `${MENDED_BY[known] ?? "mend its address or credential"}: tidemark source add; until then every hour is missing`
      : "tidemark source show says why; it is asked again at the next hour",
  ];
};

const listed = (hours: readonly number[]): string => hours.slice(0, 5).map(hourName).join(", ");

const ofHealth = ({ workspace, health }: Symptoms): Finding[] => {
  const findings = health.reasons.map((reason): Finding => {
    const [severity, what, remedy] = REASONS[reason] ?? ofSource(reason);
    return { severity, subject: workspace.id, what, remedy };
  });
  if (health.failed.length > 0)
    findings.push({
      severity: "note",
      subject: workspace.id,
      what: `hours passed over: ${listed(health.failed)}${health.failed.length > 5 ? ", …" : ""}`,
      remedy: "tidemark close tries them again",
    });
  if (health.unarchived > 0)
    findings.push({
      severity: "warn",
      subject: workspace.id,
      what: `${health.unarchived} published documents are not in the archive yet`,
      remedy: "see that the archive can be written; the next run, or tidemark close, settles it",
    });
  if (health.dirty.length > 0)
    findings.push({
      severity: "note",
      subject: workspace.id,
      what: `${health.dirty.length} hours wait to be restated`,
      remedy: "each run restates them; tidemark close does it now",
    });
  for (const { channel, count, last } of health.givenUp)
    findings.push({
      severity: "note",
      subject: workspace.id,
      what: `given up to the channel ${channel}: ${count}, the last «${last.title}» at ${isoOf(last.finishedAt ?? 0)}: ${last.lastError ?? "nobody knows why"}`,
      remedy: `tidemark channel test ${channel} tells whether it takes a notice; tidemark channel remove ${channel} takes it away`,
    });
  return findings;
};

/** Somebody should have a new one by then. */
const SOON_MS = 14 * DAY_MS;

const ofCredentials = ({ workspace, credentials, now }: Symptoms): Finding[] =>
  credentials
    // Sessions end and begin all the time; nobody has to do anything about them.
    .filter(({ kind, expiresAt }) => kind !== "session" && expiresAt !== null && expiresAt - now < SOON_MS)
    .filter((credential) => standing(credential, now) !== "revoked")
    .map((credential): Finding => {
      const { kind, label, lastCharacters, expiresAt } = credential;
      const isOver = standing(credential, now) === "expired";
      return {
        severity: isOver ? "warn" : "note",
        subject: workspace.id,
        what: `the ${kind} «${label}» (…${lastCharacters}) ${isOver ? "expired" : "expires"} at ${isoOf(expiresAt ?? 0)}`,
        remedy: "tidemark key rotate gives a new one",
      };
    });

/** Clocks of one deployment differ by seconds; a minute is a fault. */
const SKEW_MS = MINUTE_MS;

const ofClock = ({ workspace, latestAt, now }: Symptoms): Finding[] =>
  latestAt === null || latestAt - now < SKEW_MS
    ? []
    : [
        {
          severity: "critical",
          subject: workspace.id,
          what: `this machine's clock says ${isoOf(now)}, and a document was made at ${isoOf(latestAt)}`,
          remedy: "set the clock (NTP): events are refused as too far ahead or too old by it",
        },
      ];

const ORDER: readonly Finding["severity"][] = ["critical", "warn", "note"];

/** Everything about a workspace that is not as it should be, the worst first. */
export const diagnose = (symptoms: Symptoms): readonly Finding[] =>
  [...ofHealth(symptoms), ...ofClock(symptoms), ...ofCredentials(symptoms)].toSorted(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity),
  );
