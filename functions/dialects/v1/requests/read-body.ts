import * as z from "zod/mini";
import { Failure } from "../../../core/failure.ts";

/** What is wrong with one field; the body itself has no name. */
interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** Callers may send any number of fields nobody knows, under names of any length. */
const NAMED_FIELDS = 10;
const NAME_CHARACTERS = 60;

const errorsOf = (issue: z.core.$ZodIssue): readonly FieldError[] => {
  const { path } = issue;
  if (issue.code === "unrecognized_keys")
    return issue.keys
      .slice(0, NAMED_FIELDS)
      .map((key) => ({ field: [...path, key.slice(0, NAME_CHARACTERS)].join("."), message: "is not known here" }));
  const isNoObject = issue.code === "invalid_type" && issue.expected === "object";
  return [{ field: path.join("."), message: isNoObject ? "give an object" : issue.message }];
};

/**
 * Reads a body by its schema; an empty body stands for an empty object.
 * @throws Failure `parameter.invalid`, naming the fields and what is wrong with each.
 */
export const readBody = <Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.output<Schema> => {
  const result = z.safeParse(schema, body ?? {});
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(errorsOf);
  const told = errors.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)).join("; ");
  throw new Failure("parameter.invalid", `The body is not what this route takes: ${told}.`, { errors });
};
