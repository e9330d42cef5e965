import {
  alertId,
  type AlertRule,
  type AnomalyRule,
  type KeptRule,
  type Standing,
  stepped,
  type ThresholdRule,
  thresholdVerdict,
  type Turn,
  type Verdict,
} from "./alert.ts";
import { JUDGED } from "./baseline.ts";
import { endOf, type Hour, HOUR_MS, hourName, hourOf, startOf } from "./hour.ts";
import { isoOf } from "./instant.ts";
import type { Notice } from "./notice.ts";
import { type Document, isReported, valueIn } from "./document.ts";
import { statisticNamed } from "./statistic.ts";

/** A closed hour as rules see it: its document, or why there is none. */
export type SeenHour =
  | { readonly hour: Hour; readonly document: Document }
  | { readonly hour: Hour; readonly missed: "missing" | "failed" };

/** Where a workspace's rules stand, by subject: the rule's id, and the statistic where it has many. */
export type Standings = Readonly<Record<string, Standing>>;

/** Where all rules stand, and what that has to be told. */
export interface Followed {
  readonly standings: Standings;
  readonly notices: readonly Notice[];
}

/** What rules are held against, beside the hours themselves. */
export interface Circumstances {
  /** What people call the workspace. */
  readonly name: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/** How long after its end an hour is still worth telling of on its own. */
const FRESH_MS = 24 * HOUR_MS;

/** One thing that a rule watches, as it stands in an hour. */
interface Subject {
  readonly statistic: string | null;
  readonly verdict: Verdict;
  /** What there is to say of it: in words, and for machines. */
  readonly told: Readonly<Record<Turn, string>>;
  readonly data: Readonly<Record<string, unknown>>;
}

const shown = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
const labelOf = (name: string): string => statisticNamed(name)?.label ?? name;

/**
 * Where a number stands. Hours that were not observed in full show too little: enough to be above a limit, never to be
 * back or below one. A server that reports may never meet an hour, and is believed. An import tells of the past.
 */
const verdictOf = (rule: ThresholdRule, document: Document): Verdict => {
  const value = valueIn(document, rule.statistic);
  const { status } = document.ledger;
  if (typeof value !== "number" || status === "imported") return null;
  const verdict = thresholdVerdict(rule, value);
  if (status !== "partial") return verdict;
  return rule.side === "above" && (verdict === "beyond" || isReported(document)) ? verdict : null;
};

const ofThreshold = (rule: ThresholdRule, document: Document): Subject => {
  const value = valueIn(document, rule.statistic);
  const verdict = verdictOf(rule, document);
  const what = labelOf(rule.statistic);
  const number = typeof value === "number" ? shown(value) : "unknown";
  return {
    statistic: null,
    verdict,
    told: {
      // What was raised long ago is told in the present, where it may be held.
      raised:
        verdict === "held"
          ? `${what} was ${rule.side} ${shown(rule.limit)}, and is not back: ${number}`
          : `${what} is ${rule.side} ${shown(rule.limit)}: ${number}`,
      still: `${what} is still not back: ${number}`,
      cleared: `${what} is back: ${number}`,
    },
    data: { statistic: rule.statistic, value, side: rule.side, limit: rule.limit, clearAt: rule.clearAt },
  };
};

const ofAnomalies = (rule: AnomalyRule, document: Document): readonly Subject[] =>
  (rule.statistics ?? JUDGED).map((statistic) => {
    const { anomalies, ledger } = document;
    const anomaly = anomalies?.find((one) => one.statistic === statistic);
    // A number that is not known is not usual, whatever is said of the others.
    const isJudged = anomalies != null && ledger.status !== "imported" && valueIn(document, statistic) !== null;
    const what = labelOf(statistic);
    const far =
      anomaly === undefined
        ? ""
        : `${shown(anomaly.value)}, where ${shown(anomaly.low)} to ${shown(anomaly.high)} would be usual`;
    return {
      statistic,
      verdict: isJudged ? (anomaly === undefined ? "back" : "beyond") : null,
      told: {
        raised: `${what} is unusual: ${far}`,
        still: `${what} is still unusual: ${far}`,
        cleared: `${what} is usual again`,
      },
      data: { ...anomaly, statistic },
    };
  });

const ofMissed = (seen: SeenHour): Subject => {
  const hour = hourName(seen.hour);
  const isMissed = "missed" in seen;
  const how = isMissed && seen.missed === "failed" ? "could not be closed" : "was observed by nobody";
  return {
    statistic: null,
    verdict: isMissed ? "beyond" : "back",
    told: {
      raised: `Hour ${hour} ${how}`,
      still: `Hours are still missed: ${hour} ${how}`,
      cleared: `Hours are observed again, from ${hour} on`,
    },
    data: isMissed ? { missed: seen.missed } : {},
  };
};

/** What a rule watches in a closed hour; none where the hour says nothing about it. */
const subjectsIn = (rule: AlertRule, seen: SeenHour): readonly Subject[] => {
  if (rule.kind === "missed-hours") return [ofMissed(seen)];
  if ("missed" in seen) return [];
  if (rule.kind === "threshold") return [ofThreshold(rule, seen.document)];
  return rule.kind === "anomaly" ? ofAnomalies(rule, seen.document) : [];
};

const noticeOf = (
  rule: AlertRule,
  { statistic, told, data }: Subject,
  turn: Turn,
  { hour, at, name }: { readonly hour: Hour; readonly at: number; readonly name: string },
): Notice => ({
  id: alertId(rule, statistic, hour, turn),
  topic: "alert",
  at,
  title: `${name}: ${told[turn]}`,
  lines: [
    `${told[turn]}.`,
    `Hour: ${isoOf(startOf(hour))} to ${isoOf(endOf(hour))}.`,
    `Rule: ${rule.id} (${rule.kind}).`,
    ...(turn === "cleared" ? [] : [`It is told again after ${rule.repeatHours} hours if it is still so.`]),
  ],
  data: { rule: rule.id, kind: rule.kind, turn, hour: hourName(hour), ...data },
});

const followSubjects = (
  before: Followed,
  rule: AlertRule,
  subjects: readonly Subject[],
  {
    hour,
    at,
    name,
    isFresh,
  }: { readonly hour: Hour; readonly at: number; readonly name: string; readonly isFresh: boolean },
): Followed => {
  const standings: Record<string, Standing> = { ...before.standings };
  const notices = [...before.notices];
  const forHours = rule.kind === "threshold" ? rule.forHours : 1;
  for (const subject of subjects) {
    const key = subject.statistic === null ? rule.id : `${rule.id} ${subject.statistic}`;
    const manner = { forHours, repeatHours: rule.repeatHours, isFresh };
    const { standing, turn } = stepped(rule, standings[key], subject.verdict, hour, manner);
    if (standing === null) delete standings[key];
    else standings[key] = standing;
    if (turn !== null) notices.push(noticeOf(rule, subject, turn, { hour, at, name }));
  }
  return { standings, notices };
};

/** Holds one closed hour, the one after the last, against all rules. */
export const followHour = (
  rules: readonly KeptRule[],
  before: Followed,
  seen: SeenHour,
  { name, now }: Circumstances,
): Followed => {
  const at = endOf(seen.hour);
  const isFresh = now - at <= FRESH_MS;
  return rules
    .filter(({ from }) => seen.hour >= from)
    .reduce(
      (followed, { rule }) =>
        followSubjects(followed, rule, subjectsIn(rule, seen), { hour: seen.hour, at, name, isFresh }),
      before,
    );
};

/**
 * Holds against the rules about it how long ago the last closed hour ended. Nothing is expected to close while a
 * workspace is paused or an import is open.
 */
export const followLag = (
  rules: readonly KeptRule[],
  before: Followed,
  { closedThrough, isExpected }: { readonly closedThrough: Hour; readonly isExpected: boolean },
  { name, now }: Circumstances,
): Followed => {
  const lag = Math.max(now - endOf(closedThrough), 0) / HOUR_MS;
  const last = hourName(closedThrough);
  return rules.reduce((followed, { rule }) => {
    if (rule.kind !== "lag") return followed;
    const behind = `closing is ${shown(Math.floor(lag))} hours behind: the last closed hour is ${last}`;
    const subject: Subject = {
      statistic: null,
      verdict: isExpected ? (lag > rule.hours ? "beyond" : "back") : null,
      told: {
        raised: `The ${behind}`,
        still: `The ${behind}, still`,
        cleared: `The closing is up to date again, through ${last}`,
      },
      data: { lagHours: Math.round(lag * 100) / 100, limit: rule.hours, lastClosedHour: last },
    };
    return followSubjects(followed, rule, [subject], { hour: hourOf(now), at: now, name, isFresh: true });
  }, before);
};

/** The standings of rules that are still there. */
export const withoutOthers = (standings: Standings, rules: readonly KeptRule[]): Standings => {
  const ids = new Set(rules.map(({ rule }) => rule.id));
  return Object.fromEntries(Object.entries(standings).filter(([key]) => ids.has(key.split(" ")[0] ?? "")));
};

/** The rules as they are to be kept: one that is as it was goes on, any other holds from the running hour on. */
export const rulesKept = (
  before: readonly KeptRule[],
  rules: readonly AlertRule[],
  now: number,
): readonly KeptRule[] => {
  const known = new Map(before.map((kept) => [JSON.stringify(kept.rule), kept]));
  return rules.map((rule) => known.get(JSON.stringify(rule)) ?? { rule, from: hourOf(now) });
};
