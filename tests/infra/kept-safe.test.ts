import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { appAsDeployed } from "../support/app.ts";
import { counted } from "../support/counted.ts";
import { resourcesIn, VARIANTS, wholeDeployment } from "./deployment.ts";

type Properties = Readonly<Record<string, unknown>>;
interface Found {
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
}

/** Buckets whose objects are never changed, so that there is nothing to keep versions of. */
const WITHOUT_VERSIONS: Readonly<Record<string, string>> = {
  AccessLogs: "logs are written once, under a new name each",
  Results: "answers of queries can be asked again",
};

/** Everything of both stacks that a variant of the deployment has. */
const everything = (name: keyof typeof VARIANTS): readonly Found[] => {
  const app = appAsDeployed();
  for (const [key, value] of Object.entries(VARIANTS[name] ?? {})) app.node.setContext(key, value);
  const { code, data } = wholeDeployment(app);
  return [code, data].flatMap((stack) =>
    Object.entries(resourcesIn(Template.fromStack(stack))).map(([id, { Type, Properties: properties = {} }]) => ({
      id,
      type: Type,
      properties,
    })),
  );
};

const isLackingTls = (all: readonly Found[], { id }: Found, policyType: string, of: string): boolean =>
  !all.some(({ type, properties }) => {
    const text = JSON.stringify(properties);
    return (
      type === policyType &&
      JSON.stringify(properties[of]).includes(`{"Ref":"${id}"}`) &&
      text.includes('"aws:SecureTransport":"false"') &&
      text.includes('"Effect":"Deny"')
    );
  });

describe.each(["nothing said", "everything said"] as const)("what is deployed with %s", (name) => {
  const all = everything(name);
  const ofType = (type: string): readonly Found[] => all.filter((one) => one.type === type);
  const buckets = ofType("AWS::S3::Bucket");
  const queues = ofType("AWS::SQS::Queue");
  const topics = ofType("AWS::SNS::Topic");
  const tables = ofType("AWS::DynamoDB::GlobalTable");
  const logs = ofType("AWS::Logs::LogGroup");

  it("has buckets that are encrypted, closed to the public, and reached by TLS alone", () => {
    for (const bucket of buckets) {
      expect([bucket.id, bucket.properties]).toEqual([
        bucket.id,
        expect.objectContaining({
          BucketEncryption: expect.anything(),
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        }),
      ]);
      expect([bucket.id, isLackingTls(all, bucket, "AWS::S3::BucketPolicy", "Bucket")]).toEqual([bucket.id, false]);
    }
    counted(buckets.length, "buckets", `infrastructure with ${name}`);
  });

  it("keeps versions of what may be changed, and says of which buckets it does not", () => {
    const unversioned = buckets.filter(
      ({ properties }) =>
        (properties["VersioningConfiguration"] as { Status?: string } | undefined)?.Status !== "Enabled",
    );
    const unexplained = unversioned.filter(
      ({ id }) => !Object.keys(WITHOUT_VERSIONS).some((word) => id.includes(word)),
    );
    expect(unexplained.map(({ id }) => id)).toEqual([]);
  });

  it("has tables that are encrypted, can be had again as of any second, and are deleted by nobody's slip", () => {
    for (const { id, properties } of tables) {
      const replicas = properties["Replicas"] as readonly Properties[];
      // DynamoDB encrypts every table; a specification only chooses whose key it is, and Amazon's own is the default.
      expect([id, properties["SSESpecification"]]).not.toEqual([id, expect.objectContaining({ SSEEnabled: false })]);
      expect(replicas.length).toBeGreaterThan(0);
      for (const replica of replicas)
        expect(replica).toMatchObject({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        });
    }
    counted(tables.length, "tables", `infrastructure with ${name}`);
  });

  it("has queues and topics that are encrypted and reached by TLS alone", () => {
    for (const queue of queues) {
      const { SqsManagedSseEnabled, KmsMasterKeyId } = queue.properties;
      expect([queue.id, SqsManagedSseEnabled === true || KmsMasterKeyId !== undefined]).toEqual([queue.id, true]);
      expect([queue.id, isLackingTls(all, queue, "AWS::SQS::QueuePolicy", "Queues")]).toEqual([queue.id, false]);
    }
    for (const topic of topics) {
      expect([topic.id, topic.properties["KmsMasterKeyId"]]).toEqual([topic.id, expect.anything()]);
      expect([topic.id, isLackingTls(all, topic, "AWS::SNS::TopicPolicy", "Topics")]).toEqual([topic.id, false]);
    }
    counted(queues.length + topics.length, "queues and topics", `infrastructure with ${name}`);
  });

  it("lets every log go in its time", () => {
    for (const { id, properties } of logs)
      expect([id, properties["RetentionInDays"]]).toEqual([id, expect.any(Number)]);
    counted(logs.length, "logs", `infrastructure with ${name}`);
  });
});
