import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { AttributeType, Billing, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { TABLE } from "../functions/contract.ts";
import type { AlarmTopic } from "./alarm-topic.ts";
import { RunbookAlarm } from "./runbook-alarm.ts";

/**
 * What the adapters ask of the table. A transaction has no permission of its own: it needs those of its parts, and
 * `ConditionCheckItem` is one that only looks.
 */
export type TableAction =
  | "GetItem"
  | "BatchGetItem"
  | "Query"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "ConditionCheckItem";

/** Everything a task may read. */
export const READING: readonly TableAction[] = ["GetItem", "BatchGetItem", "Query"];

const PERIOD = Duration.minutes(5);

/** The one table: lanes, directory, hour deltas, totals, snapshots and credentials of all workspaces. */
export class CountersTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { alarms }: { readonly alarms: AlarmTopic }) {
    super(scope, id);

    this.table = new TableV2(this, "Table", {
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: TABLE.ttlAttribute,
      // Totals are sums over all of the past: lost ones can't be counted again. Hence three locks on the same door.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new RunbookAlarm(this, "Throttled", {
      name: "table-throttled",
      severity: "soon",
      meaning: "The table turns requests away: batches and closings are tried again and get slow.",
      metric: this.#throttledRequests(),
      threshold: 10,
      evaluationPeriods: 3,
      topic: alarms,
    });
  }

  /** Allows these actions on the table, and nothing else. */
  grant(to: Role, actions: readonly TableAction[]): void {
    to.addToPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [this.table.tableArn],
      }),
    );
  }

  #throttledRequests(): MathExpression {
    const events = (metricName: string): Metric =>
      new Metric({
        namespace: "AWS/DynamoDB",
        metricName,
        dimensionsMap: { TableName: this.table.tableName },
        statistic: "Sum",
        period: PERIOD,
      });
    return new MathExpression({
      label: "throttled requests",
      // Either is only reported when there are some.
      expression: "FILL(reads, 0) + FILL(writes, 0)",
      usingMetrics: { reads: events("ReadThrottleEvents"), writes: events("WriteThrottleEvents") },
      period: PERIOD,
    });
  }
}
