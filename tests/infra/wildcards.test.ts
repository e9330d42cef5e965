import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { type Resource, resourcesIn, wholeDeployment, wholeStack } from "./deployment.ts";

/** A statement of any policy, with what it is attached to. */
interface Allowed {
  readonly id: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
}

/** Every wildcard that is allowed, and why AWS offers nothing finer. */
const EXPLAINED: Readonly<Record<string, string>> = {
  "blobs/*": "bodies that are too large for an item, under hashes that don't exist yet",
  ...Object.fromEntries(
    ["sets", "union", "firsts", "segment", "delta", "report"].map((kind) => [
      `blobs/${kind}/*`,
      "bodies that name people and are to go, under hashes that don't exist yet",
    ]),
  ),
  "workspace=*": "documents of hours to come",
  "superseded/*": "copies of documents that will be replaced",
  "arn::secretsmanager:::secret:tidemark/Tidemark/upstream/*":
    "secrets of workspaces to come, and AWS's own ending of each",
  "parquet/*": "tables of days to come",
  "reports/*": "reports of periods to come",
  "archive/*": "S3 itself puts its access logs there, under names it makes",
  "queries/*": "S3 itself puts its access logs there, under names it makes",
  "page/*": "S3 itself puts its access logs there, under names it makes",
  "the page's bucket/*": "CloudFront serves whatever lies in the page's bucket",
  "the traces": "AWS X-Ray knows no resource that a segment would belong to",
  "the key": "in a key's own policy a star means the key",
  "the key's account": "without it a key could be administered by nobody",
};

const documentsOf = ({ Properties = {} }: Resource): unknown[] => [
  Properties["PolicyDocument"],
  Properties["KeyPolicy"],
  Properties["AssumeRolePolicyDocument"],
  ...((Properties["Policies"] ?? []) as { PolicyDocument: unknown }[]).map(({ PolicyDocument }) => PolicyDocument),
];

const allowedIn = (template: Template): Allowed[] =>
  Object.entries(resourcesIn(template)).flatMap(([id, resource]) =>
    documentsOf(resource)
      .flatMap(
        (document) => (document as { Statement?: (Allowed & { Effect: string })[] } | undefined)?.Statement ?? [],
      )
      .filter(({ Effect }) => Effect === "Allow")
      .map((statement) => ({ ...statement, id })),
  );

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** A resource as text: the end of a joined one says what is meant. */
const textOf = (resource: unknown): string => {
  if (typeof resource === "string") return resource;
  const joined = (resource as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"];
  return joined === undefined ? "" : joined[1].map((part) => (typeof part === "string" ? part : "")).join(joined[0]);
};

const wildcardsOf = ({ id, Action, Resource, Principal }: Allowed): string[] => {
  const isRoot = JSON.stringify(Principal ?? "").includes(":root");
  const actions = listOf(Action)
    .map(String)
    .filter((action) => action.includes("*"))
    .map((action) => (action === "kms:*" && isRoot ? "the key's account" : `${id} may ${action}`));
  // A role's own policy says who may take it on, and names no resource.
  const resources = listOf(Resource ?? [])
    .map(textOf)
    .filter((text) => text.includes("*"))
    .map((text) => {
      const acts = listOf(Action).map(String);
      if (text === "*" && acts.every((action) => action.startsWith("xray:Put"))) return "the traces";
      if (text === "*") return id.startsWith("AlarmsKey") ? "the key" : `${id} on everything`;
      if (text === "/*" && id.startsWith("PageBucket")) return "the page's bucket/*";
      return text.replace(/^\//, "");
    });
  return [...actions, ...resources];
};

describe("what is allowed", () => {
  const { code, data } = wholeDeployment();
  const allowed = [code, data].flatMap((stack) => allowedIn(Template.fromStack(stack)));

  it("has no wildcard but the explained ones", () => {
    const found = new Set(allowed.flatMap(wildcardsOf));

    expect([...found].toSorted()).toEqual(Object.keys(EXPLAINED).toSorted());
  });

  it("is read from every kind of policy", () => {
    expect(allowed.length).toBeGreaterThan(25);
    expect(wildcardsOf({ id: "Careless", Action: "s3:*", Resource: "*" })).toEqual([
      "Careless may s3:*",
      "Careless on everything",
    ]);
  });

  it("is allowed to nobody but AWS's services and roles", () => {
    const everybody = allowed.filter(
      ({ Principal }) => Principal === "*" || JSON.stringify(Principal) === '{"AWS":"*"}',
    );

    expect(everybody).toEqual([]);
  });
});

describe("roles", () => {
  it("carry no policy of AWS's own", () => {
    const roles = Object.values(resourcesIn(Template.fromStack(wholeStack()))).filter(
      ({ Type }) => Type === "AWS::IAM::Role",
    );

    expect(roles.length).toBeGreaterThan(5);
    expect(roles.filter(({ Properties }) => Properties?.["ManagedPolicyArns"] !== undefined)).toEqual([]);
  });
});
