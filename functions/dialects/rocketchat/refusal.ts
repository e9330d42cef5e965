import { Failure } from "../../core/failure.ts";

/** A 400 whose body is exactly this, as Rocket.Chat words that case; nothing is added to `error`. */
const refusal = (error: string, body: object): Failure => new Failure("parameter.invalid", error, { body });

/** Parameters that are JSON. */
export type JsonParameter = "sort" | "fields" | "query";

/** A JSON parameter that is none, or holds what it may not; the text comes back as it was sent. */
export const invalidJson = (parameter: JsonParameter, raw: string): Failure => {
  const errorType = `error-invalid-${parameter}`;
  const error = `Invalid ${parameter} parameter provided: "${raw}" [${errorType}]`;
  return refusal(error, { success: false, error, errorType, details: { helperMethod: "parseJsonQuery" } });
};

/** A failure of an action that has a code. */
export const codedRefusal = (reason: string, errorType: string): Failure => {
  const error = `${reason} [${errorType}]`;
  return refusal(error, { success: false, error, errorType });
};

/** A query that its schema does not take. */
export const invalidQuery = (message: string): Failure =>
  refusal(message, { success: false, errorType: "error-invalid-params", error: message });

/** A body that its schema does not take, in the words of upstream's validator. */
export const invalidBody = (message: string): Failure =>
  refusal(message, { success: false, errorType: "invalid-params", error: message });

/** A failure of an action that has no code. */
export const plainRefusal = (error: string): Failure => refusal(error, { success: false, error });
