import { digestOf } from "../core/document.ts";
import { type Answer, etagOf, jsonAnswer } from "../edge/answer.ts";
import { apiDescription } from "./api-description.ts";
import { docsPage } from "./docs/page.ts";
import { STYLE } from "./docs/style.ts";

const CACHED = { "cache-control": "public, max-age=300", vary: "accept-encoding, host, x-forwarded-proto" } as const;

const base64 = (digest: string): string => Buffer.from(digest.slice(digest.indexOf(":") + 1), "hex").toString("base64");

/** Nothing but our one style, and no frame around it. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${base64(digestOf(Buffer.from(STYLE)))}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Remembers the text made last: one deployment has one address, and making it again for each request is waste. */
const rememberingLast = (make: (baseUrl: string | null) => string): ((baseUrl: string | null) => string) => {
  let last: { readonly baseUrl: string | null; readonly text: string } | undefined;
  return (baseUrl) => {
    if (last?.baseUrl !== baseUrl) last = { baseUrl, text: make(baseUrl) };
    return last.text;
  };
};

const describing = rememberingLast((baseUrl) => JSON.stringify(apiDescription(baseUrl)));
const showing = rememberingLast((baseUrl) => docsPage(apiDescription(baseUrl)));

/** The answer of `GET /openapi.json`. */
export const descriptionAnswer = (baseUrl: string | null): Answer => {
  const body = describing(baseUrl);
  return jsonAnswer(body, { etag: etagOf(body), ...CACHED });
};

/** The answer of `GET /docs`. */
export const docsAnswer = (baseUrl: string | null): Answer => {
  const body = showing(baseUrl);
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      etag: etagOf(body),
      ...CACHED,
    },
    body,
  };
};
