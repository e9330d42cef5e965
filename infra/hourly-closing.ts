import { Duration, Stack } from "aws-cdk-lib";
import { FilterPattern, type LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { DISPATCH } from "../functions/contract.ts";
import { READING } from "./counters-table.ts";
import { RunbookAlarm } from "./runbook-alarm.ts";
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
    const { role, log, function: worker } = this.worker;
    ground.counters.grant(role, [...READING, "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"]);
    ground.archive.grant(role, { blobs: "read and write", documents: "read and write", removes: "seen" });
    ground.secrets.grant(role, "read");
    for (const [name, value] of Object.entries(ground.secrets.environment)) worker.addEnvironment(name, value);
    this.#alarmOnUpstreams(log, ground);
  }

  /** Servers that tell nothing until somebody mends a setting; what passes by itself is in the log and the ledger. */
  #alarmOnUpstreams(logGroup: LogGroup, { alarms: topic }: JobGround): void {
    const filter = new MetricFilter(this, "RefusedUpstreams", {
      logGroup,
      filterPattern: FilterPattern.anyTerm("UpstreamMisconfigured"),
      metricNamespace: `Tidemark/${Stack.of(this).stackName}`,
      metricName: "UpstreamsMisconfigured",
    });
    new RunbookAlarm(this, "UpstreamMisconfigured", {
      name: "upstream-misconfigured",
      severity: "soon",
      meaning:
        "A polled server refuses its credential or can't be asked at its address: its hours are missing for good.",
      metric: filter.metric({ period: Duration.hours(1), statistic: "Sum" }),
      threshold: 1,
      evaluationPeriods: 1,
      topic,
    });
  }
}
