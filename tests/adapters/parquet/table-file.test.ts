import { zstdDecompressSync } from "node:zlib";
import { parquetReadObjects, parquetSchema, parquetMetadata } from "hyparquet";
import { describe, expect, it } from "vitest";
import { tableFile } from "../../../functions/adapters/parquet/table-file.ts";
import {
  type Cell,
  columnOf,
  columnsOf,
  TABLES,
  type TableName,
  type TableRow,
} from "../../../functions/core/table.ts";

/** A row in which every column has something to say, or nothing where that is allowed. */
const rowOf = (table: TableName, number: number | null): TableRow => {
  const cells: Record<string, Cell> = {};
  for (const { name, type, isRequired } of columnsOf(table)) {
    if (type === "texts") cells[name] = number === null ? [] : ["late-events", "started, and more"];
    else if (type === "text") cells[name] = "complete";
    else if (type === "time") cells[name] = number === null && !isRequired ? null : "2024-02-29T23:00:00.000Z";
    else cells[name] = type === "int" && number !== null ? 59 : number;
  }
  return cells;
};

const read = async (bytes: Uint8Array): Promise<Record<string, unknown>[]> =>
  parquetReadObjects({
    file: bytes.slice().buffer,
    compressors: { ZSTD: (input) => zstdDecompressSync(input) },
  });

describe("the file of a table", () => {
  it.each(TABLES)("holds the columns of %s under names that need no quotes, each value as it was", async (table) => {
    const large = 2 ** 40;
    const [full, empty] = await read(await tableFile(table, [rowOf(table, large), rowOf(table, null)]));
    expect(Object.keys(full ?? {})).toEqual(columnsOf(table).map(({ name }) => name));
    expect(Object.keys(full ?? {}).filter((name) => !/^[a-z][a-z\d_]*$/.test(name))).toEqual([]);
    expect(full).toMatchObject({
      start_time: new Date("2024-02-29T23:00:00Z"),
      status: "complete",
      uploads_bytes: BigInt(large),
      coverage: large,
      last_login: new Date("2024-02-29T23:00:00Z"),
    });
    expect(empty).toMatchObject({ status: "complete", uploads_bytes: null, coverage: null, last_login: null });
  });

  it("keeps reasons as a list, empty or not", async () => {
    const rows = await read(await tableFile("hours", [rowOf("hours", 1), rowOf("hours", null)]));
    expect(rows.map(({ reasons }) => reasons)).toEqual([["late-events", "started, and more"], []]);
  });

  it("says of times that they are UTC by being so, and of required columns that they are", async () => {
    const bytes = await tableFile("hours", [rowOf("hours", 1)]);
    const { children } = parquetSchema(parquetMetadata(bytes.slice().buffer));
    const elementOf = (name: string) => children.find(({ element }) => element.name === name)?.element;
    expect(elementOf("start_time")).toMatchObject({
      repetition_type: "REQUIRED",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false },
    });
    expect(elementOf("users_seen")).toMatchObject({ type: "INT64", repetition_type: "OPTIONAL" });
  });

  it("is the same for the same rows, and holds none as well as many", async () => {
    const rows = Array.from({ length: 744 }, (_, at) => rowOf("hours", at));
    expect(Buffer.compare(await tableFile("hours", rows), await tableFile("hours", rows))).toBe(0);
    expect(await read(await tableFile("hours", rows))).toHaveLength(744);
    expect(await read(await tableFile("hours", []))).toEqual([]);
  });
});

describe("the columns of tables", () => {
  it("have a name of their own each", () => {
    for (const table of TABLES) {
      const names = columnsOf(table).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(columnOf("messages.sentByKind.privateGroups")).toBe("messages_sent_by_kind_private_groups");
  });
});
