import type { Resource } from "../../infra/deployment.ts";

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly unknown[];
}
interface Sampled {
  readonly metric: Metric;
  readonly seconds: number;
  readonly statistic: string;
}
interface AlarmProperties extends Metric {
  readonly AlarmName: string;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
  }[];
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
}
interface FilterProperties {
  readonly FilterPattern: string;
  readonly LogGroupName: { readonly Ref: string };
  readonly MetricTransformations: readonly [{ readonly MetricName: string; readonly MetricNamespace: string }];
}
interface FunctionProperties {
  readonly LoggingConfig: { readonly LogGroup: { readonly Ref: string } };
}

interface Datum {
  readonly name: string;
  /** What a dimension says, or the namespace of a metric that has none. */
  readonly of: string;
  readonly at: number;
  readonly value: number;
}

const TERM = /(\??)"([^"]+)"/g;

/**
 * Whether a filter of CloudWatch Logs takes a line: one of the terms with a question mark, or each of those without
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
 * @throws at a pattern of any other kind.
 */
export const isTaken = (pattern: string, line: string): boolean => {
  const terms = [...pattern.matchAll(TERM)];
  if (terms.length === 0 || terms.map(([term]) => term).join(" ") !== pattern) throw new Error(`not read: ${pattern}`);
  const isIn = ([, , text = ""]: RegExpExecArray): boolean => line.includes(text);
  const optional = terms.filter(([, mark]) => mark === "?");
  return optional.length > 0 ? optional.some(isIn) : terms.every(isIn);
};

const NINETY_NINE = 0.99;
const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  p99: (values) => values.toSorted((a, b) => a - b)[Math.ceil(NINETY_NINE * values.length) - 1] ?? Number.NaN,
};

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/** CloudWatch with the alarms and filters of a template: it is told numbers and lines, and says what has risen. */
export class PlayedAlarms {
  readonly #resources: readonly (readonly [id: string, Resource])[];
  readonly #data: Datum[] = [];

  constructor(resources: Readonly<Record<string, Resource>>) {
    this.#resources = Object.entries(resources);
  }

  /** The one resource of a type whose logical id begins so. */
  resource(type: string, beginning: string): readonly [id: string, properties: unknown] {
    const [found, ...more] = this.#resources.filter(([id, { Type }]) => Type === type && id.startsWith(beginning));
    if (found === undefined || more.length > 0) throw new Error(`not one ${type} begins with ${beginning}`);
    return [found[0], found[1].Properties];
  }

  /** The queue whose dead letters lie in another. */
  sourceOf(deadLettersId: string): string {
    const found = this.#resources.find(
      ([, { Type, Properties }]) =>
        Type === "AWS::SQS::Queue" && JSON.stringify(Properties?.["RedrivePolicy"] ?? "").includes(deadLettersId),
    );
    if (found === undefined) throw new Error(`nothing ends in ${deadLettersId}`);
    return found[0];
  }

  /** A number about something that has a logical id, or a name, at an instant in milliseconds since 1970 UTC. */
  tell(name: string, of: string, value: number, at: number): void {
    this.#data.push({ name, of, value, at });
  }

  /** A line that a function logged, as Lambda's JSON format has it. */
  log(functionId: string, line: object, at: number): void {
    const [, properties] = this.resource("AWS::Lambda::Function", functionId);
    const { LoggingConfig } = properties as FunctionProperties;
    const text = JSON.stringify({ timestamp: new Date(at).toISOString(), level: "INFO", message: line });
    for (const [, { Type, Properties }] of this.#resources) {
      if (Type !== "AWS::Logs::MetricFilter") continue;
      const { FilterPattern, LogGroupName, MetricTransformations } = Properties as unknown as FilterProperties;
      if (LogGroupName.Ref !== LoggingConfig.LogGroup.Ref || !isTaken(FilterPattern, text)) continue;
      const [{ MetricName, MetricNamespace }] = MetricTransformations;
      this.tell(MetricName, MetricNamespace, 1, at);
    }
  }

  /** Whether an alarm, by its name without that of the stack, has risen at an instant, by the periods before it. */
  isRaised(name: string, at: number): boolean {
    const alarm = this.#resources
      .filter(([, { Type }]) => Type === "AWS::CloudWatch::Alarm")
      .map(([, { Properties }]) => Properties as unknown as AlarmProperties)
      .find(({ AlarmName }) => AlarmName === `Tidemark-${name}`);
    if (alarm === undefined) throw new Error(`there is no alarm ${name}`);
    const isBreached = COMPARISONS[alarm.ComparisonOperator];
    if (isBreached === undefined) throw new Error(`not read: ${alarm.ComparisonOperator}`);
    return Array.from({ length: alarm.EvaluationPeriods }, (_, back) => back).every((back) => {
      const value = this.#valueOf(alarm, at, back);
      return value === undefined ? alarm.TreatMissingData === "breaching" : isBreached(value, alarm.Threshold);
    });
  }

  #valueOf(alarm: AlarmProperties, at: number, back: number): number | undefined {
    const { Metrics, Period = 0, Statistic, ExtendedStatistic } = alarm;
    if (Metrics === undefined)
      return this.#sample(
        { metric: alarm, seconds: Period, statistic: Statistic ?? ExtendedStatistic ?? "" },
        at,
        back,
      );
    const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? "";
    return expression.split(" + ").reduce((sum, part) => {
      const [, id] = /^FILL\((\w+), 0\)$/.exec(part) ?? [];
      const found = Metrics.find(({ Id }) => Id === id)?.MetricStat;
      if (found === undefined) throw new Error(`not read: ${expression}`);
      return (
        sum + (this.#sample({ metric: found.Metric, seconds: found.Period, statistic: found.Stat }, at, back) ?? 0)
      );
    }, 0);
  }

  #sample({ metric, seconds, statistic }: Sampled, at: number, back: number): number | undefined {
    const end = at - back * seconds * 1_000;
    const about = JSON.stringify(metric.Dimensions ?? metric.Namespace);
    const values = this.#data
      .filter((datum) => datum.name === metric.MetricName && about.includes(datum.of))
      .filter((datum) => datum.at > end - seconds * 1_000 && datum.at <= end)
      .map(({ value }) => value);
    const from = STATISTICS[statistic];
    if (from === undefined) throw new Error(`not read: ${statistic}`);
    return values.length === 0 ? undefined : from(values);
  }
}
