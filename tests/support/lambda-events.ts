import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { APIGatewayProxyEventV2, SQSEvent } from "aws-lambda";

/** An event as AWS's documentation shows it. */
const documented = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/lambda/${name}.json`, import.meta.url), "utf8"));

/** What a test says of a message. */
export interface QueuedMessage {
  readonly body: string;
  readonly messageId?: string;
  readonly receiveCount?: number;
}

/** Messages as Lambda hands them over from an SQS queue. */
export const sqsEvent = (messages: readonly QueuedMessage[]): SQSEvent => {
  const [record] = (documented("sqs") as SQSEvent).Records;
  if (record === undefined) throw new Error("the documented event has no record");
  return {
    Records: messages.map(({ body, messageId, receiveCount = 1 }, at) => ({
      ...record,
      messageId: messageId ?? `message-${at + 1}`,
      body,
      md5OfBody: createHash("md5").update(body).digest("hex"),
      attributes: { ...record.attributes, ApproximateReceiveCount: String(receiveCount) },
    })),
  };
};

/** The input that the schedule's target is given. */
export const schedulerEvent = (scheduledTime: string): object => ({
  ...(documented("scheduler") as object),
  scheduledTime,
});

/** A request as an HTTP API hands it over (payload format 2.0); header names are in lower case, as they come. */
export const httpApiEvent = (
  method: string,
  target: string,
  { headers = {}, body }: { readonly headers?: Record<string, string>; readonly body?: string } = {},
): APIGatewayProxyEventV2 => {
  const event = documented("http-api-v2") as APIGatewayProxyEventV2;
  const { body: _body, cookies: _cookies, queryStringParameters: _query, pathParameters: _path, ...rest } = event;
  const [rawPath = "/", rawQueryString = ""] = target.split("?");
  return {
    ...rest,
    rawPath,
    rawQueryString,
    ...(rawQueryString === ""
      ? {}
      : { queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)) }),
    headers: { host: event.requestContext.domainName, "x-forwarded-proto": "https", ...headers },
    requestContext: { ...event.requestContext, http: { ...event.requestContext.http, method, path: rawPath } },
    ...(body === undefined ? {} : { body }),
  };
};
