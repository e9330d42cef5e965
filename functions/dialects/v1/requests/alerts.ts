import * as z from "zod/mini";
import { type AlertRule, MOST_RULES, REPEAT_HOURS } from "../../../core/alert.ts";
import { JUDGED } from "../../../core/baseline.ts";
import { STATISTICS, type StatisticName } from "../../../core/statistic.ts";
import { readBody } from "./read-body.ts";

const MOST_HOURS = 720;
const ID = "give a name of its own: 1 to 63 of a-z, 0-9 and -, the first no -";
const HOURS = `give a whole number of hours from 1 to ${MOST_HOURS}`;
const NUMBER = "give a number";
const SIDES = "give either above or below";
const BACK = "clearAt must lie on the other side of the limit, or on it";
const LIST = `give at most ${MOST_RULES} rules, each with an id of its own`;

/** Numbers that can be held against a limit: times can't. */
const NUMBERS = STATISTICS.filter(({ kind }) => kind !== "time").map(({ name }) => name);

const id = z.string(ID).check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, ID));
const hours = z.int(HOURS).check(z.minimum(1, HOURS), z.maximum(MOST_HOURS, HOURS));
const every = { id, repeatHours: z.optional(hours) };
const number = z.number(NUMBER);

const threshold = z.strictObject({
  ...every,
  kind: z.literal("threshold"),
  statistic: z.enum(
    NUMBERS as [StatisticName, ...StatisticName[]],
    "give a statistic of /v1/definitions that is no time",
  ),
  above: z.optional(number),
  below: z.optional(number),
  clearAt: z.optional(number),
  forHours: z.optional(hours),
});
const missedHours = z.strictObject({ ...every, kind: z.literal("missed-hours") });
const lag = z.strictObject({ ...every, kind: z.literal("lag"), hours });
const anomaly = z.strictObject({
  ...every,
  kind: z.literal("anomaly"),
  statistics: z.optional(
    z
      .array(z.enum(JUDGED as [StatisticName, ...StatisticName[]], `give some of ${JUDGED.join(", ")}`))
      .check(z.minLength(1, "give at least one"), z.maxLength(JUDGED.length, "give each once")),
  ),
});

const rule = z.discriminatedUnion("kind", [threshold, missedHours, lag, anomaly], {
  error: "give kind threshold, missed-hours, lag or anomaly",
});
type GivenRule = z.output<typeof rule>;

const isOneSided = (given: GivenRule): boolean =>
  given.kind !== "threshold" || (given.above === undefined) !== (given.below === undefined);

const comesBack = (given: GivenRule): boolean => {
  if (given.kind !== "threshold" || given.clearAt === undefined) return true;
  return given.clearAt <= (given.above ?? Infinity) && given.clearAt >= (given.below ?? -Infinity);
};

const areDistinct = (rules: readonly GivenRule[]): boolean => new Set(rules.map((one) => one.id)).size === rules.length;

/** Of `PUT /v1/alerts`: all rules of the workspace. */
export const alertRules = z.strictObject({
  rules: z
    .array(rule.check(z.refine(isOneSided, SIDES), z.refine(comesBack, BACK)))
    .check(z.maxLength(MOST_RULES, LIST), z.refine(areDistinct, LIST)),
});

const ruleOf = (given: GivenRule): AlertRule => {
  const base = { id: given.id, repeatHours: given.repeatHours ?? REPEAT_HOURS };
  if (given.kind === "missed-hours") return { kind: given.kind, ...base };
  if (given.kind === "lag") return { kind: given.kind, ...base, hours: given.hours };
  if (given.kind === "anomaly") return { kind: given.kind, ...base, statistics: given.statistics ?? null };
  const limit = given.above ?? given.below ?? 0;
  return {
    kind: given.kind,
    ...base,
    statistic: given.statistic,
    side: given.above === undefined ? "below" : "above",
    limit,
    clearAt: given.clearAt ?? limit,
    forHours: given.forHours ?? 1,
  };
};

/**
 * The body of `PUT /v1/alerts`.
 * @throws Failure `parameter.invalid`, naming the members.
 */
export const alertRulesOf = (body: unknown): readonly AlertRule[] => readBody(alertRules, body).rules.map(ruleOf);
