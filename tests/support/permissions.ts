import type { Template } from "aws-cdk-lib/assertions";
import { resourcesIn } from "../infra/deployment.ts";
import type { SdkCall } from "./sdk-calls.ts";

/** An action of IAM on something: a key of the bucket, the name of a secret, or what there is one of. */
export interface Permission {
  readonly action: string;
  /** `table`, `queue`, `bus`, an object's key, a secret's name, an address, a topic's ARN; of a policy it may end in `*`. */
  readonly on: string;
}

/** A permission in one line. */
export const textOf = ({ action, on }: Permission): string => `${action} on ${on}`;

/** Whether what a policy allows covers what was done. */
export const allows = (allowed: Permission, used: Permission): boolean =>
  allowed.action === used.action &&
  (allowed.on.endsWith("*") ? used.on.startsWith(allowed.on.slice(0, -1)) : allowed.on === used.on);

type Input = SdkCall["input"];
const text = (value: unknown): string => String(value);

/** Parts of a transaction need the permissions that they need by themselves (IAM reference of DynamoDB). */
const MEMBERS = { Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem", ConditionCheck: "ConditionCheckItem" };

const ofTransaction = ({ TransactItems }: Input): Permission[] =>
  (TransactItems as readonly object[]).flatMap((item) =>
    Object.keys(item).map((member) => ({
      action: `dynamodb:${MEMBERS[member as keyof typeof MEMBERS]}`,
      on: "table",
    })),
  );

const ofPut = ({ Key, IfMatch }: Input): Permission[] => [
  { action: "s3:PutObject", on: text(Key) },
  // To compare with what stands there is to read it.
  ...(IfMatch === undefined ? [] : [{ action: "s3:GetObject", on: text(Key) }]),
];

const OF_S3: Readonly<Record<string, (input: Input) => Permission[]>> = {
  GetObject: ({ Key }) => [{ action: "s3:GetObject", on: text(Key) }],
  HeadObject: ({ Key }) => [{ action: "s3:GetObject", on: text(Key) }],
  PutObject: ofPut,
  DeleteObject: ({ Key, VersionId }) => [
    { action: VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion", on: text(Key) },
  ],
  ListObjectsV2: () => [{ action: "s3:ListBucket", on: "bucket" }],
  ListObjectVersions: ({ Prefix }) => [{ action: "s3:ListBucketVersions", on: text(Prefix) }],
};

/** What a call needs to be allowed (service authorization reference of AWS). */
export const permissionsOf = ({ service, operation, input }: SdkCall): readonly Permission[] => {
  switch (service) {
    case "dynamodb":
      return operation === "TransactWriteItems"
        ? ofTransaction(input)
        : [{ action: `dynamodb:${operation}`, on: "table" }];
    case "s3": {
      const found = OF_S3[operation]?.(input);
      if (found === undefined) throw new Error(`nobody has said what s3 ${operation} needs`);
      return found;
    }
    case "sqs":
      return [{ action: `sqs:${operation.replace(/Batch$/, "")}`, on: "queue" }];
    case "secretsmanager":
      return [{ action: `secretsmanager:${operation}`, on: text(input["SecretId"] ?? input["Name"]) }];
    case "ses":
      return [{ action: `ses:${operation}`, on: text(input["FromEmailAddress"]) }];
    case "sns":
      return [{ action: `sns:${operation}`, on: text(input["TopicArn"]) }];
    default:
      return [{ action: `events:${operation}`, on: "bus" }];
  }
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly StringLike?: { readonly "s3:prefix"?: string | readonly string[] } };
}

const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** What is left of an ARN when all that is only known when it is deployed is left out. */
const literalOf = (resource: unknown): string => {
  if (typeof resource === "string") return resource;
  const { "Fn::Join": joined } = resource as { readonly "Fn::Join"?: readonly [string, readonly unknown[]] };
  return (joined?.[1] ?? []).map((part) => (typeof part === "string" ? part : "")).join("");
};
/** Whether an ARN is taken from something that is called so, in its own stack or in another. */
const isOf = (resource: unknown, name: string): boolean => JSON.stringify(resource).includes(name);

const ADDRESS = /identity\/(\S+)$/;

const placeOf = (action: string, resource: unknown): string => {
  const literal = literalOf(resource);
  switch (action.split(":")[0]) {
    case "dynamodb":
      return isOf(resource, "CountersTable") ? "table" : literal;
    case "s3":
      return literal === "" ? "bucket" : literal.replace(/^\//, "");
    case "sqs":
      return isOf(resource, "DeadLetters") ? "dead letters" : "queue";
    case "secretsmanager":
      return literal.replace(/^.*:secret:/, "");
    case "ses":
      return ADDRESS.exec(literal)?.[1] ?? literal;
    case "events":
      return "bus";
    case "logs":
      return "log";
    default:
      return literal;
  }
};

const permissionsIn = ({ Effect, Action, Resource, Condition }: Statement): Permission[] => {
  if (Effect !== "Allow") return [];
  const prefixes = Condition?.StringLike?.["s3:prefix"];
  return listOf(Action).flatMap((action) =>
    (prefixes === undefined ? listOf(Resource).map((resource) => placeOf(action, resource)) : listOf(prefixes)).map(
      (on) => ({ action, on }),
    ),
  );
};

/** What the policies of a template allow each function's role; of a function that is there twice, what any may do. */
export const allowedIn = (template: Template): ReadonlyMap<string, readonly Permission[]> => {
  const resources = Object.entries(resourcesIn(template));
  const rolesOf = new Map(
    resources.flatMap(([id, { Type, Properties }]) => {
      const name = /^What (\S+) may do$/.exec(String(Properties?.["Description"]))?.[1];
      return Type === "AWS::IAM::Role" && name !== undefined ? [[id, name] as const] : [];
    }),
  );
  const found = new Map<string, Map<string, Permission>>();
  for (const [, { Type, Properties = {} }] of resources) {
    if (Type !== "AWS::IAM::Policy") continue;
    const { Statement } = Properties["PolicyDocument"] as { readonly Statement: readonly Statement[] };
    for (const { Ref } of Properties["Roles"] as readonly { readonly Ref: string }[]) {
      const name = rolesOf.get(Ref);
      if (name === undefined) continue;
      const its = found.get(name) ?? new Map<string, Permission>();
      for (const permission of Statement.flatMap(permissionsIn)) its.set(textOf(permission), permission);
      found.set(name, its);
    }
  }
  return new Map([...found].map(([name, its]) => [name, [...its.values()]]));
};
