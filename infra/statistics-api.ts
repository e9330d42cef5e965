import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import type { Function } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { DISPATCH, ENV, type HandlerName } from "../functions/contract.ts";
import { ADMIN_PREFIXES, ROUTES as V1 } from "../functions/dialects/v1/routes.ts";
import type { AlarmTopic } from "./alarm-topic.ts";
import type { ArchiveUse } from "./archive-bucket.ts";
import { READING, type TableAction } from "./counters-table.ts";
import type { NoticeOutlets } from "./notice-outlets.ts";
import { type Domain, MANNER, type TrustedIssuer } from "./options.ts";
import { RunbookAlarm } from "./runbook-alarm.ts";
import { TidemarkFunction, type Workshop } from "./tidemark-function.ts";
import type { SecretsUse } from "./upstream-secrets.ts";

/** A dialect as it is deployed: where it answers, and what its tasks touch. */
interface Dialect {
  readonly handler: HandlerName;
  readonly description: string;
  readonly prefixes: readonly string[];
  readonly table: readonly TableAction[];
  readonly archive: ArchiveUse;
  /** Left out: it asks no other server. */
  readonly secrets?: SecretsUse;
  /** Whether it sends notices. */
  readonly sends?: boolean;
  /** Whether its callers may come with another issuer's token. */
  readonly takesTokens?: boolean;
}

/** First parts of the paths of a dialect; what is under them and unknown is refused in the dialect's own words. */
const prefixesOf = (routes: readonly { readonly path: string }[]): string[] => [
  ...new Set(routes.map(({ path }) => `/${path.split("/")[1] ?? ""}`)),
];

const DIALECTS: readonly Dialect[] = [
  {
    handler: "serve-v1",
    description: "Tidemark's own dialect",
    prefixes: prefixesOf(V1),
    // An import under way is checked in the transaction that counts a batch of it.
    table: [...READING, "PutItem", "UpdateItem", "ConditionCheckItem"],
    // Finishing an import closes hours, and restates none.
    archive: { blobs: "read and write", documents: "add" },
    // A refresh of a polled workspace asks its server.
    secrets: "read",
    takesTokens: true,
  },
  {
    handler: "serve-admin",
    description: "What Tidemark's own dialect is administered with",
    // More specific than the other function's, so API Gateway prefers them.
    prefixes: ADMIN_PREFIXES,
    // Accounts are removed, and so is what is kept of people in a workspace that ends.
    table: [...READING, "PutItem", "UpdateItem", "DeleteItem"],
    archive: { blobs: "read", reports: "read", removes: "people" },
    secrets: "keep",
    // Whoever adds a channel wants to see that something comes.
    sends: true,
    takesTokens: true,
  },
  {
    handler: "serve-rocketchat",
    description: "The Rocket.Chat dialect",
    // The other prefix is where a Rocket.Chat server's outgoing webhooks arrive.
    prefixes: ["/api", "/ingest/rocketchat"],
    // A refresh takes a lease, folds, and keeps its reading.
    table: [...READING, "PutItem", "UpdateItem"],
    archive: { blobs: "read and write" },
    secrets: "read",
  },
  {
    handler: "serve-imkit",
    description: "The IMKit dialect",
    // The other prefix is where an IMKit server's own reports arrive.
    prefixes: ["/admin", "/ingest/imkit"],
    // Windows are merged in memory; a report is kept and moves the head, and calls and uses of keys are noted.
    table: [...READING, "PutItem", "UpdateItem"],
    archive: { blobs: "read and write" },
  },
];

/** Every prefix that belongs to the API and not to the page. */
export const API_PREFIXES: readonly string[] = DIALECTS.flatMap(({ prefixes }) => prefixes);

/** API Gateway gives up after 30 s; one that ends before it can still answer in its own words. */
const TIMEOUT = Duration.seconds(29);

/**
 * Requests a second and in a burst. An environment answers in some 10 ms, so this needs a few dozen of the 1,000 that an
 * account has at first: a flood can't take the environments that close the hour.
 */
const THROTTLE = { rateLimit: 1_000, burstLimit: 500 } as const;

/** Which route and how it went; no header, no query and no path, because they may carry secrets and names. */
const LOGGED = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  route: "$context.routeKey",
  status: "$context.status",
  responseBytes: "$context.responseLength",
  milliseconds: "$context.responseLatency",
  integrationMilliseconds: "$context.integrationLatency",
  integrationStatus: "$context.integrationStatus",
  error: "$context.integrationErrorMessage",
} as const;

