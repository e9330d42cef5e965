import { type Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function,
  type FunctionOptions,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { ENV, type HandlerName } from "../functions/contract.ts";
import type { ArchiveBucket } from "./archive-bucket.ts";
import type { CountersTable } from "./counters-table.ts";
import { type FunctionManner, MANNER } from "./options.ts";
import type { UpstreamSecrets } from "./upstream-secrets.ts";

/** The folder of each function's bundle; it holds `index.mjs`. */
export type Bundles = Readonly<Record<HandlerName, string>>;

/** What every function works with. */
export interface Workshop {
  readonly bundles: Bundles;
  readonly counters: CountersTable;
  readonly archive: ArchiveBucket;
  readonly secrets: UpstreamSecrets;
  /** Left out: as a deployment has them of which nothing is said. */
  readonly manner?: FunctionManner;
}

/** What one function is made of. */
export interface TidemarkFunctionProps
  extends Workshop, Pick<FunctionOptions, "description" | "onFailure" | "retryAttempts" | "maxEventAge"> {
  readonly handler: HandlerName;
  readonly timeout: Duration;
  /** Beside the table, which every function reads. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A function as this house has them: a bundle of its own, a role that may write its log and nothing else until it is
 * granted more, and logs that end.
 *
 * None reserves concurrency: an account that is new can't, and what could run wide is bounded where it starts (the
 * stage's throttle, the queue's maximum). The arithmetic is in `docs/reliability.md`.
 */
export class TidemarkFunction extends Construct {
  readonly function: Function;
  readonly role: Role;
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, props: TidemarkFunctionProps) {
    super(scope, id);
    const { handler, bundles, counters, archive: _archive, secrets: _secrets, environment, ...rest } = props;
    const { manner = MANNER, ...options } = rest;

    this.log = new LogGroup(this, "Log", {
      retention: manner.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Of our own: the one that CDK would make carries a policy of AWS's, which may write to every log there is.
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${handler} may do`,
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [this.log.logGroupArn],
      }),
    );
    this.function = new Function(this, "Function", {
      ...options,
      code: Code.fromAsset(bundles[handler]),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: manner.memoryMbOf[handler] ?? manner.memoryMb,
      role: this.role,
      logGroup: this.log,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Two lines for each call would cost more than the call.
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: {
        [ENV.table]: counters.table.tableName,
        ...environment,
      },
      tracing: manner.isTraced ? Tracing.ACTIVE : Tracing.DISABLED,
    });
    if (manner.isTraced)
      Validations.of(this.role).acknowledge({
        id: "AwsSolutions-IAM5[Resource::*]",
        reason: "What is traced belongs to no resource: AWS X-Ray takes segments and nothing else under that star.",
      });
  }
}
