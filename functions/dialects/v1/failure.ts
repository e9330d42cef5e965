import type { Failure } from "../../core/failure.ts";
import { INTERNAL, INTERNAL_DETAIL, problemOf } from "./problems.ts";

/** Comes back soon enough for a queue of senders, late enough for a busy table. */
const RETRY_SECONDS = 1;

const headersOf = (status: number, failure: Failure | undefined): Record<string, string> => {
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (status === 401) headers["www-authenticate"] = "Bearer";
  if (status === 429 || status === 503)
    headers["retry-after"] = String(Number(failure?.details["retryAfterSeconds"] ?? RETRY_SECONDS));
  return headers;
};

/**
 * A failure as RFC 9457 problem details; what the failure tells beside its message becomes extension members.
 * @param failure undefined for a crash, of which nothing is told.
 */
export const renderFailure = (
  failure: Failure | undefined,
  requestId: string,
): { readonly status: number; readonly headers: Record<string, string>; readonly body: string } => {
  const problem = failure === undefined ? INTERNAL : problemOf(failure.code);
  const { status } = problem;
  const standard = {
    type: `/problems/${problem.slug}`,
    title: problem.title,
    status,
    detail: failure?.message ?? INTERNAL_DETAIL,
    instance: requestId,
  };
  // Standard members first, and theirs is the last word.
  const body = JSON.stringify({ ...standard, ...failure?.details, ...standard });
  return { status, headers: headersOf(status, failure), body };
};
