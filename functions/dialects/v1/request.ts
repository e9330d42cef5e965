import * as z from "zod/mini";
import { type Hour, hourNamed } from "../../core/hour.ts";
import { parseInstant } from "../../core/instant.ts";
import { ADJUSTABLE, type Amounts } from "../../core/statistic.ts";
import { isWorkspaceId } from "../../core/workspace.ts";
import { readBody } from "./requests/read-body.ts";

const NAME_LENGTH = 200;

/** Of `POST /v1/workspaces`. */
export const newWorkspace = z.strictObject({
  id: z
    .string("give a string")
    .check(
      z.refine(isWorkspaceId, "give 1 to 63 of a-z, 0-9 and -, not starting with -"),
      z.meta({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }),
    ),
  name: z
    .string("give a string")
    .check(
      z.minLength(1, "give at least one character"),
      z.maxLength(NAME_LENGTH, `give at most ${NAME_LENGTH} characters`),
    ),
  startsAt: z.optional(
    z.string("give a string").check(
      z.refine(
        (text) => parseInstant(text) !== undefined,
        "give an RFC 3339 timestamp such as 2026-11-21T09:15:00.000Z",
      ),
      z.meta({ format: "date-time" }),
    ),
  ),
});

/** A workspace to be made; `startsAt` in milliseconds since 1970 UTC. */
export interface NewWorkspace {
  readonly id: string;
  readonly name: string;
  readonly startsAt?: number;
}

/**
 * The body of `POST /v1/workspaces`.
 * @throws Failure `parameter.invalid`.
 */
export const newWorkspaceOf = (body: unknown): NewWorkspace => {
  const { id, name, startsAt } = readBody(newWorkspace, body);
  const starts = startsAt === undefined ? undefined : parseInstant(startsAt);
  return { id, name, ...(starts === undefined ? {} : { startsAt: starts }) };
};

const amount = z.optional(z.int("give a whole number").check(z.minimum(0, "give 0 or more")));

/** Of `POST /v1/imports`. */
export const opening = z.strictObject({
  opening: z.optional(z.strictObject(Object.fromEntries(ADJUSTABLE.map((name) => [name, amount])))),
});

/**
 * The body of `POST /v1/imports`: levels before the import's first hour.
 * @throws Failure `parameter.invalid`.
 */
export const openingOf = (body: unknown): Amounts => readBody(opening, body).opening ?? {};

/** Of `POST /v1/imports/{id}/finish`. */
export const finishing = z.strictObject({
  through: z.optional(
    z.string("give a string").check(
      z.refine((name) => hourNamed(name) !== undefined, "give an hour such as 2026-11-21T09"),
      z.meta({ pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}$` }),
    ),
  ),
});

/**
 * The body of `POST /v1/imports/{id}/finish`: the last hour to fill.
 * @throws Failure `parameter.invalid`.
 */
export const throughOf = (body: unknown): Hour | undefined => {
  const { through } = readBody(finishing, body);
  return through === undefined ? undefined : hourNamed(through);
};
