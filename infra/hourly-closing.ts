import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { DISPATCH } from "../functions/contract.ts";
import { READING } from "./counters-table.ts";
import { type JobGround, ScheduledWork } from "./scheduled-work.ts";

/** Every hour, a grace past it: closes what is over. */
export class HourlyClosing extends ScheduledWork {
  constructor(scope: Construct, id: string, ground: JobGround) {
    super(scope, id, ground, {
      name: "closing",
      run: "The hourly closing",
      late: "hours close late",
      severity: "urgent",
      worker: "close-hours",
      description: "Closes the hours that are over, for the workspaces of a message",
      at: { minute: String(DISPATCH.minute) },
      every: Duration.hours(1),
      worthTrying: Duration.minutes(50),
      patience: Duration.minutes(40),
    });
    const { role } = this.worker;
    ground.counters.grant(role, [...READING, "PutItem", "UpdateItem", "ConditionCheckItem"]);
    ground.archive.grant(role, { blobs: "read and write", documents: "read and write" });
  }
}
