import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

/** Where every alarm goes; whoever is on duty subscribes to it. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  /** What an alarm does when it rises. */
  readonly action: SnsAction;

  constructor(scope: Construct, id: string) {
    super(scope, id);
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
    this.topic = new Topic(this, "Topic", { masterKey, enforceSSL: true });
    // A topic with a policy of its own has no longer the one that let the whole account publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "LetAlarmsPublish",
        principals: [cloudwatch],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      }),
    );
    this.action = new SnsAction(this.topic);
  }
}
