import type { Failure, FailureCode } from "../../core/failure.ts";

interface Rendered {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A fixed message is the vendor's own; without one, the failure's is told. */
type Told = readonly [status: number, reason: string, code: string, message?: string];

const UNAUTHORIZED: Told = [401, "Unauthorized", "INVALID_API_KEY", "Invalid or missing API key"];
const INVALID: Told = [400, "Bad Request", "INVALID_PARAMETER"];

/** Failures that this dialect's routes can meet; any other has no words here and counts as a crash. */
const TOLD: Readonly<Partial<Record<FailureCode, Told>>> = {
  "body.malformed": INVALID,
  "body.too-large": [413, "Content Too Large", "BODY_TOO_LARGE"],
  "body.unsupported-encoding": [415, "Unsupported Media Type", "UNSUPPORTED_ENCODING"],
  "body.unsupported-type": [415, "Unsupported Media Type", "UNSUPPORTED_TYPE"],
  "credential.expired": UNAUTHORIZED,
  "credential.missing": UNAUTHORIZED,
  "credential.unknown": UNAUTHORIZED,
  "parameter.invalid": INVALID,
  "range.invalid": INVALID,
  "rate.exceeded": [429, "Too Many Requests", "TOO_MANY_REQUESTS"],
  "refresh.too-many": [429, "Too Many Requests", "TOO_MANY_REQUESTS"],
  "report.malformed": INVALID,
  "report.unwanted": [409, "Conflict", "REPORT_NOT_WANTED"],
  "route.method-not-allowed": [405, "Method Not Allowed", "METHOD_NOT_ALLOWED"],
  "route.unknown": [404, "Not Found", "NOT_FOUND"],
  "scope.missing": [403, "Forbidden", "PERMISSION_DENIED", "Platform API permission required"],
  "store.busy": [503, "Service Unavailable", "SERVICE_UNAVAILABLE"],
  "store.newer": [503, "Service Unavailable", "SERVICE_UNAVAILABLE"],
  "upstream.failed": [502, "Bad Gateway", "SOURCE_FAILED"],
  // The workspace is gone, and its keys with it.
  "workspace.missing": UNAUTHORIZED,
  "workspace.paused": [409, "Conflict", "WORKSPACE_PAUSED"],
};

const CRASHED: Told = [500, "Internal Server Error", "INTERNAL_ERROR", "Something failed on our side"];
const RETRY_SECONDS = 1;

/**
 * A failure in IMKit's words (its statistics page shows 401 and 403; the rest follows their form).
 * @param failure undefined for a crash, of which nothing is told.
 */
export const renderFailure = (failure: Failure | undefined): Rendered => {
  const told = failure === undefined ? undefined : TOLD[failure.code];
  const [status, reason, code, message = failure?.message ?? reason] = told ?? CRASHED;
  const headers: Record<string, string> = { "content-type": "application/json", "cache-control": "no-store" };
  if (status === 429 || status === 503)
    headers["retry-after"] = String(Number(failure?.details["retryAfterSeconds"] ?? RETRY_SECONDS));
  return { status, headers, body: JSON.stringify({ RC: status, RM: reason, error: { code, message } }) };
};
