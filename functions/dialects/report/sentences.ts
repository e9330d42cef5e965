import { isWhole, type Report } from "../../core/report.ts";
import type { Headline } from "../../core/summary.ts";
import { meanText, NARROW, numberText, plural, shareText } from "./words.ts";

const headline = ({ headlines }: Report, name: string): Headline | undefined =>
  headlines.find((one) => one.name === name);

/** When the period before was, in a sentence. */
export const beforeOf = ({ kind, previousLabel }: Report): string =>
  ({ daily: "on the day before", weekly: "in the week before", monthly: `in ${previousLabel}` })[kind];

/** `12 % more than in February 2024`, or nothing where there is nothing to hold it against. */
const against = (report: Report, { changeRatio }: Headline): string => {
  if (changeRatio === null) return "";
  const before = beforeOf(report);
  const percent = Math.abs(changeRatio) * 100;
  if (percent < 0.5) return `, about as many as ${before}`;
  return `, ${percent < 10 ? percent.toFixed(1) : Math.round(percent)}${NARROW}% ${changeRatio > 0 ? "more" : "fewer"} than ${before}`;
};

const people = (count: number): string => (count === 1 ? "1 person was" : `${numberText(count)} people were`);

/** Months differ in length, so what is added up over them is told by the day, too. */
const byTheDay = ({ kind, quality: { hours }, previousHours }: Report, { value, previous }: Headline): string =>
  kind !== "monthly" || value === null || previous === null || previous === 0
    ? ""
    : ` (${meanText((value * 24) / hours)} a day against ${meanText((previous * 24) / previousHours)})`;

/** The report in a sentence or two: what somebody reads who reads nothing else. */
export const leadOf = (report: Report): string => {
  const [sent, seen, joined] = ["messages.sent", "users.seen", "users.joined"].map((name) => headline(report, name));
  const told: string[] = [];
  if (seen !== undefined && seen.value !== null) told.push(`${people(seen.value)} active${against(report, seen)}.`);
  if (sent !== undefined && sent.value !== null)
    told.push(`They sent ${plural(sent.value, "message")}${against(report, sent)}${byTheDay(report, sent)}.`);
  if (joined !== undefined && (joined.value ?? 0) > 0) told.push(`${plural(joined.value ?? 0, "user")} joined.`);
  return told.length === 0 ? "Nothing is known of this period: no hour of it was observed." : told.join(" ");
};

/** How far the numbers can be trusted. */
export const qualityOf = ({ quality, previousLabel }: Report): string => {
  const { hours, statuses, coverage, gaps, previousCoverage, previousStatus } = quality;
  const imported = statuses["imported"] ?? 0;
  const restated = statuses["restated"] ?? 0;
  const whole = imported + restated + (statuses["complete"] ?? 0);
  const told = [
    gaps.length === 0
      ? `All ${numberText(hours)} hours were ${imported === hours ? "imported" : "observed"}.`
      : `${numberText(whole)} of ${numberText(hours)} hours were wholly observed; what the others lack is in no number below.`,
  ];
  if (imported > 0 && imported < hours) told.push(`${plural(imported, "hour")} of them were imported.`);
  if (restated > 0)
    told.push(
      `${plural(restated, "hour")} had late events, and ${restated === 1 ? "is" : "are"} counted anew with them.`,
    );
  // Of imported hours nobody was there to be heard.
  if (coverage !== null && imported === 0) told.push(`Servers were heard in ${shareText(coverage)} of all minutes.`);
  if (previousCoverage !== null && !isWhole(previousStatus))
    told.push(
      `Not every hour of ${previousLabel} was wholly observed: what changed is told against less than there was.`,
    );
  return told.join(" ");
};
