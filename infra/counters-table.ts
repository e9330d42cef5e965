import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { TABLE } from "../functions/contract.ts";

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

/** How well the table is kept. */
export interface CountersTableProps {
  /** Whether nobody may delete it; left out, nobody may. */
  readonly isProtected?: boolean;
  /** Days back to which it can be restored; left out, as many as there are. */
  readonly recoveryDays?: number;
}

/** The one table: lanes, directory, hour deltas, totals, snapshots and credentials of all workspaces. */
export class CountersTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { isProtected = true, recoveryDays }: CountersTableProps = {}) {
    super(scope, id);

    this.table = new TableV2(this, "Table", {
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: TABLE.ttlAttribute,
      // Totals are sums over all of the past: lost ones can't be counted again. Hence three locks on the same door.
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        ...(recoveryDays === undefined ? {} : { recoveryPeriodInDays: recoveryDays }),
      },
      deletionProtection: isProtected,
      removalPolicy: RemovalPolicy.RETAIN,
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
}
