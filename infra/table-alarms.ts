import { Duration } from "aws-cdk-lib";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";
import type { CountersTable } from "./counters-table.ts";
import { RunbookAlarm } from "./runbook-alarm.ts";

/** What the alarms of the table watch, and where they go. */
export interface TableAlarmsProps {
  readonly counters: CountersTable;
  readonly alarms: AlarmTopic;
}

const PERIOD = Duration.minutes(5);

/** The alarms of the table; they change with the code, so they are not kept beside it. */
export class TableAlarms extends Construct {
  constructor(scope: Construct, id: string, { counters, alarms }: TableAlarmsProps) {
    super(scope, id);
    const events = (metricName: string): Metric =>
      new Metric({
        namespace: "AWS/DynamoDB",
        metricName,
        dimensionsMap: { TableName: counters.table.tableName },
        statistic: "Sum",
        period: PERIOD,
      });
    new RunbookAlarm(this, "Throttled", {
      name: "table-throttled",
      severity: "soon",
      meaning: "The table turns requests away: batches and closings are tried again and get slow.",
      metric: new MathExpression({
        label: "throttled requests",
        // Either is only reported when there are some.
        expression: "FILL(reads, 0) + FILL(writes, 0)",
        usingMetrics: { reads: events("ReadThrottleEvents"), writes: events("WriteThrottleEvents") },
        period: PERIOD,
      }),
      threshold: 10,
      evaluationPeriods: 3,
      topic: alarms,
    });
  }
}
