import * as z from "zod/mini";
import { MOST_ADDRESSES, type Target } from "../../../core/channel.ts";
import { Failure } from "../../../core/failure.ts";
import { type Topic, TOPICS } from "../../../core/notice.ts";
import { REPORT_KINDS, type ReportKind } from "../../../core/report-period.ts";
import { isOneOf } from "../../../core/vocabulary.ts";
import { givenName } from "./fields.ts";
import { readBody } from "./read-body.ts";

const KINDS = ["webhook", "email", "sns"] as const;
const ADDRESS = /^[^\s@<>",;]{1,64}@[^\s@<>",;]{1,190}\.[^\s@<>",;]{1,63}$/;
const TOPIC_ARN = /^arn:aws[\w-]{0,20}:sns:[\w-]{1,30}:\d{12}:[\w-]{1,256}(\.fifo)?$/;

/** Of `POST /v1/channels`: with `kind` comes the field that it needs. */
export const newChannel = z.strictObject({
  kind: z.enum(KINDS, `give ${KINDS.join(", ")}`),
  label: givenName,
  topics: z
    .array(z.enum(TOPICS, `give ${TOPICS.join(", ")}`), "give an array")
    .check(z.minLength(1, "give at least one"), z.maxLength(TOPICS.length, `give at most ${TOPICS.length}`)),
  url: z.optional(
    z.string("give a string").check(
      z.maxLength(2_000, "give at most 2000 characters"),
      z.refine((text) => URL.canParse(text), "give a URL"),
    ),
  ),
  allowPrivate: z.optional(z.boolean("give true or false")),
  addresses: z.optional(
    z
      .array(z.string("give a string").check(z.regex(ADDRESS, "give an address such as ops@example.org")))
      .check(z.minLength(1, "give at least one"), z.maxLength(MOST_ADDRESSES, `give at most ${MOST_ADDRESSES}`)),
  ),
  topicArn: z.optional(z.string("give a string").check(z.regex(TOPIC_ARN, "give the ARN of a topic of Amazon SNS"))),
});

/** A channel to be added. */
export interface GivenChannel {
  readonly label: string;
  readonly topics: readonly Topic[];
  readonly target: Target;
}

const wrong = (field: string, message: string): Failure =>
  new Failure("parameter.invalid", `The body is not what this route takes: ${field}: ${message}.`, {
    errors: [{ field, message }],
  });

/** Nothing but what it needs, so that nobody believes in a field that does nothing. */
const FIELDS = { webhook: ["url", "allowPrivate"], email: ["addresses"], sns: ["topicArn"] } as const;

const webhookUrl = (text: string, allowPrivate: boolean): string => {
  const { protocol, username, password, hash } = new URL(text);
  if (protocol !== "https:" && !(allowPrivate && protocol === "http:")) throw wrong("url", "give an https address");
  if (username !== "" || password !== "" || hash !== "")
    throw wrong("url", "give an address without a user or a fragment");
  // A path may hold what a receiver knows its senders by, so it stays as it is.
  return text;
};

/**
 * The body of `POST /v1/channels`.
 * @throws Failure `parameter.invalid`.
 */
export const newChannelOf = (body: unknown): GivenChannel => {
  const { kind, label, topics: given, ...more } = readBody(newChannel, body);
  const topics = [...new Set(given)];
  for (const [field, value] of Object.entries(more))
    if (value !== undefined && !isOneOf<string>(FIELDS[kind], field))
      throw wrong(field, `is not for channels of kind ${kind}`);
  const { url, addresses, topicArn, allowPrivate = false } = more;
  if (kind === "webhook") {
    if (url === undefined) throw wrong("url", "a webhook needs it");
    return { label, topics, target: { kind, url: webhookUrl(url, allowPrivate), allowPrivate } };
  }
  if (kind === "email") {
    if (addresses === undefined) throw wrong("addresses", "a mail needs them");
    return { label, topics, target: { kind, addresses } };
  }
  if (topicArn === undefined) throw wrong("topicArn", "a topic needs it");
  return { label, topics, target: { kind, topicArn } };
};

/** Of `PUT /v1/reports/schedule`. */
export const reportSchedule = z.strictObject(
  Object.fromEntries(REPORT_KINDS.map((kind) => [kind, z.boolean("give true or false")])) as Record<
    ReportKind,
    ReturnType<typeof z.boolean>
  >,
);

/**
 * The body of `PUT /v1/reports/schedule`.
 * @throws Failure `parameter.invalid`.
 */
export const reportScheduleOf = (body: unknown): Readonly<Record<ReportKind, boolean>> =>
  readBody(reportSchedule, body);
