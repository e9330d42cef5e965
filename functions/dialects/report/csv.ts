import { type Report, REPORTED } from "../../core/report.ts";

type Cell = string | number | null;

/** A field of RFC 4180 section 2; what is not known is empty. */
const field = (value: Cell): string => {
  const text = String(value ?? "");
  // A program of tables would take these for formulas, some of them in their wide forms and behind blanks, too.
  const safe = typeof value === "string" && /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const record = (...cells: readonly Cell[]): string => `${cells.map(field).join(",")}\r\n`;

/** A report as one table, a number to a row: what it belongs to, when it starts, what it is, and what it was before. */
export const csvOf = (report: Report): string => {
  const { headlines, rows, busiest, rooms, quality, from, interval, anomalies } = report;
  const lines = [
    record("section", "start", "name", "value", "previous", "status"),
    ...headlines.map(({ name, value, previous }) => record("headline", from, name, value, previous, null)),
    ...rows.flatMap((row) =>
      REPORTED.map((name) => record(interval, row.start, name, row[name] ?? null, null, row.status)),
    ),
    ...busiest.map(({ start, messages }) => record("busiest-hour", start, "messages.sent", messages, null, null)),
    ...rooms.map(({ id, messages }) => record("room", from, id, messages, null, null)),
    ...quality.gaps.map(({ from: start, hours, status, reasons }) =>
      record("gap", start, reasons.join(" "), hours, null, status),
    ),
    ...(anomalies ?? []).map(({ start, statistic, value, median, direction }) =>
      record("anomaly", start, statistic, value, median, direction),
    ),
  ];
  return lines.join("");
};
