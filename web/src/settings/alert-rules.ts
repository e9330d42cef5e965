import type { Definition } from "../documents.ts";
import { fieldOf } from "../field.ts";
import { labelOf } from "../labels.ts";
import { valueIn } from "../words.ts";

/** What a workspace wants to be told of. */
export interface AlertRule {
  readonly id: string;
  readonly kind: "threshold" | "missed-hours" | "lag" | "anomaly";
  readonly statistic?: string;
  readonly above?: number;
  readonly below?: number;
  readonly clearAt?: number;
  readonly forHours?: number;
  readonly hours?: number;
  readonly statistics?: readonly string[];
  readonly repeatHours?: number;
}

/** What each kind of rule is called. */
export const KINDS: Readonly<Record<AlertRule["kind"], string>> = {
  threshold: "A number that is too high or too low",
  anomaly: "A number that is far from usual",
  "missed-hours": "Hours that are missing",
  lag: "Hours that are not closed in time",
};

const numberOf = (fields: FormData, name: string): number | undefined => {
  const text = fieldOf(fields, name);
  return text === "" ? undefined : Number(text);
};

/** Without what is not given, because the API takes no member of undefined. */
const given = (rule: AlertRule): AlertRule =>
  Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as unknown as AlertRule;

/** Reads the form of a new rule. */
export const ruleIn = (fields: FormData): AlertRule => {
  const kind = fieldOf(fields, "kind") as AlertRule["kind"];
  const rule = { id: fieldOf(fields, "id"), kind };
  if (kind === "lag") return { ...rule, hours: numberOf(fields, "hours") ?? 1 };
  if (kind === "missed-hours") return rule;
  const statistic = fieldOf(fields, "statistic");
  if (kind === "anomaly") return statistic === "" ? rule : { ...rule, statistics: [statistic] };
  const side = fieldOf(fields, "side") === "below" ? "below" : "above";
  return given({
    ...rule,
    statistic,
    [side]: numberOf(fields, "limit") ?? 0,
    clearAt: numberOf(fields, "clearAt"),
    forHours: numberOf(fields, "forHours"),
  } as AlertRule);
};

const hoursOf = (hours: number): string => (hours === 1 ? "an hour" : `${hours} hours`);

const thresholdOf = (
  { statistic = "", above, below, clearAt, forHours = 1 }: AlertRule,
  definitions: ReadonlyMap<string, Definition>,
): string => {
  const definition = definitions.get(statistic);
  const value = (amount: number): string => valueIn(definition?.unit ?? "", amount);
  const limit = above ?? below ?? 0;
  const over = clearAt === undefined || clearAt === limit ? "" : `, over again at ${value(clearAt)}`;
  return `${labelOf(definition ?? { name: statistic })} ${above === undefined ? "below" : "above"} ${value(limit)} for ${hoursOf(forHours)}${over}`;
};

/** A rule in a sentence. */
export const sentenceOf = (rule: AlertRule, definitions: ReadonlyMap<string, Definition>): string => {
  switch (rule.kind) {
    case "threshold":
      return thresholdOf(rule, definitions);
    case "lag":
      return `Hours are not closed for ${hoursOf(rule.hours ?? 1)}`;
    case "missed-hours":
      return "An hour is missing";
    case "anomaly":
      return rule.statistics === undefined
        ? "Any number is far from usual"
        : `${rule.statistics.map((name) => labelOf(definitions.get(name) ?? { name })).join(", ")} far from usual`;
    default:
      return "";
  }
};
