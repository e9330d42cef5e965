import * as z from "zod/mini";
import { PERMISSIONS, type Permission, type Scope, WORKSPACE_SCOPES } from "../../../core/credential.ts";
import { DAY_MS } from "../../../core/hour.ts";
import { givenInstant, givenName, instantOf } from "./fields.ts";
import { readBody } from "./read-body.ts";

/** Kinds of keys that an administrator makes. */
const KINDS = ["key", "imkit", "push", "webhook"] as const;

const choices = <Choice extends string>(of: readonly Choice[]) =>
  z
    .array(z.enum(of, `give ${of.join(", ")}`), "give an array")
    .check(z.maxLength(of.length, `give at most ${of.length}`));

/** Of `POST /v1/keys`. */
export const newKey = z.strictObject({
  label: givenName,
  kind: z.optional(z.enum(KINDS, `give ${KINDS.join(", ")}`)),
  scopes: z.optional(
    choices<(typeof WORKSPACE_SCOPES)[number]>(WORKSPACE_SCOPES).check(z.minLength(1, "give at least one")),
  ),
  expiresAt: z.optional(givenInstant),
});

/** A key to be made; `expiresAt` in milliseconds since 1970 UTC. */
export interface GivenKey {
  readonly label: string;
  readonly kind: (typeof KINDS)[number];
  readonly scopes?: readonly Scope[] | undefined;
  readonly expiresAt?: number | undefined;
}

/**
 * The body of `POST /v1/keys`.
 * @throws Failure `parameter.invalid`.
 */
export const newKeyOf = (body: unknown): GivenKey => {
  const { expiresAt, kind = "key", ...given } = readBody(newKey, body);
  return { ...given, kind, expiresAt: instantOf(expiresAt) };
};

const DAY_SECONDS = DAY_MS / 1_000;
const MOST_OVERLAP_SECONDS = 30 * DAY_SECONDS;

/** Of `POST /v1/keys/{id}/rotate`. */
export const rotation = z.strictObject({
  overlapSeconds: z.optional(
    z
      .int("give a whole number")
      .check(
        z.minimum(0, "give 0 or more"),
        z.maximum(MOST_OVERLAP_SECONDS, `give at most ${MOST_OVERLAP_SECONDS}, which is 30 days`),
      ),
  ),
});

/**
 * The body of `POST /v1/keys/{id}/rotate`: for how long the old key is good beside the new one, in milliseconds; a day
 * by default.
 * @throws Failure `parameter.invalid`.
 */
export const overlapOf = (body: unknown): number => (readBody(rotation, body).overlapSeconds ?? DAY_SECONDS) * 1_000;

const USER_ID_LENGTH = 128;

/** Of `POST /v1/tokens`. */
export const newToken = z.strictObject({
  userId: z
    .string("give a string")
    .check(z.minLength(1, "give a user's id"), z.maxLength(USER_ID_LENGTH, "give a user's id")),
  name: givenName,
  permissions: z.optional(choices<Permission>(PERMISSIONS)),
  expiresAt: z.optional(givenInstant),
});

/** A token to be made for a user; `expiresAt` in milliseconds since 1970 UTC. */
export interface GivenToken {
  readonly userId: string;
  readonly name: string;
  readonly permissions?: readonly Permission[] | undefined;
  readonly expiresAt?: number | undefined;
}

/**
 * The body of `POST /v1/tokens`.
 * @throws Failure `parameter.invalid`.
 */
export const newTokenOf = (body: unknown): GivenToken => {
  const { expiresAt, ...given } = readBody(newToken, body);
  return { ...given, expiresAt: instantOf(expiresAt) };
};
