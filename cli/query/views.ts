import { DOCUMENT_FIELDS, type Fields, type FieldType } from "../../functions/core/document-fields.ts";
import { columnsOf, type ColumnType, type TableName, TABLES } from "../../functions/core/table.ts";

/** An archive's files under the names that queries know; the same as the tables that `infra/` gives Athena. */
export const VIEWS = [...TABLES, "statistics_json"] as const;
/** A view that queries may name. */
export type ViewName = (typeof VIEWS)[number];

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  time: "TIMESTAMP",
  text: "VARCHAR",
  texts: "VARCHAR[]",
  int: "INTEGER",
  long: "BIGINT",
  double: "DOUBLE",
};

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `month` is where the file lies; it comes last, as in Athena. */
const PARTITIONS = { workspace: "VARCHAR", month: "VARCHAR" } as const;

const emptyTable = (table: TableName): string => {
  const columns = [
    ...columnsOf(table).map(({ name, type }) => [name, SQL_TYPES[type]] as const),
    ...Object.entries(PARTITIONS),
  ];
  return `SELECT ${columns.map(([name, type]) => `NULL::${type} AS ${name}`).join(", ")} WHERE false`;
};

const tableView = (archive: string, table: TableName): string => {
  const files = quoted(`${archive}/parquet/${table}/*/*/*.parquet`);
  const types = Object.entries(PARTITIONS).map(([name, type]) => `'${name}': ${type}`);
  // Older files may lack a column that is new; by name they have nulls there.
  return `SELECT * FROM read_parquet(${files}, union_by_name = true, hive_partitioning = true, hive_types = {${types.join(", ")}})`;
};

const structOf = (fields: Fields): string =>
  `STRUCT(${Object.entries(fields)
    .map(([name, type]) => `"${name}" ${typeOf(type)}`)
    .join(", ")})`;
const typeOf = (type: FieldType): string => (typeof type === "string" ? SQL_TYPES[type] : structOf(type));

/** A document says of itself whose it is, and Athena takes that from where it lies. */
const DOCUMENT: Fields = { workspace: "text", ...DOCUMENT_FIELDS };

const documentsView = (archive: string): string => {
  const columns = Object.entries(DOCUMENT).map(([name, type]) => `"${name}": ${quoted(typeOf(type))}`);
  const files = quoted(`${archive}/workspace=*/date=*/hour=*/statistics.json`);
  return `SELECT *, substr(hour, 1, 10) AS date FROM read_json(${files}, format = 'newline_delimited', hive_partitioning = false, columns = {${columns.join(", ")}})`;
};

const emptyDocuments = (): string =>
  `SELECT ${Object.entries(DOCUMENT)
    .map(([name, type]) => `NULL::${typeOf(type)} AS "${name}"`)
    .join(", ")}, NULL::VARCHAR AS date WHERE false`;

/**
 * The statement that makes a view over an archive's folder.
 * @param isEmpty whether there is no file of it; then it has its columns and no rows.
 */
export const viewStatement = (view: ViewName, archive: string, isEmpty: boolean): string => {
  const body =
    view === "statistics_json"
      ? isEmpty
        ? emptyDocuments()
        : documentsView(archive)
      : isEmpty
        ? emptyTable(view)
        : tableView(archive, view);
  return `CREATE VIEW ${view} AS ${body}`;
};
