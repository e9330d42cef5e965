import type { Node } from "constructs";
import { type HandlerName, HANDLERS } from "../functions/contract.ts";
import { type Given, type Kind, listOf, oneOf, readContext, textLike, wholeNumber } from "./context.ts";

/** How long documents stay as they were put; in days since they were, nothing for for good. */
export interface ArchiveStorage {
  readonly infrequentAfterDays?: number | undefined;
  readonly glacierAfterDays?: number | undefined;
  readonly documentsDays?: number | undefined;
  readonly supersededDays?: number | undefined;
}

/** A name of one's own, and the certificate for it. */
export interface Domain {
  readonly name: string;
  readonly certificateArn: string;
}

/** How functions are run, whatever they do. */
export interface FunctionManner {
  /** Of those that are not said to have another. */
  readonly memoryMb: number;
  readonly memoryMbOf: Readonly<Partial<Record<HandlerName, number>>>;
  readonly logDays: number;
  /** Whether a part of the requests is followed through AWS X-Ray. */
  readonly isTraced: boolean;
}

/** What notices may leave through. */
export interface Outlets {
  /** Address that mails come from; Amazon SES has to know it, or its domain. Undefined where no mail is sent. */
  readonly mailSender: string | undefined;
  /** Topics of Amazon SNS that may be published to. */
  readonly topicArns: readonly string[];
}

