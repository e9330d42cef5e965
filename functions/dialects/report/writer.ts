import type { Report } from "../../core/report.ts";
import { movementOf, nameOf, numberText } from "./words.ts";
import { leadOf, qualityOf } from "./sentences.ts";
export { filesOf } from "./files.ts";

const TITLES = { daily: "Daily report", weekly: "Weekly report", monthly: "Monthly report" } as const;

/** One line: the subject of a mail. */
export const titleOf = ({ kind, label, workspace }: Report): string => `${TITLES[kind]}: ${workspace.name}, ${label}`;

/** A report in plain text: what happened, how far it can be trusted, and each number that is known. */
export const linesOf = (report: Report): readonly string[] => [
  leadOf(report),
  qualityOf(report),
  ...report.headlines
    .filter(({ value }) => value !== null)
    .map((headline) => {
      const { text } = movementOf(headline);
      const { name, label, value, unit } = headline;
      return `${nameOf(name, label)}: ${numberText(value, unit)}${text === "" ? "" : `, ${text}`}`;
    }),
];
