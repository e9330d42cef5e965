import * as z from "zod/mini";
import { Failure } from "../../../core/failure.ts";

/**
 * Reads a body by its schema; an empty body stands for an empty object.
 * @throws Failure `parameter.invalid`, naming the fields and what is wrong with each.
 */
export const readBody = <Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.output<Schema> => {
  const result = z.safeParse(schema, body ?? {});
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
  const told = errors.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)).join("; ");
  throw new Failure("parameter.invalid", `The body is not what this route takes: ${told}.`, { errors });
};
