import { columns } from "../columns.ts";
import type { Result } from "./duckdb.ts";

/** How results are printed. */
export const FORMS = ["table", "csv", "json", "ndjson", "markdown"] as const;
/** A form in which rows are printed. */
export type Form = (typeof FORMS)[number];

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** A field of RFC 4180 section 2. */
const field = (value: unknown): string => {
  const text = textOf(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const record = (values: readonly unknown[]): string => `${values.map(field).join(",")}\r\n`;

const cell = (value: unknown): string => textOf(value).replaceAll("|", "\\|").replaceAll(/\r?\n/g, " ");
const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;

const objectsOf = ({ columns: names, rows }: Result): readonly object[] =>
  rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));

const PRINTERS: Readonly<Record<Form, (result: Result) => string>> = {
  // What is not known has to be seen where columns are told apart by blanks alone.
  table: ({ columns: names, rows }) =>
    columns(
      names,
      rows.map((row) => row.map((value) => textOf(value ?? "-"))),
    ),
  csv: ({ columns: names, rows }) => record(names) + rows.map(record).join(""),
  json: (result) => `${JSON.stringify(objectsOf(result))}\n`,
  ndjson: (result) =>
    objectsOf(result)
      .map((one) => `${JSON.stringify(one)}\n`)
      .join(""),
  markdown: ({ columns: names, rows }) =>
    line(names) + line(names.map(() => "---")) + rows.map((row) => line(row.map(cell))).join(""),
};

/** A result as text. */
export const printed = (result: Result, form: Form): string => PRINTERS[form](result);