/** What the front door stands on. */
export interface StatisticsApiProps extends Workshop {
  readonly alarms: AlarmTopic;
  /** Undefined where notices are only kept. */
  readonly outlets?: NoticeOutlets | undefined;
  /** Undefined where only our own credentials are taken. */
  readonly oidc?: TrustedIssuer | undefined;
  /** A name of the API's own; undefined where it is CloudFront's, or nobody's. */
  readonly domain?: Domain | undefined;
}

/** The front door: one function per dialect behind its prefixes. */
export class StatisticsApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** What answers, by handler. */
  readonly functions: (readonly [HandlerName, Function])[] = [];

  /** Which route, and how it went. */
  readonly accessLog: LogGroup;

  /** What a name of the API's own has to point to; undefined without one. */
  readonly regionalHost: string | undefined;

  constructor(scope: Construct, id: string, { alarms, oidc, outlets, domain, ...workshop }: StatisticsApiProps) {
    super(scope, id);

    this.api = new HttpApi(this, "Api", {
      description: "Statistics in the words of each client family",
      createDefaultStage: false,
    });
    this.accessLog = this.#accessLog(workshop);
    this.stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
      },
    });
    this.regionalHost = domain === undefined ? undefined : this.#name(domain);
    for (const dialect of DIALECTS) this.#serve(dialect, workshop, oidc, outlets);
    Validations.of(this.api).acknowledge({
      id: "AwsSolutions-APIG4",
      reason:
        "Each dialect knows its callers by other headers and refuses them in its own words; its function checks them before anything else, and health, problems and definitions are for everybody.",
    });
    this.#alarm(alarms);
  }

  /** Host name of the API, where CloudFront fetches. */
  get host(): string {
    return `${this.api.apiId}.execute-api.${this.api.env.region}.amazonaws.com`;
  }

  #serve(
    dialect: Dialect,
    workshop: Workshop,
    oidc: TrustedIssuer | undefined,
    outlets: NoticeOutlets | undefined,
  ): void {
    const { handler, description, prefixes, table, archive, secrets, sends = false, takesTokens = false } = dialect;
    const served = new TidemarkFunction(this, handler, {
      handler,
      description,
      timeout: TIMEOUT,
      environment: {
        [ENV.archiveBucket]: workshop.archive.bucket.bucketName,
        // Answers tell when the schedule closes the next hour.
        [ENV.graceSeconds]: String(Duration.minutes(DISPATCH.minute).toSeconds()),
        ...(secrets === undefined ? {} : workshop.secrets.environment),
        ...(sends ? outlets?.environment : {}),
        ...(oidc !== undefined && takesTokens
          ? { [ENV.oidcIssuer]: oidc.issuer, [ENV.oidcAudience]: oidc.audience }
          : {}),
      },
      ...workshop,
    });
    this.functions.push([handler, served.function]);
    workshop.counters.grant(served.role, table);
    workshop.archive.grant(served.role, archive);
    if (secrets !== undefined) workshop.secrets.grant(served.role, secrets);
    if (sends) outlets?.grant(served.role);
    const integration = new HttpLambdaIntegration(`${handler}-integration`, served.function);
    for (const prefix of prefixes)
      for (const path of [prefix, `${prefix}/{proxy+}`])
        this.api.addRoutes({ path, methods: [HttpMethod.ANY], integration });
  }

  #name({ name, certificateArn }: Domain): string {
    const domainName = new DomainName(this, "Domain", {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, "Mapping", { api: this.api, stage: this.stage, domainName });
    return domainName.regionalDomainName;
  }

  #accessLog({ manner = MANNER }: Workshop): LogGroup {
    return new LogGroup(this, "AccessLog", {
      retention: manner.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #alarm(topic: AlarmTopic): void {
    const period = Duration.minutes(5);
    new RunbookAlarm(this, "Failing", {
      name: "api-failing",
      severity: "urgent",
      meaning: "Requests end in 5xx: batches wait at their senders and readers see errors.",
      metric: this.stage.metricServerError({ period, statistic: "Sum" }),
      threshold: 5,
      evaluationPeriods: 2,
      topic,
    });
    new RunbookAlarm(this, "Slow", {
      name: "api-slow",
      severity: "soon",
      meaning: "One request in a hundred takes longer than 5 seconds.",
      metric: this.stage.metricLatency({ period, statistic: "p99" }),
      threshold: 5_000,
      evaluationPeriods: 3,
      topic,
    });
  }
}
