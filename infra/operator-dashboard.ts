import { Duration, Stack } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, Metric, PeriodOverride, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { CountersTable } from "./counters-table.ts";
import type { ScheduledWork } from "./scheduled-work.ts";
import type { StatisticsApi } from "./statistics-api.ts";

/** What is looked at. */
export interface OperatorDashboardProps {
  readonly api: StatisticsApi;
  readonly jobs: Readonly<Record<string, ScheduledWork>>;
  readonly counters: CountersTable;
}

const PERIOD = Duration.minutes(5);
/** Three to a row of 24. */
const WIDTH = 8;

const graph = (title: string, left: readonly IMetric[]): GraphWidget =>
  new GraphWidget({ title, left: [...left], width: WIDTH, period: PERIOD });

/** What an operator looks at first: is it asked, does it answer, do hours close, what waits, and what is paid for. */
export class OperatorDashboard extends Construct {
  constructor(scope: Construct, id: string, { api, jobs, counters }: OperatorDashboardProps) {
    super(scope, id);
    const { stackName, region } = Stack.of(this);
    const sum = { statistic: "Sum", period: PERIOD };
    const workers = Object.entries(jobs);
    const table = (metricName: string): Metric =>
      new Metric({
        namespace: "AWS/DynamoDB",
        metricName,
        dimensionsMap: { TableName: counters.table.tableName },
        ...sum,
      });
    const functions = [...api.functions, ...workers.map(([name, { worker }]) => [name, worker.function] as const)];
    new Dashboard(this, "Dashboard", {
      // An account has dashboards for all its regions in one list.
      dashboardName: `${stackName}-${region}`,
      periodOverride: PeriodOverride.AUTO,
      widgets: [
        [
          new TextWidget({
            markdown: `# ${stackName}\nEvery alarm has a section in docs/runbook.md. Hours that are late: *Oldest work waiting*.`,
            width: 24,
            height: 2,
          }),
        ],
        [
          graph("Requests and refusals", [
            api.stage.metricCount(sum),
            api.stage.metricClientError(sum),
            api.stage.metricServerError(sum),
          ]),
          graph("How long requests take", [
            api.stage.metricLatency({ period: PERIOD, statistic: "p50" }),
            api.stage.metricLatency({ period: PERIOD, statistic: "p99" }),
          ]),
          graph(
            "Functions, 99 of 100 within",
            functions.map(([label, one]) => one.metricDuration({ label, statistic: "p99", period: PERIOD })),
          ),
        ],
        [
          graph(
            "Oldest work waiting",
            workers.map(([label, { work }]) => work.metricApproximateAgeOfOldestMessage({ label, period: PERIOD })),
          ),
          graph(
            "Dead letters",
            workers.map(([label, { dead }]) =>
              dead.work.metricApproximateNumberOfMessagesVisible({ label, period: PERIOD }),
            ),
          ),
          graph(
            "Errors of functions",
            functions.map(([label, one]) => one.metricErrors({ ...sum, label })),
          ),
        ],
        [
          graph("Turned away", [
            table("ReadThrottleEvents"),
            table("WriteThrottleEvents"),
            ...functions.map(([label, one]) => one.metricThrottles({ ...sum, label })),
          ]),
          graph("Paid for: units of the table", [
            table("ConsumedReadCapacityUnits"),
            table("ConsumedWriteCapacityUnits"),
          ]),
          graph(
            "Paid for: calls of functions",
            functions.map(([label, one]) => one.metricInvocations({ ...sum, label })),
          ),
        ],
      ],
    });
  }
}
