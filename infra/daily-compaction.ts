import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { COMPACTION } from "../functions/contract.ts";
import { type JobGround, ScheduledWork } from "./scheduled-work.ts";

/** Every night (UTC): makes the tables of the day that is over, and of those that were restated. */
export class DailyCompaction extends ScheduledWork {
  constructor(scope: Construct, id: string, ground: JobGround) {
    super(scope, id, ground, {
      name: "compaction",
      run: "The daily compaction",
      late: "queries miss the days since",
      severity: "soon",
      worker: "compact-days",
      description: "Makes Parquet tables of the days that are over, for the workspaces of a message",
      at: COMPACTION,
      every: Duration.days(1),
      // Lambda keeps a call that it could not make no longer.
      worthTrying: Duration.hours(6),
      patience: Duration.hours(4),
    });
    const { role } = this.worker;
    ground.counters.grant(role, ["GetItem", "Query"]);
    ground.archive.grant(role, { blobs: "read", tables: "read and write" });
  }
}
