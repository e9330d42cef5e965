import { STATISTICS } from "./statistic.ts";

/** What is under a name of a document: a value, a list of texts, or more names. int: 32 bits. long: 64. */
export type FieldType = "text" | "int" | "long" | "texts" | Fields;
/** Names within a document, and what is under each. */
export interface Fields {
  readonly [name: string]: FieldType;
}

interface Growing {
  [name: string]: FieldType | Growing;
}

/** Every registered statistic, nested by its dots. */
const statisticFields = (): Fields => {
  const fields: Growing = {};
  for (const { name, kind } of STATISTICS) {
    const path = name.split(".");
    let at = fields;
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Growing;
    at[path.at(-1) ?? name] = kind === "time" ? "text" : "long";
  }
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
