import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Page } from "./pages.ts";

/** Types that API Gateway passes on as text; everything else travels as base64. */
export const TEXT =
  /^(?:text\/|application\/(?:[^;]*\+)?(?:json|xml)\b|application\/(?:javascript|x-ndjson|x-www-form-urlencoded))/i;

/** Answers. */
export const send = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number | boolean>>,
  body: Uint8Array | string = "",
): void => {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  // A service leaves the body of HEAD out, and the length of what GET would have got is not that of nothing.
  const isUnknown = response.req.method === "HEAD" && bytes.length === 0;
  if (status !== 204 && status !== 304 && !isUnknown) response.setHeader("content-length", bytes.length);
  response.end(bytes);
};

/** Answers with what a function answered. */
export const sendResult = (response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void => {
  if (result.cookies !== undefined) response.setHeader("set-cookie", result.cookies);
  const body = result.isBase64Encoded === true ? Buffer.from(result.body ?? "", "base64") : (result.body ?? "");
  send(response, result.statusCode ?? 200, result.headers ?? {}, body);
};

/** In API Gateway's own words, as it answers what reaches no function. */
export const sendMessage = (
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void => {
  send(
    response,
    status,
    { ...headers, "content-type": "application/json", "x-content-type-options": "nosniff" },
    JSON.stringify({ message }),
  );
};

/** Answers with a file of the page. */
export const sendPage = (request: IncomingMessage, response: ServerResponse, page: Page): void => {
  if (request.method !== "GET" && request.method !== "HEAD")
    sendMessage(response, 405, "Method Not Allowed", { allow: "GET, HEAD" });
  else if (request.headers["if-none-match"] === page.headers["etag"]) send(response, 304, page.headers);
  else send(response, 200, page.headers, page.bytes);
};
