import type { AlertRule } from "../../../core/alert.ts";
import type { Standings } from "../../../core/alert-walk.ts";
import { hourName } from "../../../core/hour.ts";

/** A rule as it may be given again. */
export const ruleBody = (rule: AlertRule): object => {
  const { kind, id, repeatHours } = rule;
  if (rule.kind === "lag") return { id, kind, hours: rule.hours, repeatHours };
  if (rule.kind === "anomaly")
    return { id, kind, ...(rule.statistics === null ? {} : { statistics: rule.statistics }), repeatHours };
  if (rule.kind === "missed-hours") return { id, kind, repeatHours };
  const { statistic, side, limit, clearAt, forHours } = rule;
  return { id, kind, statistic, [side]: limit, clearAt, forHours, repeatHours };
};

/** The answer of `GET /v1/alerts`: rules in the form they are given in, and which of them are raised. */
export const alertsBody = (workspace: string, rules: readonly AlertRule[], standings: Standings): string => {
  const ids = new Set(rules.map(({ id }) => id));
  const raised = Object.entries(standings).flatMap(([subject, { raisedAt }]) => {
    const [rule = "", statistic = null] = subject.split(" ");
    return raisedAt === null || !ids.has(rule) ? [] : [{ rule, statistic, hour: hourName(raisedAt) }];
  });
  return JSON.stringify({ workspace, rules: rules.map(ruleBody), raised });
};
