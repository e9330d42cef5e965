import { glob } from "node:fs/promises";
import { DuckDBInstance, DuckDBTypeId, type DuckDBConnection, type JS, StatementType } from "@duckdb/node-api";
import { errorOf } from "../../functions/core/thrown.ts";
import { Mishap } from "../../local/mishap.ts";
import { Misuse } from "../misuse.ts";
import { viewStatement, VIEWS, type ViewName } from "./views.ts";

/** What a query came to; instants as ISO text, whole numbers as numbers unless they are too large for one. */
export interface Result {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const hasFiles = async (archive: string, view: ViewName): Promise<boolean> => {
  const pattern =
    view === "statistics_json" ? "workspace=*/date=*/hour=*/statistics.json" : `parquet/${view}/*/*/*.parquet`;
  const files = glob(pattern, { cwd: archive });
  return (await files.next()).done !== true;
};

const plain = (value: JS, isDate: boolean): unknown => {
  if (value instanceof Date) return isDate ? value.toISOString().slice(0, 10) : value.toISOString();
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (Array.isArray(value)) return value.map((item) => plain(item, false));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item, false)]));
  return value;
};

/** How what only reads begins, after comments. DuckDB prepares some of the others by doing a part of them. */
const READS =
  /^(?:\s|\(|--[^\n]*\n|\/\*[^]*?\*\/)*(?:select|with|from|values|table|describe|desc|show|summarize|pragma)\b/i;

const onlyReads = (): Misuse =>
  new Misuse("A query only reads: begin with SELECT, WITH, FROM, DESCRIBE, SHOW or SUMMARIZE.");

const askedOf = async (connection: DuckDBConnection, sql: string): Promise<Result> => {
  if (!READS.test(sql)) throw onlyReads();
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Misuse("Give one statement.");
  const statement = await statements.prepare(0);
  if (statement.statementType !== StatementType.SELECT) throw onlyReads();
  const result = await statement.runAndReadAll();
  const isDate = result.columnTypes().map(({ typeId }) => typeId === DuckDBTypeId.DATE);
  return {
    columns: result.columnNames(),
    rows: result.getRowsJS().map((row) => row.map((value, at) => plain(value, isDate[at] ?? false))),
  };
};

/** What a path must not hold: DuckDB would take it for a pattern, and Node's glob, too. */
const PATTERN = /[*?[\]{}]/;

/**
 * Asks DuckDB about an archive's folder; it may read that and nothing else, and write nothing.
 * @throws Misuse for what is no query, or one that DuckDB can't do, in its words.
 */
export const queryArchive = async (archive: string, sql: string): Promise<Result> => {
  if (PATTERN.test(archive))
    throw new Mishap(`The folder ${archive} can't be queried: move it where its path holds none of * ? [ ] { }.`);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    for (const view of VIEWS) await connection.run(viewStatement(view, archive, !(await hasFiles(archive, view))));
    await connection.run(`SET allowed_directories = ['${archive.replaceAll("'", "''")}']`);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    return await askedOf(connection, sql);
  } catch (error) {
    if (error instanceof Misuse) throw error;
    throw new Misuse(errorOf(error).message.trim(), { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};
