import { expect } from "vitest";
import { queryArchive } from "../../cli/query/duckdb.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { columnOf, type TableName } from "../../functions/core/table.ts";
import type { Api } from "../../local/import/api.ts";

type Row = Readonly<Record<string, unknown>>;

/** A history that is told three times. */
export interface Told {
  readonly api: Api;
  /** The folder of the archive. */
  readonly archive: string;
  readonly workspace: string;
  /** ISO instants, `[from, to)`. */
  readonly from: string;
  readonly to: string;
}

const NAMES = STATISTICS.map(({ name }) => name);

const fromApi = async ({ api, from, to }: Told, interval: string): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  let next: string | null = `/v1/history?metrics=${NAMES.join(",")}&from=${from}&to=${to}&interval=${interval}&tz=UTC`;
  while (next !== null) {
    const answer: Response = await fetch(new URL(next, api.baseUrl), { headers: { "x-api-key": api.key } });
    if (!answer.ok) throw new Error(await answer.text());
    const page = (await answer.json()) as { rows: Row[]; next?: string };
    rows.push(...page.rows);
    next = /<([^>]+)>; *rel="next"/.exec(answer.headers.get("link") ?? "")?.[1] ?? null;
  }
  return rows;
};

const asked = async (archive: string, sql: string): Promise<readonly Row[]> => {
  const { columns, rows } = await queryArchive(archive, sql);
  return rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
};

/** Rows of a table, under the names of the API. */
const fromTable = ({ archive, workspace, from, to }: Told, table: TableName): Promise<readonly Row[]> => {
  const columns = [
    "start_time AS start",
    "status",
    "coverage",
    ...NAMES.map((name) => `${columnOf(name)} AS "${name}"`),
  ];
  return asked(
    archive,
    `SELECT ${columns.join(", ")} FROM ${table} WHERE workspace = '${workspace}'
       AND start_time >= '${from.slice(0, 19)}' AND start_time < '${to.slice(0, 19)}' ORDER BY start_time`,
  );
};

/** Rows of the documents, under the names of the API; hours of which nothing was published have none. */
const fromDocuments = ({ archive, workspace, from, to }: Told): Promise<readonly Row[]> => {
  const columns = [
    '"window".start AS start',
    "ledger.status AS status",
    'ledger.coverage.heardMinutes / ledger.coverage."of" AS coverage',
    ...NAMES.map(
      (name) =>
        `${name
          .split(".")
          .map((part) => `"${part}"`)
          .join(".")} AS "${name}"`,
    ),
  ];
  return asked(
    archive,
    `SELECT ${columns.join(", ")} FROM statistics_json WHERE workspace = '${workspace}'
       AND hour >= '${from.slice(0, 13)}' AND hour < '${to.slice(0, 13)}' ORDER BY hour`,
  );
};

/**
 * Holds what the API answers against DuckDB over the documents and over the tables: every statistic of every hour, and
 * of every day, week and month that is whole in the range.
 * @returns how many hours were compared.
 */
export const equalHistories = async (told: Told): Promise<number> => {
  const hours = await fromApi(told, "hour");
  expect(await fromTable(told, "hours")).toEqual(hours);
  expect(await fromDocuments(told)).toEqual(hours.filter(({ status }) => status !== "missing" && status !== "failed"));
  for (const [table, interval] of [
    ["days", "day"],
    ["weeks", "week"],
    ["months", "month"],
  ] as const) {
    const made = await fromTable(told, table);
    const byStart = new Map((await fromApi(told, interval)).map((row) => [row["start"], row]));
    // A row that the range cuts is another one in the API.
    expect(made.map(({ start }) => byStart.get(start))).toEqual(made);
  }
  return hours.length;
};
