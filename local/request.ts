import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { TEXT } from "./response.ts";

/** What Lambda takes at most (its request payload quota). */
const BODY_BYTES = 6 * 1024 * 1024;

/** A body that API Gateway would not take. */
export class BodyTooLarge extends Error {}

/** Reads a body. @throws BodyTooLarge. */
export const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // Listened to rather than iterated: leaving an iteration early would destroy the socket before it carries the answer.
  await new Promise<void>((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_BYTES) chunks.push(chunk);
      else reject(new BodyTooLarge());
    });
    request.once("end", resolve);
    request.once("error", reject);
    request.once("close", () => reject(new Error("the request was broken off")));
  });
  return Buffer.concat(chunks, size);
};

/** A request as API Gateway's payload format 2.0 has it. */
export const eventOf = (request: IncomingMessage, id: string, body: Buffer): APIGatewayProxyEventV2 => {
  const [path, query] = split(request.url ?? "/");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && name !== "cookie") headers[name] = Array.isArray(value) ? value.join(",") : value;
  // Set by the front door and by nobody else.
  headers["x-forwarded-proto"] = "http";
  headers["x-forwarded-for"] = request.socket.remoteAddress ?? "";
  const isText = TEXT.test(headers["content-type"] ?? "") && headers["content-encoding"] === undefined && isUtf8(body);
  const now = new Date();
  const method = request.method ?? "GET";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: "local",
      apiId: "local",
      domainName: headers["host"] ?? "",
      domainPrefix: "",
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: id,
      routeKey: "$default",
      stage: "$default",
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(request.headers.cookie === undefined ? {} : { cookies: request.headers.cookie.split(/;\s*/) }),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

/** The path and the query of a URL. */
export const split = (url: string): [string, string] => {
  const at = url.indexOf("?");
  return at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
};
