import { Duration, Stack } from "aws-cdk-lib";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { FOLLOWING } from "../functions/contract.ts";
import { READING } from "./counters-table.ts";
import { EventBus } from "./event-bus.ts";
import type { NoticeOutlets } from "./notice-outlets.ts";
import { RunbookAlarm } from "./runbook-alarm.ts";
import { type JobGround, ScheduledWork } from "./scheduled-work.ts";

/** Every hour, when most hours have closed: follows what was published, makes reports, and sends what there is to tell. */
export class HourlyFollowing extends ScheduledWork {
  constructor(scope: Construct, id: string, { outlets, ...ground }: JobGround & { readonly outlets: NoticeOutlets }) {
    super(scope, id, ground, {
      name: "following",
      run: "The hourly following",
      late: "alerts and reports come late",
      severity: "soon",
      worker: "follow-hours",
      description: "Follows what was published, makes reports and sends notices, for the workspaces of a message",
      at: FOLLOWING,
      every: Duration.hours(1),
      worthTrying: Duration.minutes(50),
      patience: Duration.minutes(40),
    });
    const { role, log, function: worker } = this.worker;
    // A delivery leaves those that wait when it comes to its end.
    ground.counters.grant(role, [...READING, "PutItem", "DeleteItem"]);
    ground.archive.grant(role, { blobs: "read", reports: "read and write" });
    ground.secrets.grant(role, "read");
    outlets.grant(role);
    const bus = new EventBus(this);
    bus.grantAnnounce(role);
    for (const [name, value] of Object.entries({
      ...ground.secrets.environment,
      ...outlets.environment,
      ...bus.environment,
    }))
      worker.addEnvironment(name, value);
    const filter = new MetricFilter(this, "GivenUpDeliveries", {
      logGroup: log,
      filterPattern: FilterPattern.anyTerm("DeliveryGivenUp"),
      metricNamespace: `Tidemark/${Stack.of(this).stackName}`,
      metricName: "DeliveriesGivenUp",
    });
    new RunbookAlarm(this, "DeliveryGivenUp", {
      name: "delivery-given-up",
      severity: "soon",
      meaning: "A notice did not reach its channel for a day, or was refused for good: it is not sent again.",
      metric: filter.metric({ period: Duration.hours(1), statistic: "Sum" }),
      threshold: 1,
      evaluationPeriods: 1,
      topic: ground.alarms,
    });
  }
}
