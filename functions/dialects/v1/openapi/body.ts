import type { DescribedBody, DescribedParameter } from "../../../core/description.ts";
import { orNull, type Schema, text } from "../../../core/json-schema.ts";

/** A JSON body with one example. */
export const json = (schema: Schema, example: unknown): DescribedBody => ({
  "application/json": { schema, examples: { example } },
});

/** Where a list goes on. */
export const NEXT = text("When there are more: the `cursor` of the next page.");
/** A SHA-256 in hexadecimal. */
export const hex = (description: string): Schema => text(description, { pattern: "^[0-9a-f]{64}$" });

/** The `id` of a path. */
export const idParameter = (description: string, example: string): DescribedParameter => ({
  name: "id",
  in: "path",
  description,
  schema: { type: "string" },
  example,
});

/** An instant in ISO 8601, UTC, or null. */
export const maybeInstant = (description: string): Schema =>
  orNull({ type: "string", format: "date-time", description });
