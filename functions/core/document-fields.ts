import { nest } from "./path.ts";
import { STATISTICS } from "./statistic.ts";

/** What is under a name of a document: a value, a list of texts, or more names. int: 32 bits. long: 64. */
export type FieldType = "text" | "int" | "long" | "texts" | Fields;
/** Names within a document, and what is under each. */
export interface Fields {
  readonly [name: string]: FieldType;
}

/** Every registered statistic, nested by its dots. */
const statisticFields = (): Fields => {
  const fields: Record<string, FieldType> = {};
  for (const { name, kind } of STATISTICS) nest(fields, name, kind === "time" ? "text" : "long");
  return fields;
};

/** What can be asked of the archived documents in SQL: all but the lists and texts of single instances and licences. */
export const DOCUMENT_FIELDS: Fields = {
  hour: "text",
  window: { start: "text", end: "text" },
  takenAt: "text",
  revision: "int",
  ...statisticFields(),
  deployment: { id: "text", version: "text" },
  ledger: { status: "text", reasons: "texts", coverage: { heardMinutes: "int", of: "int" } },
  integrity: "texts",
  publication: { number: "long", previous: "text" },
};
