import { Stack } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { Construct, type Node } from "constructs";
import { ENV } from "../functions/contract.ts";

/** What notices may leave through, as whoever deploys names it. */
export interface Outlets {
  /** Address that mails come from; Amazon SES has to know it, or its domain. Undefined where no mail is sent. */
  readonly mailSender: string | undefined;
  /** Topics of Amazon SNS that may be published to. */
  readonly topicArns: readonly string[];
}

/** Webhooks alone. */
export const NO_OUTLETS: Outlets = { mailSender: undefined, topicArns: [] };

const ADDRESS = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/;
const TOPIC = /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/;

/**
 * The outlets of whoever deploys, as `-c mailSender=…` and `-c snsTopics=arn:…,arn:…` or in `cdk.context.json`.
 * @throws an Error for what can be no address, or no topic.
 */
export const outletsIn = (node: Node): Outlets => {
  const mailSender = node.tryGetContext("mailSender") as string | undefined;
  const topics = (node.tryGetContext("snsTopics") as string | undefined) ?? "";
  const topicArns = topics === "" ? [] : topics.split(",").map((arn) => arn.trim());
  if (mailSender !== undefined && !ADDRESS.test(mailSender))
    throw new Error("The context value mailSender is no address such as tidemark@example.org.");
  const wrong = topicArns.find((arn) => !TOPIC.test(arn));
  if (wrong !== undefined) throw new Error(`The context value snsTopics names «${wrong}», which is no topic's ARN.`);
  return { mailSender, topicArns };
};

/** What functions may send through: one sender's mail, and the topics named; nothing that was not named. */
export class NoticeOutlets extends Construct {
  readonly environment: Readonly<Record<string, string>>;
  readonly #outlets: Outlets;

  constructor(scope: Construct, id: string, outlets: Outlets) {
    super(scope, id);
    this.#outlets = outlets;
    this.environment = outlets.mailSender === undefined ? {} : { [ENV.mailSender]: outlets.mailSender };
  }

  /** Allows to send as the sender, and to publish to the topics. */
  grant(to: Role): void {
    const { mailSender, topicArns } = this.#outlets;
    if (mailSender !== undefined) to.addToPolicy(this.#mail(mailSender));
    if (topicArns.length > 0)
      to.addToPolicy(new PolicyStatement({ actions: ["sns:Publish"], resources: [...topicArns] }));
  }

  /** Either the address or its domain is what Amazon SES knows. */
  #mail(sender: string): PolicyStatement {
    const { partition, region, account } = Stack.of(this);
    const identities = [sender, sender.split("@")[1] ?? sender];
    return new PolicyStatement({
      actions: ["ses:SendEmail"],
      resources: identities.map((identity) => `arn:${partition}:ses:${region}:${account}:identity/${identity}`),
      conditions: { StringEquals: { "ses:FromAddress": sender } },
    });
  }
}
