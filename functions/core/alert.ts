import { type Hour, hourName } from "./hour.ts";
import type { StatisticName } from "./statistic.ts";

interface Rule {
  /** Names the rule in notices; unique within its workspace. */
  readonly id: string;
  /** Hours after which what is still so is told again. */
  readonly repeatHours: number;
}

/** A number of an hour beyond a limit, in so many hours running; it is over once the number is back at `clearAt`. */
export interface ThresholdRule extends Rule {
  readonly kind: "threshold";
  readonly statistic: StatisticName;
  readonly side: "above" | "below";
  readonly limit: number;
  readonly clearAt: number;
  readonly forHours: number;
}

/** Hours that nobody observed, or that could not be closed. */
export interface MissedHoursRule extends Rule {
  readonly kind: "missed-hours";
}

/** The last closed hour ended more than so many hours ago. */
export interface LagRule extends Rule {
  readonly kind: "lag";
  readonly hours: number;
}

/** A number that is far from usual; all that are judged, or those named. */
export interface AnomalyRule extends Rule {
  readonly kind: "anomaly";
  readonly statistics: readonly StatisticName[] | null;
}

/** What somebody wants to be told of. */
export type AlertRule = ThresholdRule | MissedHoursRule | LagRule | AnomalyRule;

/** A rule, and the first hour that it holds for: the one in which it was set. */
export interface KeptRule {
  readonly rule: AlertRule;
  readonly from: Hour;
}

/** Rules of one workspace: each hour is held against all of them. */
export const MOST_RULES = 50;
/** Hours after which a rule says again that it is still so, unless it says otherwise. */
export const REPEAT_HOURS = 24;

/** How an hour stands to a rule; `held` is neither beyond the limit nor back. Null: nobody knows. */
export type Verdict = "beyond" | "held" | "back" | null;

/** Where one subject of a rule stands; what stands nowhere is not kept. */
export interface Standing {
  /** The rule as it was; under another one it starts anew. */
  readonly rule: string;
  /** Hours running that were beyond. */
  readonly streak: number;
  readonly raisedAt: Hour | null;
  /** When it was told last; null while nobody knows of it. */
  readonly toldAt: Hour | null;
}

/** What befell a subject in an hour, if anything is to be told. */
export type Turn = "raised" | "still" | "cleared";

/** How often, and whether at all, it is told. */
export interface Manner {
  readonly forHours: number;
  readonly repeatHours: number;
  /** False for what is long past: it is followed, and told once it is still so when the present is reached. */
  readonly isFresh: boolean;
}

const isNowhere = ({ streak, raisedAt }: Standing): boolean => streak === 0 && raisedAt === null;

/** The rule in the form that a standing keeps. */
export const ruleText = (rule: AlertRule): string => JSON.stringify(rule);

const newStanding = (rule: AlertRule): Standing => ({
  rule: ruleText(rule),
  streak: 0,
  raisedAt: null,
  toldAt: null,
});

const told = (
  standing: Standing,
  hour: Hour,
  { repeatHours, isFresh }: Manner,
): { readonly standing: Standing; readonly turn: Turn | null } => {
  const isDue = standing.toldAt === null || hour - standing.toldAt >= repeatHours;
  if (!isFresh || !isDue) return { standing, turn: null };
  return { standing: { ...standing, toldAt: hour }, turn: standing.toldAt === null ? "raised" : "still" };
};

/**
 * Moves one subject on by an hour. It is told when it is raised, again after each period, and when it is over; what was
 * never told is not said to be over.
 * @returns the standing after, null when there is nothing left to keep, and what is to be told.
 */
export const stepped = (
  rule: AlertRule,
  before: Standing | undefined,
  verdict: Verdict,
  hour: Hour,
  manner: Manner,
): { readonly standing: Standing | null; readonly turn: Turn | null } => {
  const known = before?.rule === ruleText(rule) ? before : newStanding(rule);
  if (verdict === null) return { standing: isNowhere(known) ? null : known, turn: null };
  if (verdict === "back") return { standing: null, turn: known.toldAt === null ? null : "cleared" };
  const streak = verdict === "beyond" ? known.streak + 1 : 0;
  const raisedAt = known.raisedAt ?? (streak >= manner.forHours ? hour : null);
  const standing = { ...known, streak, raisedAt };
  if (raisedAt !== null) return told(standing, hour, manner);
  return { standing: isNowhere(standing) ? null : standing, turn: null };
};

/** The side of a limit that a number is on. */
export const thresholdVerdict = ({ side, limit, clearAt }: ThresholdRule, value: number): Verdict => {
  if (side === "above" ? value > limit : value < limit) return "beyond";
  return (side === "above" ? value <= clearAt : value >= clearAt) ? "back" : "held";
};

/** The same notice whoever makes it: of a rule, an hour and what befell; of a statistic where a rule has many. */
export const alertId = (rule: AlertRule, statistic: string | null, hour: Hour, turn: Turn): string =>
  ["alert", rule.id, ...(statistic === null ? [] : [statistic]), hourName(hour), turn].join(":");
