import type { DescribedOperation } from "../../../core/description.ts";
import { count, named, object, type Schema, text } from "../../../core/json-schema.ts";
import { finishing, opening } from "../request.ts";
import { requestSchema } from "./request-schema.ts";

const ID = {
  name: "id",
  in: "path",
  description: "Id of the import.",
  schema: { type: "string", minLength: 1, maxLength: 128 },
  example: "imp7Qm2xYc",
} as const;

/** Bodies of imports, by name. */
export const IMPORT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Import: object({ id: text("Id of the import; name it in `import` when sending its events.") }),
  ImportProgress: object({
    hours: count("Hours that this request closed."),
    remaining: count("Hours still to close: repeat until there are none."),
  }),
};

/** Filling the past of a workspace in which no hour is closed yet. */
export const IMPORT_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "POST /v1/imports": {
    area: "Imports",
    summary: "Open an import",
    description:
      "While it is open, events of any past time are taken and no hour closes. At most one is open, and only in a workspace in which no hour is closed yet.",
    bodyRequired: false,
    body: {
      "application/json": {
        schema: requestSchema(opening),
        examples: { balance: { opening: { "messages.channels": 1_200, "uploads.total": 40 } }, empty: {} },
      },
    },
    answers: {
      201: {
        description: "The import is open.",
        body: { "application/json": { schema: named("Import"), examples: { opened: { id: "imp7Qm2xYc" } } } },
      },
    },
    failures: ["import.open", "import.not-empty", "parameter.invalid", "workspace.paused"],
  },
  "POST /v1/imports/{id}/finish": {
    area: "Imports",
    summary: "Finish an import",
    description:
      "Closes its hours in slices; repeat until none remain. Without `through` the last hour is that of the last imported event.",
    parameters: [ID],
    bodyRequired: false,
    body: {
      "application/json": {
        schema: requestSchema(finishing),
        examples: { through: { through: "2026-11-20T23" }, empty: {} },
      },
    },
    answers: {
      200: {
        description: "A slice is closed.",
        body: {
          "application/json": {
            schema: named("ImportProgress"),
            examples: { slice: { hours: 240, remaining: 8_544 } },
          },
        },
      },
    },
    failures: ["import.missing", "import.not-empty", "parameter.invalid"],
  },
  "DELETE /v1/imports/{id}": {
    area: "Imports",
    summary: "Abandon an import",
    description: "Only while none of its events is counted.",
    parameters: [ID],
    answers: { 204: { description: "It is gone." } },
    failures: ["import.missing", "import.not-empty"],
  },
};
