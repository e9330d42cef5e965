import type { Interval } from "../../../core/calendar.ts";
import { type Hour, HOUR_MS, startOf } from "../../../core/hour.ts";
import { isoOf } from "../../../core/instant.ts";
import type { Value } from "../../../core/roll-up.ts";
import type { Format } from "../queries/history.ts";

/** A row on its way out: `start`, `status`, `coverage`, and a value for each statistic asked for. */
interface Row {
  readonly start: string;
  readonly [column: string]: Value;
}

/** A history on its way out; hours `[from, to)`. */
export interface History {
  readonly workspace: string;
  readonly interval: Interval;
  readonly timeZone: string;
  readonly from: Hour;
  readonly to: Hour;
  readonly statistics: readonly string[];
  readonly rows: Iterable<Row>;
}

/** As much of a history as one answer holds. */
export interface HistoryPage {
  readonly contentType: string;
  readonly body: string;
  /** The `from` to go on with; undefined when this was all. */
  readonly next: string | undefined;
}

interface Form {
  readonly contentType: string;
  readonly row: (row: Row, history: History) => string;
  readonly whole: (rows: readonly string[], history: History, next: string | undefined) => string;
}

const jsonOf = (rows: readonly string[], history: History, next: string | undefined): string => {
  const head = JSON.stringify({
    workspace: history.workspace,
    interval: history.interval,
    from: isoOf(startOf(history.from)),
    to: isoOf(startOf(history.to)),
    tz: history.timeZone,
    statistics: history.statistics,
  });
  const tail = next === undefined ? "" : `,"next":${JSON.stringify(next)}`;
  return `${head.slice(0, -1)},"rows":[${rows.join(",")}]${tail}}`;
};

const columnsOf = ({ statistics }: History): readonly string[] => ["start", "status", "coverage", ...statistics];

/** A field of RFC 4180 section 2; what is not known is empty. */
const field = (value: Value): string => {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const record = (values: readonly Value[]): string => `${values.map(field).join(",")}\r\n`;

const FORMS: Readonly<Record<Format, Form>> = {
  json: { contentType: "application/json", row: (row) => JSON.stringify(row), whole: jsonOf },
  csv: {
    contentType: "text/csv; charset=utf-8",
    row: (row, history) => record(columnsOf(history).map((name) => row[name] ?? null)),
    whole: (rows, history) => record(columnsOf(history)) + rows.join(""),
  },
  ndjson: {
    contentType: "application/x-ndjson",
    row: (row) => `${JSON.stringify(row)}\n`,
    whole: (rows) => rows.join(""),
  },
};

/** An answer of Lambda's holds 6 MB; what is over 4 is paged. */
const ROWS_LENGTH = 4_000_000;

/** The hour to go on from: a day may begin within one, which then belongs to the day before. */
const hourAfter = (start: string): string => isoOf(Math.ceil(Date.parse(start) / HOUR_MS) * HOUR_MS);

/**
 * A history in the form that was asked for; at least one row, however long it is.
 * @param rowsLength most characters of rows.
 */
export const historyPage = (history: History, format: Format, rowsLength = ROWS_LENGTH): HistoryPage => {
  const { contentType, row, whole } = FORMS[format];
  const texts: string[] = [];
  let length = 0;
  let next: string | undefined;
  for (const one of history.rows) {
    const text = row(one, history);
    length += text.length;
    if (length > rowsLength && texts.length > 0) {
      next = hourAfter(one.start);
      break;
    }
    texts.push(text);
  }
  return { contentType, body: whole(texts, history, next), next };
};
