import type { Failure, FailureCode } from "../../core/failure.ts";
import { refusedLicenseOf } from "./licenses.ts";

interface Rendered {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const LOGIN = "You must be logged in to do this.";
/** The same for a missing, unknown and ended token: a caller learns nothing about tokens. */
const NOT_LOGGED_IN = { success: false, error: LOGIN, status: "error", message: LOGIN };
const NO_ENDPOINT = {
  success: false,
  error: "API endpoint does not exist.",
  status: "error",
  message: "API endpoint does not exist.",
};

const RETRY_SECONDS = 1;
const retryAfter = (failure: Failure): number => Number(failure.details["retryAfterSeconds"] ?? RETRY_SECONDS);

const tooMany = (failure: Failure): object => ({
  success: false,
  error: `Error, too many requests. Please slow down. You must wait ${retryAfter(failure)} seconds before trying this endpoint again. [error-too-many-requests]`,
});

const coded =
  (errorType: string) =>
  ({ message }: Failure): object => ({ success: false, error: `${message} [${errorType}]`, errorType });

type Told = readonly [status: number, body: object | ((failure: Failure) => object)];

const INVALID: Told = [400, coded("error-invalid-params")];
/** What this dialect itself refuses comes with its body (`refusal.ts`). */
const REFUSED: Told = [
  400,
  (failure) => {
    const { body } = failure.details;
    return typeof body === "object" && body !== null ? body : coded("error-invalid-params")(failure);
  },
];

/** Routes that look for the permission inside their action, and so answer 400 without a text. */
const LOOKING_INSIDE: readonly unknown[] = ["/api/v1/statistics", "/api/v1/statistics.list"];
const NOT_ALLOWED: Told = [400, { success: false, error: "error-not-allowed" }];
const UNAUTHORIZED: Told = [
  403,
  { success: false, error: "User does not have the permissions required for this action [error-unauthorized]" },
];

/** Routes that look for the permission inside their action, too, and answer with an error that has a code. */
const LOOKING_LATE: readonly unknown[] = [
  "/api/v1/users.generatePersonalAccessToken",
  "/api/v1/users.regeneratePersonalAccessToken",
  "/api/v1/users.removePersonalAccessToken",
];
const NOT_AUTHORIZED: Told = [
  400,
  { success: false, error: "Not Authorized [not-authorized]", errorType: "not-authorized" },
];

/** The same for an unknown name and a wrong password: a caller learns nothing about names. */
const refusedLogin = ({ message }: Failure): object => ({ success: false, status: "error", error: message, message });

/** Failures that this dialect's routes can meet; any other has no words here and counts as a crash. */
const TOLD: Readonly<Partial<Record<FailureCode, Told>>> = {
  "account.locked": [429, tooMany],
  // The account is gone, so nobody is logged in to it.
  "account.missing": [401, NOT_LOGGED_IN],
  "body.malformed": INVALID,
  "body.too-large": [413, coded("error-body-too-large")],
  "body.unsupported-encoding": [415, coded("error-unsupported-encoding")],
  "body.unsupported-type": [415, coded("error-unsupported-type")],
  "credential.expired": [401, NOT_LOGGED_IN],
  "credential.missing": [401, NOT_LOGGED_IN],
  "credential.not-found": [
    400,
    {
      success: false,
      error: "Token does not exist [error-token-does-not-exists]",
      errorType: "error-token-does-not-exists",
    },
  ],
  "credential.unknown": [401, NOT_LOGGED_IN],
  "events.unwanted": [409, coded("error-events-unwanted")],
  "login.refused": [401, refusedLogin],
  "license.duplicate": [400, { success: false, error: "Duplicated license" }],
  "license.refused": [400, refusedLicenseOf],
  "parameter.invalid": REFUSED,
  "password.wrong": [400, coded("error-invalid-password")],
  "password.weak": [400, coded("error-password-policy-not-met")],
  "range.invalid": INVALID,
  "rate.exceeded": [429, tooMany],
  "refresh.too-many": [429, tooMany],
  "route.method-not-allowed": [
    405,
    { success: false, error: "Method not allowed.", status: "error", message: "Method not allowed." },
  ],
  "route.unknown": [404, NO_ENDPOINT],
  "token.exists": [400, coded("error-token-already-exists")],
  "token.too-many": [400, coded("error-too-many-tokens")],
  "store.busy": [503, coded("error-service-unavailable")],
  "store.newer": [503, coded("error-service-unavailable")],
  // Its own status, so that clients which take 500 for a crash of ours try again.
  "upstream.failed": [502, coded("error-upstream-failed")],
  // The workspace is gone, so nobody is logged in to it.
  "workspace.missing": [401, NOT_LOGGED_IN],
  "workspace.not-chosen": INVALID,
  "workspace.paused": [409, coded("error-workspace-paused")],
};

const CRASHED: Told = [500, { success: false, error: "Internal server error" }];

const toldOf = ({ code, details }: Failure): Told => {
  if (code !== "scope.missing") return TOLD[code] ?? CRASHED;
  if (LOOKING_INSIDE.includes(details["path"])) return NOT_ALLOWED;
  return LOOKING_LATE.includes(details["path"]) ? NOT_AUTHORIZED : UNAUTHORIZED;
};

/** What upstream says of its limit in every answer; the end of the window is in milliseconds since 1970 UTC. */
const limitHeaders = ({ code, details }: Failure): Record<string, string> =>
  code === "rate.exceeded"
    ? {
        "x-ratelimit-limit": String(details["limit"]),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(details["resetAt"]),
      }
    : {};

const headersOf = (status: number, failure: Failure): Record<string, string> => ({
  ...(status === 429 || status === 503 ? { "retry-after": String(retryAfter(failure)) } : {}),
  ...limitHeaders(failure),
});

/**
 * A failure in Rocket.Chat's words (statuses and bodies as its REST API has them).
 * @param failure undefined for a crash, of which nothing is told.
 */
export const renderFailure = (failure: Failure | undefined): Rendered => {
  const [status, told] = failure === undefined ? CRASHED : toldOf(failure);
  const body = typeof told === "function" && failure !== undefined ? told(failure) : told;
  return {
    status,
    headers: { "content-type": "application/json", ...(failure === undefined ? {} : headersOf(status, failure)) },
    body: JSON.stringify(body),
  };
};