/** The OpenID Connect issuer whose tokens are taken, and the audience they have to be for. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
}

/** Everything that whoever deploys may say. */
export interface Options {
  /** Tells deployments in one account and region apart; undefined for the only one. */
  readonly stage: string | undefined;
  /** What becomes of table and buckets when their stack is deleted. */
  readonly onRemoval: "keep" | "delete";
  readonly domain: Domain | undefined;
  /** Whether the Info page is deployed, and CloudFront in front of it and the API. */
  readonly hasPage: boolean;
  /** Whether secrets may be kept: those of polled servers and of signed webhooks, and keys that ids are hashed with. */
  readonly hasSecrets: boolean;
  /** Days back to which the table can be restored. */
  readonly recoveryDays: number;
  readonly storage: ArchiveStorage;
  readonly functions: FunctionManner;
  readonly alarms: { readonly email: string | undefined; readonly topicArn: string | undefined };
  readonly outlets: Outlets;
  readonly oidc: TrustedIssuer | undefined;
  /** On everything, beside the tags of the house. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Chosen by measurement (`docs/decisions/0053-memory-of-the-functions.md`): nobody waits for what works through a queue. */
const MEMORY_MB = 256;
/** Of what somebody waits for: half the wait of 256 MB, for a hundredth of what a read costs. */
const SERVING_MB = 512;
const SERVING = {
  "serve-v1": SERVING_MB,
  "serve-admin": SERVING_MB,
  "serve-rocketchat": SERVING_MB,
  "serve-imkit": SERVING_MB,
} as const;
/** How functions are run when nothing is said. */
export const MANNER: FunctionManner = { memoryMb: MEMORY_MB, memoryMbOf: SERVING, logDays: 30, isTraced: true };
/** What Lambda offers. */
const MEMORY = { least: 128, most: 10_240 } as const;
/** What CloudWatch Logs offers, in days. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** What DynamoDB offers at most, and by default. */
const RECOVERY_DAYS = 35;
/** S3 moves nothing to Standard-IA sooner. */
const LEAST_DAYS = 30;
/** Longer than anybody plans. */
const MOST_DAYS = 36_500;
/** Tags that AWS leaves to us, less those of the house. */
const MOST_TAGS = 40;
/** CloudFront takes certificates from there alone. */
const CLOUDFRONT_REGION = "us-east-1";

const days = (least: number): Kind<number> => wholeNumber("days", least, MOST_DAYS, LEAST_DAYS);
const address = textLike("address of somebody", /^[^\s@<>",]+@[^\s@<>",]+\.[^\s@<>",]+$/, "ops@example.org");
const topic = textLike(
  "ARN of a topic of Amazon SNS",
  /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/,
  "arn:aws:sns:eu-west-1:123456789012:tidemark",
);
const standardTopic = textLike(
  "ARN of a standard topic of Amazon SNS, the only kind that alarms can tell, not one that ends in .fifo",
  /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}$/,
  "arn:aws:sns:eu-west-1:123456789012:ops",
);
const onOff = oneOf("on", "off");

const logDays: Kind<number> = {
  refusal: `is none of the numbers of days that CloudWatch Logs offers, ${LOG_DAYS.join(", ")}`,
  example: "30",
  read: (text) => LOG_DAYS.find((number) => String(number) === text),
};

const megabytes = wholeNumber("megabytes", MEMORY.least, MEMORY.most, MEMORY_MB);
/** Megabytes of one function, or of all that are not named. */
const memory: Kind<readonly [HandlerName | undefined, number]> = {
  refusal: `is neither a number of megabytes from ${MEMORY.least} to ${MEMORY.most} nor one after the name of a function (${HANDLERS.join(", ")})`,
  example: "256,close-hours=512",
  read: (text) => {
    const [, name, amount = ""] = /^(?:([a-z0-9-]+)=)?(\d+)$/.exec(text) ?? [];
    const handler = HANDLERS.find((one) => one === name);
    const mb = megabytes.read(amount);
    return mb === undefined || (name !== undefined && handler === undefined) ? undefined : [handler, mb];
  },
};

const tag: Kind<readonly [string, string]> = {
  refusal: "is no name and value such as team=ops, in characters that AWS takes and not beginning with aws:",
  example: "team=ops,costCenter=42",
  read: (text) => {
    const [, name, value] = /^(?!aws:)([\p{L}\p{N} .:/+@_-]{1,128})=([\p{L}\p{N} .:/=+@_-]{0,256})$/iu.exec(text) ?? [];
    return name === undefined || value === undefined ? undefined : [name, value];
  },
};

/** The only list of what a deployment can be told; `docs/deployment.md` says the same to people. */
export const CONTEXT = {
  stage: textLike("word of up to 20 small letters and digits, the first a letter", /^[a-z][a-z0-9]{0,19}$/, "staging"),
  onRemoval: oneOf("keep", "delete"),
  domain: textLike(
    "name of a host",
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    "stats.example.org",
  ),
  certificate: textLike(
    "ARN of a certificate of AWS Certificate Manager",
    /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
    "arn:aws:acm:us-east-1:123456789012:certificate/0123abcd-01ab-23cd-45ef-0123456789ab",
  ),
  page: onOff,
  secrets: onOff,
  tracing: onOff,
  memory: listOf(memory),
  logDays,
  recoveryDays: wholeNumber("days", 1, RECOVERY_DAYS, RECOVERY_DAYS),
  archiveInfrequentAfterDays: days(LEAST_DAYS),
  archiveGlacierAfterDays: days(1),
  archiveDocumentsDays: days(1),
  archiveSupersededDays: days(1),
  alarmEmail: address,
  alarmTopic: standardTopic,
  mailSender: address,
  snsTopics: listOf(topic),
  oidcIssuer: textLike("https address without a query", /^https:\/\/[^\s?#]+$/, "https://login.example.org/realms/ops"),
  oidcAudience: textLike("name of an audience", /^[^\s\p{Cc}]{1,256}$/u, "tidemark"),
  tags: listOf(tag),
} as const;

type Context = Given<typeof CONTEXT>;

/** @throws an Error when one was given without the other. */
const together = (one: readonly [string, unknown], other: readonly [string, unknown]): void => {
  if ((one[1] === undefined) !== (other[1] === undefined))
    throw new Error(`The context values ${one[0]} and ${other[0]} belong together: give both, or neither.`);
};

const domainIn = ({ domain: name, certificate: certificateArn, page }: Context): Domain | undefined => {
  together(["domain", name], ["certificate", certificateArn]);
  if (name === undefined || certificateArn === undefined) return undefined;
  if (page !== "off" && certificateArn.split(":")[3] !== CLOUDFRONT_REGION)
    throw new Error(
      `The context value certificate is not of ${CLOUDFRONT_REGION}, and CloudFront takes no other: have one issued there, or leave CloudFront out with -c page=off.`,
    );
  return { name, certificateArn };
};

const issuerIn = ({ oidcIssuer: issuer, oidcAudience: audience }: Context): TrustedIssuer | undefined => {
  together(["oidcIssuer", issuer], ["oidcAudience", audience]);
  return issuer === undefined || audience === undefined ? undefined : { issuer, audience };
};

const storageIn = (given: Context): ArchiveStorage => {
  const { archiveInfrequentAfterDays: infrequent, archiveGlacierAfterDays: glacier } = given;
  if (infrequent !== undefined && glacier !== undefined && glacier < infrequent + LEAST_DAYS)
    throw new Error(`archiveGlacierAfterDays has to be ${LEAST_DAYS} days or more after archiveInfrequentAfterDays.`);
  return {
    infrequentAfterDays: infrequent,
    glacierAfterDays: glacier,
    documentsDays: given.archiveDocumentsDays,
    supersededDays: given.archiveSupersededDays,
  };
};

const alarmsIn = ({ alarmEmail: email, alarmTopic: topicArn }: Context): Options["alarms"] => {
  if (email !== undefined && topicArn !== undefined)
    throw new Error(
      "The context values alarmEmail and alarmTopic exclude each other: subscribe the address to the topic, or leave the topic out.",
    );
  return { email, topicArn };
};

/** What is said of every function is said of those that serve, too. */
const memoryIn = ({ memory: told = [] }: Context): Pick<FunctionManner, "memoryMb" | "memoryMbOf"> => {
  const ofAll = told.findLast(([handler]) => handler === undefined)?.[1];
  const ofSome = Object.fromEntries(told.filter(([handler]) => handler !== undefined));
  return ofAll === undefined
    ? { memoryMb: MANNER.memoryMb, memoryMbOf: { ...MANNER.memoryMbOf, ...ofSome } }
    : { memoryMb: ofAll, memoryMbOf: ofSome };
};

const functionsIn = (context: Context): FunctionManner => ({
  ...memoryIn(context),
  logDays: context.logDays ?? MANNER.logDays,
  isTraced: context.tracing !== "off",
});

const tagsIn = ({ tags = [] }: Context): Options["tags"] => {
  if (tags.length > MOST_TAGS) throw new Error(`The context value tags has more than ${MOST_TAGS} tags: AWS takes 50.`);
  return Object.fromEntries(tags);
};

/**
 * What whoever deploys says; nothing said is a deployment that works, and keeps everything for good.
 * @throws an Error that names the keys that are wrong and what would do.
 */
export const optionsIn = (node: Node): Options => {
  const given = readContext(node, CONTEXT);
  return {
    stage: given.stage,
    onRemoval: given.onRemoval ?? "keep",
    domain: domainIn(given),
    hasPage: given.page !== "off",
    hasSecrets: given.secrets !== "off",
    recoveryDays: given.recoveryDays ?? RECOVERY_DAYS,
    storage: storageIn(given),
    functions: functionsIn(given),
    alarms: alarmsIn(given),
    outlets: { mailSender: given.mailSender, topicArns: given.snsTopics ?? [] },
    oidc: issuerIn(given),
    tags: tagsIn(given),
  };
};
