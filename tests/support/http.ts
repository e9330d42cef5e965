import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** What a test may say of a request; `path` may carry a query. */
export interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly requestId?: string;
  readonly sourceIp?: string;
}

/** A request as an HTTP API hands it to a function (payload format 2.0). Bytes go as base64, as API Gateway sends them. */
export const sending = (method: string, target: string, sent: Sending = {}): APIGatewayProxyEventV2 => {
  const [path = "", ...query] = target.split("?");
  const { body } = sent;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query.join("?"),
    headers: { ...sent.headers },
    requestContext: {
      requestId: sent.requestId ?? "request-1",
      http: { method, path, sourceIp: sent.sourceIp ?? "192.0.2.1" },
    },
    isBase64Encoded: body !== undefined && typeof body !== "string",
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : Buffer.from(body).toString("base64") }),
  } as APIGatewayProxyEventV2;
};

/** The text of an answer, whatever it was compressed by. */
export const textIn = ({ body = "", isBase64Encoded, headers }: APIGatewayProxyStructuredResultV2): string => {
  if (isBase64Encoded !== true) return body;
  const bytes = Buffer.from(body, "base64");
  return (headers?.["content-encoding"] === "br" ? brotliDecompressSync(bytes) : gunzipSync(bytes)).toString();
};

/** The JSON of an answer. */
export const jsonIn = (result: APIGatewayProxyStructuredResultV2): unknown => JSON.parse(textIn(result)) as unknown;
