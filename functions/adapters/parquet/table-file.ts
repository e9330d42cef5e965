import { zstdCompressSync } from "node:zlib";
import type { SchemaElement } from "hyparquet";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { type Cell, type Column, columnsOf, type ColumnType } from "../../core/table.ts";
import type { TableFile } from "../../ports/table-files.ts";

type Elements = (name: string, repetition: "REQUIRED" | "OPTIONAL") => SchemaElement[];

const TEXT = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;

/** Types as Parquet has them (parquet-format, LogicalTypes.md); a list is a group of three levels. */
const ELEMENTS: Readonly<Record<ColumnType, Elements>> = {
  // Not adjusted to UTC, although it is: readers would show an adjusted one in the time zone of their session.
  time: (name, repetition_type) => [
    {
      name,
      type: "INT64",
      converted_type: "TIMESTAMP_MILLIS",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MILLIS" },
      repetition_type,
    },
  ],
  text: (name, repetition_type) => [{ name, ...TEXT, repetition_type }],
  texts: (name, repetition_type) => [
    { name, converted_type: "LIST", logical_type: { type: "LIST" }, repetition_type, num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", ...TEXT, repetition_type: "REQUIRED" },
  ],
  int: (name, repetition_type) => [{ name, type: "INT32", repetition_type }],
  long: (name, repetition_type) => [{ name, type: "INT64", repetition_type }],
  double: (name, repetition_type) => [{ name, type: "DOUBLE", repetition_type }],
};

const schemaOf = (columns: readonly Column[]): SchemaElement[] => [
  { name: "root", num_children: columns.length },
  ...columns.flatMap(({ name, type, isRequired = false }) =>
    ELEMENTS[type](name, isRequired ? "REQUIRED" : "OPTIONAL"),
  ),
];

const written = (type: ColumnType, cell: Cell): unknown => {
  if (cell === null) return null;
  if (type === "time") return new Date(cell as string);
  return type === "long" ? BigInt(cell as number) : cell;
};

/** Rows as a Parquet file: one row group, ZSTD, which Athena (engine 3) and DuckDB both read. */
export const tableFile: TableFile = async (table, rows) => {
  const columns = columnsOf(table);
  const writer = new ByteWriter();
  await parquetWrite({
    writer,
    schema: schemaOf(columns),
    columnData: columns.map(({ name, type }) => ({
      name,
      data: rows.map((row) => written(type, row[name] ?? null)),
    })),
    codec: "ZSTD",
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    rowGroupSize: Math.max(rows.length, 1),
    createdBy: "tidemark",
  });
  return writer.getBytes();
};
