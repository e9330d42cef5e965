import { Stack } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { ENV } from "../functions/contract.ts";
import type { Outlets } from "./options.ts";

/** Webhooks alone. */
export const NO_OUTLETS: Outlets = { mailSender: undefined, topicArns: [] };

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
