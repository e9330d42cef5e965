import { CfnOutput, RemovalPolicies, Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { AccessLogs } from "./access-logs.ts";
import { ArchiveBucket } from "./archive-bucket.ts";
import { CountersTable } from "./counters-table.ts";
import type { Options } from "./options.ts";

/** What the kept part of a deployment is made of. */
export interface DataStackProps extends StackProps {
  readonly options: Pick<Options, "onRemoval" | "recoveryDays" | "storage">;
}

/**
 * What can't be made again: the table and the archive. Nothing here knows of the code that works on them, so a new
 * version of that code never changes this stack; what it exports is held on to for as long as the code is there.
 */
export class DataStack extends Stack {
  readonly counters: CountersTable;
  readonly archive: ArchiveBucket;

  constructor(scope: Construct, id: string, { options, ...props }: DataStackProps) {
    const { onRemoval, recoveryDays, storage } = options;
    const isKept = onRemoval === "keep";
    super(scope, id, {
      description: "Tidemark's data: the table and the archive",
      terminationProtection: isKept,
      ...props,
    });
    this.counters = new CountersTable(this, "Counters", { isProtected: isKept, recoveryDays });
    const accessLogs = new AccessLogs(this, "AccessLogs");
    this.archive = new ArchiveBucket(this, "Archive", { accessLogs, storage });

    this.#exportAll();

    if (!isKept) RemovalPolicies.of(this).destroy();
    Tags.of(this.counters).add("component", "table");
    Tags.of(this.archive).add("component", "archive");
    Tags.of(accessLogs).add("component", "access-logs");
    // For whoever looks for what was kept when the other stack is gone.
    new CfnOutput(this, "KeptTable", { description: "The one table", value: this.counters.table.tableName });
    new CfnOutput(this, "KeptArchive", {
      description: "Where statistics.json of every hour lies",
      value: this.archive.bucket.bucketName,
    });
  }

  /**
   * Exports what any code may need, whether this one does: CDK would leave out what a new version no longer asks for,
   * and CloudFormation takes back no export that the version before is still using.
   */
  #exportAll(): void {
    const { table } = this.counters;
    const { bucket } = this.archive;
    for (const value of [table.tableName, table.tableArn, bucket.bucketName, bucket.bucketArn]) this.exportValue(value);
  }
}
