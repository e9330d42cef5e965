import { Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";

/** Whether somebody has to get up for it: numbers are late or lost, or it may wait for the morning. */
export type Severity = "urgent" | "soon";

/** What an alarm watches and says. */
export interface RunbookAlarmProps extends Pick<CreateAlarmOptions, "threshold" | "evaluationPeriods"> {
  /** The alarm is called so after the stack. */
  readonly name: string;
  /** Its heading in `docs/runbook.md`, when that is not its name: alarms of a kind share one. */
  readonly section?: string;
  readonly severity: Severity;
  /** One sentence: what is the matter when it rises. */
  readonly meaning: string;
  readonly metric: IMetric;
  readonly topic: AlarmTopic;
  /** Rises when the metric falls below the threshold, or when there is none; otherwise when it reaches it. */
  readonly risesOnSilence?: boolean;
}

/** An alarm that tells how bad it is, what it means and where to read on. */
export class RunbookAlarm extends Construct {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const { name, section = name, severity, meaning, metric, threshold, evaluationPeriods, topic } = props;
    const { risesOnSilence = false } = props;

    const alarm = new Alarm(this, "Alarm", {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `[${severity}] ${meaning} See docs/runbook.md#${section}`,
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: risesOnSilence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: risesOnSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(topic.action);
    alarm.addOkAction(topic.action);
  }
}
