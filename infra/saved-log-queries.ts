import { Stack } from "aws-cdk-lib";
import { CfnQueryDefinition, type ILogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { LOG_QUERIES, type LogOf } from "./log-queries.ts";

/** The groups that each kind of query reads. */
export type LogGroups = Readonly<Record<LogOf, readonly ILogGroup[]>>;

/** Questions to the logs, to be found in CloudWatch Logs Insights in a folder of the stack's name; they cost nothing. */
export class SavedLogQueries extends Construct {
  constructor(scope: Construct, id: string, groups: LogGroups) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    for (const { name, logs, lines } of LOG_QUERIES)
      new CfnQueryDefinition(this, name, {
        name: `${stackName}/${name}`,
        queryString: lines.join("\n| "),
        logGroupNames: logs.flatMap((one) => groups[one].map(({ logGroupName }) => logGroupName)),
      });
  }
}
