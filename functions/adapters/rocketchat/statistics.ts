import { parseRocketchatReport } from "../../core/rocketchat-report.ts";
import { parsedJson, reportOr, retryAfterMs, withoutSecret } from "../../core/upstream-answer.ts";
import type { Ask, Reply } from "../../ports/outbound.ts";
import type { Poll, Polled } from "../../ports/upstreams.ts";

/** Many times what today's servers answer. */
const MOST_BYTES = 1_000_000;

type Answered = Extract<Reply, { status: number }>;

/** Servers of all years say a missing permission in their own way (400 or 403). */
const isNotAllowed = ({ status, body }: Answered): boolean =>
  status === 403 || (status === 400 && /not-allowed|Not allowed|unauthorized/.test(body));

const refusal = (answered: Answered, now: number): Polled | undefined => {
  const { status, headers } = answered;
  if (status === 401)
    return { reason: "upstream-unauthorized", why: "the server does not know the token, or not with this user id" };
  if (isNotAllowed(answered))
    return { reason: "upstream-forbidden", why: "the user lacks the permission view-statistics" };
  if (status === 429) {
    const wait = retryAfterMs(headers["retry-after"], now) || Number(headers["x-ratelimit-reset"] ?? 0) - now;
    return {
      reason: "upstream-throttled",
      why: "the server was asked too often, by us or by others",
      retryAfterMs: Math.min(Math.max(Number.isFinite(wait) ? wait : 0, 0), 3_600_000),
    };
  }
  return status === 200 ? undefined : { reason: "upstream-failed", why: `the server answered with status ${status}` };
};

/**
 * Asks a Rocket.Chat server, 0.61 or later, for `GET /api/v1/statistics`. With `refresh` it counts anew, and keeps one
 * record more of its own.
 */
export const pollRocketchat =
  (ask: Ask): Poll =>
  async ({ url, refresh, allowPrivate }, credential, now) => {
    if (credential.kind !== "rocketchat")
      return { reason: "credential-missing", why: "a Rocket.Chat server is asked with a user id and a token" };
    const reply = await ask({
      url: new URL(`${url}/api/v1/statistics${refresh ? "?refresh=true" : ""}`),
      headers: { "x-auth-token": credential.authToken, "x-user-id": credential.userId },
      isNeighbour: allowPrivate,
      maxBytes: MOST_BYTES,
    });
    if ("none" in reply) return { reason: `upstream-${reply.none}`, why: reply.why };
    return (
      refusal(reply, now) ??
      reportOr(() =>
        parseRocketchatReport(withoutSecret(parsedJson(reply.body), credential.authToken), {
          now,
          isCountedNow: refresh,
        }),
      )
    );
  };
