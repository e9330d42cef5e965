import { Failure } from "../core/failure.ts";
import { positionOfError } from "./json-position.ts";

/**
 * Reads a body as text.
 * @throws Failure `body.malformed` when it is not UTF-8.
 */
export const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure("body.malformed", "The body is not valid UTF-8.", {}, error);
  }
};

/**
 * Reads a body as JSON (RFC 8259).
 * @returns its value; undefined for an empty body.
 * @throws Failure `body.malformed`, naming the position and not the text, which may hold a secret.
 */
export const jsonOf = (bytes: Uint8Array): unknown => {
  if (bytes.length === 0) return undefined;
  const text = textOf(bytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const position = positionOfError(text);
    const before = text.slice(0, position).split("\n");
    const line = before.length;
    const column = (before.at(-1) ?? "").length + 1;
    const where = `position ${position} (line ${line}, column ${column})`;
    throw new Failure(
      "body.malformed",
      `The body is no JSON: it ${position < text.length ? "goes wrong" : "ends too early"} at ${where}.`,
      {
        position,
        line,
        column,
      },
    );
  }
};
