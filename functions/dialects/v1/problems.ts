import type { FailureCode } from "../../core/failure.ts";

/** A problem as an answer tells it; what it means and what to do is on its page (`problem-pages.ts`, read late). */
export interface Problem {
  /** Last part of its `type`, and of its page's path. */
  readonly slug: string;
  /** HTTP status. */
  readonly status: number;
  readonly title: string;
}

type Told = readonly [status: number, title: string];

/** One page for both: what to do is the same. */
const TOO_MANY: Told = [429, "Too many requests"];

const FAILURES: Readonly<Record<FailureCode, Told>> = {
  "account.exists": [409, "User name taken"],
  "account.locked": [429, "Account locked"],
  "account.missing": [404, "No such user"],
  "batch.busy": [503, "Batch busy"],
  "batch.malformed": [400, "Not a batch"],
  "batch.mismatch": [422, "Batch id used before"],
  "batch.too-large": [413, "Too many events"],
  "body.malformed": [400, "Unreadable body"],
  "body.too-large": [413, "Body too large"],
  "body.unsupported-encoding": [415, "Unsupported content encoding"],
  "body.unsupported-type": [415, "Unsupported content type"],
  "channel.missing": [404, "No such channel"],
  "channel.too-many": [409, "Too many channels"],
  "confirmation.missing": [409, "Confirmation missing"],
  "credential.expired": [401, "Credential expired"],
  "credential.in-use": [409, "Last administrator's key"],
  "credential.missing": [401, "Credential missing"],
  "credential.not-found": [404, "No such key or token"],
  "credential.unknown": [401, "Credential unknown"],
  "directory.malformed": [400, "Lines of the list unreadable"],
  "directory.mismatch": [409, "List differs"],
  "directory.sync-missing": [404, "No such list"],
  "events.unwanted": [409, "Events not wanted"],
  "hour.still-open": [409, "Hour still open"],
  "import.missing": [404, "No such import"],
  "import.not-empty": [409, "History not empty"],
  "import.open": [409, "Import open"],
  "login.refused": [401, "Login refused"],
  "license.duplicate": [409, "Licence applied already"],
  "license.refused": [422, "Licence refused"],
  "parameter.invalid": [400, "Invalid parameter"],
  "password.weak": [400, "Weak password"],
  "password.wrong": [400, "Wrong password"],
  "range.invalid": [400, "Invalid range"],
  "rate.exceeded": TOO_MANY,
  "refresh.too-many": TOO_MANY,
  "report.malformed": [400, "Not a report"],
  "report.missing": [404, "No such report"],
  "report.unwanted": [409, "Report not wanted"],
  "reporter.missing": [404, "Reporter unknown"],
  "route.method-not-allowed": [405, "Method not allowed"],
  "route.unknown": [404, "Nothing here"],
  "scope.missing": [403, "Not allowed"],
  "sequence.gap": [409, "Sequence gap"],
  "snapshot.missing": [404, "No such snapshot"],
  "store.busy": [503, "Busy"],
  "store.newer": [503, "Newer store"],
  "token.exists": [409, "Token exists"],
  "token.too-many": [409, "Too many tokens"],
  "upstream.failed": [502, "Source did not answer"],
  "upstream.no-vault": [501, "No place for credentials"],
  "upstream.not-polled": [409, "Not a polled workspace"],
  "workspace.exists": [409, "Workspace exists"],
  "workspace.has-history": [409, "Workspace has a history"],
  "workspace.missing": [404, "No such workspace"],
  "workspace.not-chosen": [400, "Workspace not chosen"],
  "workspace.paused": [409, "Workspace paused"],
};

/** Not every name is its slug: what shares a page goes by what the caller sees. */
const slugOf = (code: FailureCode): string =>
  FAILURES[code] === TOO_MANY ? "too-many-requests" : code.replace(".", "-");

/** A failure without a name: of its cause nothing is told. */
export const INTERNAL = { slug: "internal-error", status: 500, title: "Internal error" } as const satisfies Problem;
/** What a caller is told of it. */
export const INTERNAL_DETAIL =
  "Something failed on our side. Try again; if it stays, give us the request id, which names it in our log.";

/** The problem that a failure's code stands for. */
export const problemOf = (code: FailureCode): Problem => {
  const [status, title] = FAILURES[code];
  return { slug: slugOf(code), status, title };
};
