import { parseImkitReport } from "../../core/imkit-report.ts";
import { parsedJson, reportOr, retryAfterMs, withoutSecret } from "../../core/upstream-answer.ts";
import type { Ask } from "../../ports/outbound.ts";
import type { Poll, Polled } from "../../ports/upstreams.ts";

/** A hundred thousand ids of the longest. */
const MOST_BYTES = 16_000_000;
const OK = 200;

/** What the answer says of itself: some errors come with status 200. */
const codeIn = (body: unknown, status: number): number => {
  const code = typeof body === "object" && body !== null && "RC" in body ? Number(body.RC) : 0;
  return status === OK && code !== 0 ? code : status;
};

const refusal = (code: number, retryAfter: string | undefined, now: number): Polled | undefined => {
  if (code === 401) return { reason: "upstream-unauthorized", why: "the server does not know the key" };
  if (code === 403) return { reason: "upstream-forbidden", why: "the key lacks the permission for the platform's API" };
  if (code === 429)
    return {
      reason: "upstream-throttled",
      why: "the server was asked too often, by us or by others",
      retryAfterMs: retryAfterMs(retryAfter, now),
    };
  return code === OK ? undefined : { reason: "upstream-failed", why: `the server answered with code ${code}` };
};

/** Asks an IMKit app for `GET /admin/stats`: the last 3600 seconds, as its own clock has them. */
export const pollImkit =
  (ask: Ask): Poll =>
  async ({ url, allowPrivate }, credential, now) => {
    if (credential.kind !== "imkit")
      return { reason: "credential-missing", why: "an IMKit app is asked with an API key" };
    const reply = await ask({
      url: new URL(`${url}/admin/stats`),
      headers: { "im-api-key": credential.apiKey },
      isNeighbour: allowPrivate,
      maxBytes: MOST_BYTES,
    });
    if ("none" in reply) return { reason: `upstream-${reply.none}`, why: reply.why };
    const body = withoutSecret(parsedJson(reply.body), credential.apiKey);
    return (
      refusal(codeIn(body, reply.status), reply.headers["retry-after"], now) ??
      reportOr(() => parseImkitReport(body, now))
    );
  };
