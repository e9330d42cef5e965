/**
 * Everything that can go wrong by name. Statuses and words belong to the dialects, because they disagree about them.
 */
export type FailureCode =
  | "batch.busy"
  | "batch.malformed"
  | "batch.mismatch"
  | "batch.too-large"
  | "body.malformed"
  | "body.too-large"
  | "body.unsupported-encoding"
  | "body.unsupported-type"
  | "credential.expired"
  | "credential.missing"
  | "credential.unknown"
  | "hour.still-open"
  | "import.missing"
  | "import.not-empty"
  | "import.open"
  | "parameter.invalid"
  | "range.invalid"
  | "refresh.too-many"
  | "reporter.missing"
  | "route.method-not-allowed"
  | "route.unknown"
  | "scope.missing"
  | "sequence.gap"
  | "snapshot.missing"
  | "store.busy"
  | "workspace.exists"
  | "workspace.missing"
  | "workspace.not-chosen";

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
