import * as z from "zod/mini";
import { parseInstant } from "../../../core/instant.ts";

const NAME_LENGTH = 200;
/** Nothing that could break a line of a log, or hide in one, and no half of a surrogate pair, which is no UTF-8. */
const PRINTABLE = String.raw`^[^\p{Cc}\p{Cs}\u2028\u2029]*$`;

/** What somebody calls a thing. */
export const givenName = z
  .string("give a string")
  .check(
    z.minLength(1, "give at least one character"),
    z.maxLength(NAME_LENGTH, `give at most ${NAME_LENGTH} characters`),
    z.regex(new RegExp(PRINTABLE, "u"), "give no control characters"),
  );

/** An instant as RFC 3339 text. */
export const givenInstant = z.string("give a string").check(
  z.refine((text) => parseInstant(text) !== undefined, "give an RFC 3339 timestamp such as 2026-11-21T09:15:00.000Z"),
  z.meta({ format: "date-time" }),
);

/** A {@link givenInstant} in milliseconds since 1970 UTC. */
export const instantOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseInstant(text);
