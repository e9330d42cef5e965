/**
 * Everything that can go wrong by name. Statuses and words belong to the dialects, because they disagree about them.
 */
export type FailureCode =
  | "account.exists"
  | "account.locked"
  | "account.missing"
  | "batch.busy"
  | "batch.malformed"
  | "batch.mismatch"
  | "batch.too-large"
  | "body.malformed"
  | "body.too-large"
  | "body.unsupported-encoding"
  | "body.unsupported-type"
  | "channel.missing"
  | "channel.too-many"
  | "confirmation.missing"
  | "credential.expired"
  | "credential.in-use"
  | "credential.missing"
  | "credential.not-found"
  | "credential.unknown"
  | "directory.malformed"
  | "directory.mismatch"
  | "directory.sync-missing"
  | "events.unwanted"
  | "hour.still-open"
  | "import.missing"
  | "import.not-empty"
  | "import.open"
  | "license.duplicate"
  | "license.refused"
  | "login.refused"
  | "parameter.invalid"
  | "password.weak"
  | "password.wrong"
  | "range.invalid"
  | "rate.exceeded"
  | "refresh.too-many"
  | "report.malformed"
  | "report.missing"
  | "report.unwanted"
  | "reporter.missing"
  | "route.method-not-allowed"
  | "route.unknown"
  | "scope.missing"
  | "sequence.gap"
  | "snapshot.missing"
  | "store.busy"
  | "store.newer"
  | "token.exists"
  | "token.too-many"
  | "upstream.failed"
  | "upstream.no-vault"
  | "upstream.not-polled"
  | "workspace.exists"
  | "workspace.has-history"
  | "workspace.missing"
  | "workspace.not-chosen"
  | "workspace.paused";

/** A failure with a name; tasks throw it, dialects render it. `details` are safe to show to the caller. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: FailureCode, message: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** Something stored can't be decoded: no caller's doing, so it has no code, and ends as a loud 500. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}
