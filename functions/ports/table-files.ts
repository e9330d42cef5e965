import type { TableName, TableRow } from "../core/table.ts";

/** Makes a file of rows, as every reader of tables takes it; the same rows give the same bytes. */
export type TableFile = (table: TableName, rows: readonly TableRow[]) => Promise<Uint8Array>;
