import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ArchiveBucket } from "./archive-bucket.ts";
import { CountersTable } from "./counters-table.ts";

/** Everything Tidemark needs in one account and region: first where things are kept, then what works on them. */
export class TidemarkStack extends Stack {
  readonly counters: CountersTable;
  readonly archive: ArchiveBucket;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { description: "Tidemark: exact, hourly statistics snapshots of chat workspaces", ...props });

    this.counters = new CountersTable(this, "Counters");
    this.archive = new ArchiveBucket(this, "Archive");
  }
}
