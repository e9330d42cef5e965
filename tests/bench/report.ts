import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { arch, cpus, platform, totalmem } from "node:os";
import { type Figure, isMet, type Part } from "./figure.ts";
import { sourceName } from "./real-messages.ts";

/** What a part found. */
export interface Result {
  readonly part: Part;
  readonly figures: readonly Figure[];
  readonly seconds: number;
}

const digitsOf = (value: number): number => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
/** Below a tenth, what counts is the first digits that there are. */
const shown = (value: number): string =>
  value.toLocaleString(
    "en",
    Math.abs(value) < 0.1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: digitsOf(value) },
  );

const barOf = ({ bar }: Figure): string => {
  if (bar === undefined) return "";
  return "atMost" in bar ? `≤ ${shown(bar.atMost)}` : `≥ ${shown(bar.atLeast)}`;
};
const verdictOf = (one: Figure): string => {
  const met = isMet(one);
  return met === undefined ? "" : met ? "met" : "NOT MET";
};

const COLUMNS = ["figure", "value", "min", "median", "max", "unit", "bar", ""] as const;
const row = (one: Figure): readonly string[] => {
  const { min, median, max } = one.spread;
  return [one.name.trim(), ...[one.value, min, median, max].map(shown), one.unit, barOf(one), verdictOf(one)];
};

const isNumber = (column: number): boolean => column >= 1 && column <= 4;

/** The figures of a part as a table for people at a terminal. */
export const tableOf = ({ figures }: Result): string => {
  const rows = [COLUMNS, ...figures.map(row)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) =>
          isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join("\n");
};

const git = (...args: string[]): string => {
  try {
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
};

const commit = (): string => {
  const hash = git("rev-parse", "--short", "HEAD");
  if (hash === "") return "unknown";
  return git("status", "--porcelain", "--untracked-files=no", "--", "functions", "local", "tests/bench") === ""
    ? hash
    : `${hash}, with uncommitted changes`;
};

const engineVersion = (): string => {
  try {
    const { version } = createRequire(import.meta.url)(`@dynoxide/${platform()}-${arch()}/package.json`) as {
      version: string;
    };
    return `dynoxide ${version}, on a file`;
  } catch {
    return "unknown";
  }
};

const GIB = 2 ** 30;

/** Where and of what the figures are, a line each. */
export const surroundings = (): readonly (readonly [string, string])[] => [
  [
    "machine",
    `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores, ${shown(totalmem() / GIB)} GiB of memory`,
  ],
  ["system", `${platform()} ${arch()}`],
  ["Node", process.versions.node],
  ["engine", engineVersion()],
  ["events", sourceName()],
];

const markdownRow = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const section = ({ part, figures }: Result): string =>
  [
    `## ${part.title}`,
    "",
    part.how,
    "",
    `\`npm run bench -- ${part.name}\`, ${new Date().toISOString().slice(0, 10)}, commit ${commit()}`,
    "",
    markdownRow(COLUMNS),
    markdownRow(COLUMNS.map((_, column) => (isNumber(column) ? "--:" : "---"))),
    ...figures.map((one) => markdownRow(row(one))),
  ].join("\n");

/** Sections of the page as it stands, by their titles. */
const sectionsOf = (page: string): ReadonlyMap<string, string> =>
  new Map(
    page
      .split(/^(?=## )/m)
      .slice(1)
      .map((text) => [/^## (.*)$/m.exec(text)?.[1] ?? "", text.trimEnd()]),
  );

/** `docs/performance.md` with new results in the place of older ones; `parts` are all that there are, in their order. */
export const pageOf = (before: string, results: readonly Result[], parts: readonly Part[]): string => {
  const sections = new Map([
    ...sectionsOf(before),
    ...results.map((result) => [result.part.title, section(result)] as const),
  ]);
  return [
    "# How fast it is",
    "",
    "Written by `npm run bench -- --write`, or with the names of some parts, whose figures alone are new then; without",
    "`--write` it only prints. Absolute times drift with the machine, so what is judged is a count, or a ratio of two",
    "sides that were timed by turns within one run. `value` is what the bar is held against: the median, unless it is said",
    "otherwise.",
    "",
    ...surroundings().map(([name, text]) => `- ${name}: ${text}`),
    "",
    parts.flatMap(({ title }) => sections.get(title) ?? []).join("\n\n"),
    "",
  ].join("\n");
};
