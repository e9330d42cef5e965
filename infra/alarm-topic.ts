import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Options } from "./options.ts";

/** Where every alarm goes: a topic of our own that whoever is on duty subscribes to, or one that is there already. */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;
  /** What an alarm does when it rises. */
  readonly action: SnsAction;

  constructor(scope: Construct, id: string, { email, topicArn }: Partial<Options["alarms"]> = {}) {
    super(scope, id);
    // Whoever has a topic has its key and its policy, too; CloudWatch has to be let in there.
    this.topic = topicArn === undefined ? this.#made(email) : Topic.fromTopicArn(this, "Topic", topicArn);
    this.action = new SnsAction(this.topic);
  }

  #made(email: string | undefined): Topic {
    const { account, stackName } = Stack.of(this);
    const cloudwatch = new ServicePrincipal("cloudwatch.amazonaws.com");

    // A key of our own: CloudWatch can't publish to a topic under the key that AWS manages for SNS.
    const masterKey = new Key(this, "Key", {
      description: `Encrypts what the alarms of ${stackName} say`,
      enableKeyRotation: true,
      // Nothing that is kept lies under it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    masterKey.addToResourcePolicy(
      new PolicyStatement({
        sid: "LetAlarmsEncrypt",
        principals: [cloudwatch],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        // In a key's own policy this means the key.
        resources: ["*"],
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      }),
    );
    const topic = new Topic(this, "Topic", { masterKey, enforceSSL: true });
    // A topic with a policy of its own has no longer the one that let the whole account publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "LetAlarmsPublish",
        principals: [cloudwatch],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      }),
    );
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}
