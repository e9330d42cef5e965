import * as z from "zod/mini";
import type { Schema } from "../../../core/json-schema.ts";

/** The JSON Schema of what a body's own schema takes. */
export const requestSchema = (schema: z.ZodMiniType): Schema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
  return rest;
};
