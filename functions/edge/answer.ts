import { hash } from "node:crypto";

/** What goes back. Header names are in lower case, bodies are text. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Weak comparison: RFC 9110 section 13.1.2 asks for it with If-None-Match. */
const opaque = (tag: string): string => tag.trim().replace(/^W\//, "");

/**
 * Turns an answer that the caller already has into 304 without a body (RFC 9110 sections 13.1.2 and 15.4.5).
 * @param ifNoneMatch the request's If-None-Match, as sent.
 */
export const unlessUnchanged = (answer: Answer, ifNoneMatch: string | undefined): Answer => {
  const etag = answer.headers?.["etag"];
  if (ifNoneMatch === undefined || etag === undefined || answer.status !== 200) return answer;
  const isKnown = ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => opaque(tag) === opaque(etag));
  if (!isKnown) return answer;
  const { "content-type": _, ...headers } = answer.headers ?? {};
  return { status: 304, headers };
};

/** An answer of JSON text; the content type is exactly that, because some clients compare it as a whole. */
export const jsonAnswer = (body: string, headers: Readonly<Record<string, string>> = {}, status = 200): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body,
});

/** A strong entity tag: the same bytes have the same one, everywhere. */
export const etagOf = (content: string | Uint8Array): string => `"${hash("sha256", content)}"`;
