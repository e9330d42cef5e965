import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { ENV } from "../../functions/contract.ts";
import { ROUTES as IMKIT } from "../../functions/dialects/imkit/routes.ts";
import { ROUTES as ROCKETCHAT } from "../../functions/dialects/rocketchat/routes.ts";
import { ADMIN_PREFIXES, ADMIN_ROUTES, ROUTES as V1 } from "../../functions/dialects/v1/routes.ts";
import { API_PREFIXES, StatisticsApi } from "../../infra/statistics-api.ts";
import { groundOf, resourcesIn } from "./deployment.ts";

const synthesised = (): Template => {
  const { stack, ...ground } = groundOf();
  new StatisticsApi(stack, "Statistics", ground);
  return Template.fromStack(stack);
};

const template = synthesised();

/** Which function a route leads to, by the description of the function. */
const servedBy = (routeKey: string): unknown => {
  const resources = resourcesIn(template);
  const named = (value: unknown): string => /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(JSON.stringify(value))?.[1] ?? "";
  const target = (Type: string, name: string): string | undefined =>
    Object.keys(resources).find((id) => resources[id]?.Type === Type && id === name);
  const route = Object.values(resources).find(({ Properties }) => Properties?.["RouteKey"] === routeKey);
  const integration = target("AWS::ApiGatewayV2::Integration", named(route?.Properties?.["Target"]));
  const served = named(resources[integration ?? ""]?.Properties?.["IntegrationUri"]);
  return resources[served]?.Properties?.["Description"];
};

describe("the statistics API", () => {
  it("has one function for each dialect, and one for what is rarely asked of our own", () => {
    template.resourceCountIs("AWS::Lambda::Function", 4);
    template.allResourcesProperties("AWS::ApiGatewayV2::Integration", {
      IntegrationType: "AWS_PROXY",
      PayloadFormatVersion: "2.0",
    });
  });

  it.each<readonly [prefix: string, description: string]>([
    ["/v1", "Tidemark's own dialect"],
    ["/healthz", "Tidemark's own dialect"],
    // More specific than /v1, so API Gateway prefers them.
    ...[
      "/v1/keys",
      "/v1/tokens",
      "/v1/users",
      "/v1/workspace",
      "/v1/workspaces",
      "/v1/federation",
      "/v1/audit",
      "/v1/definitions",
      "/problems",
      "/openapi.json",
      "/docs",
    ].map((prefix) => [prefix, "What Tidemark's own dialect is administered with"] as const),
    ["/api", "The Rocket.Chat dialect"],
    ["/admin", "The IMKit dialect"],
    ["/ingest/imkit", "The IMKit dialect"],
    ["/ingest/rocketchat", "The Rocket.Chat dialect"],
  ])("leads %s and all that is under it, by any method, to %s", (prefix, description) => {
    expect(servedBy(`ANY ${prefix}`)).toBe(description);
    expect(servedBy(`ANY ${prefix}/{proxy+}`)).toBe(description);
  });

  it("reaches every route of every dialect", () => {
    const unreached = [...V1, ...ADMIN_ROUTES, ...ROCKETCHAT, ...IMKIT].filter(
      ({ path }) => !API_PREFIXES.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    );

    expect(unreached).toEqual([]);
  });

  it("takes no path of those who send and read for administration", () => {
    const taken = V1.filter(({ path }) =>
      ADMIN_PREFIXES.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    );

    expect(taken).toEqual([]);
  });

  it("has no route beside those", () => {
    template.resourceCountIs("AWS::ApiGatewayV2::Route", 2 * API_PREFIXES.length);
  });

  it("is throttled", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "$default",
      DefaultRouteSettings: { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 500 },
    });
  });

  it("logs who asked for which route without what could be a secret", () => {
    const [stage = {}] = Object.values(template.findResources("AWS::ApiGatewayV2::Stage"));
    const { Format } = stage["Properties"].AccessLogSettings as { Format: string };

    expect(Object.keys(JSON.parse(Format) as object)).toContain("route");
    // Headers, queries, paths and whatever an authoriser makes of them.
    expect(Format).not.toMatch(/header|query|path|authori|identity|\$context\.error/i);
    expect(Format.match(/\$context\.\w+/g)?.length).toBe(Object.keys(JSON.parse(Format) as object).length);
  });
});

describe("functions behind the API", () => {
  const actionsOf = (dialect: string): string[] => {
    const policies = Object.entries(template.findResources("AWS::IAM::Policy"));
    const [, policy] = policies.find(([id]) => id.includes(dialect)) ?? [];
    const statements = policy?.["Properties"].PolicyDocument.Statement as { Action: string | string[] }[];
    return statements.flatMap(({ Action }) => Action).filter((action) => !/^(logs|xray):/.test(action));
  };
  const READS = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "s3:GetObject"];
  /** To be told that there is nothing. */
  const LISTS = "s3:ListBucket";
  const WRITES = ["dynamodb:PutItem", "dynamodb:UpdateItem"];
  const ASKS = "secretsmanager:GetSecretValue";

  it("may keep a report and note that a key is in use, in the IMKit dialect", () => {
    expect(actionsOf("serveimkit").toSorted()).toEqual([...READS, ...WRITES, "s3:PutObject"].toSorted());
  });

  it("may refresh, in the Rocket.Chat dialect", () => {
    expect(actionsOf("serverocketchat").toSorted()).toEqual([...READS, ...WRITES, "s3:PutObject", ASKS].toSorted());
  });

  it("may also check whether an import is open, in our own", () => {
    expect(actionsOf("servev1").toSorted()).toEqual(
      [...READS, LISTS, ...WRITES, "dynamodb:ConditionCheckItem", "s3:PutObject", ASKS].toSorted(),
    );
  });

  it("may remove what is administered, there alone, and write nothing to the archive", () => {
    const keeps = ["CreateSecret", "PutSecretValue", "RestoreSecret", "DeleteSecret"].map(
      (action) => `secretsmanager:${action}`,
    );
    // What a workspace that ends leaves of its people.
    const removes = ["s3:DeleteObjectVersion", "s3:ListBucketVersions"];
    expect(actionsOf("serveadmin").toSorted()).toEqual(
      [...READS, LISTS, ...WRITES, "dynamodb:DeleteItem", ASKS, ...keeps, ...removes].toSorted(),
    );
  });

  it("write documents in our own dialect alone, where imports are finished", () => {
    const writers = Object.entries(template.findResources("AWS::IAM::Policy"))
      .filter(([, policy]) => JSON.stringify(policy).includes("/workspace=*"))
      .map(([id]) => id);

    expect(writers).toEqual([expect.stringContaining("servev1")]);
  });

  it("run as every function of the house does, and end before API Gateway gives up", () => {
    template.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: 512,
      Timeout: 29,
      Handler: "index.handler",
      LoggingConfig: {
        LogFormat: "JSON",
        ApplicationLogLevel: "INFO",
        SystemLogLevel: "WARN",
        LogGroup: Match.anyValue(),
      },
    });
  });

  it("are told their settings by the names of the contract, and nothing else", () => {
    template.allResourcesProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: {
          [ENV.table]: { Ref: Match.stringLikeRegexp("^Counters") },
          [ENV.archiveBucket]: { Ref: Match.stringLikeRegexp("^Archive") },
          [ENV.graceSeconds]: "180",
          [ENV.workQueueUrl]: Match.absent(),
        },
      },
    });
  });

  it("keep their logs for a month", () => {
    template.resourceCountIs("AWS::Logs::LogGroup", 5);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
  });
});
