import * as z from "zod/mini";
import { PERMISSIONS, type Permission } from "../../../core/credential.ts";
import { readBody } from "./read-body.ts";

/** As Rocket.Chat's names are, and addresses of mail. */
const USERNAME = /^[\dA-Za-z][\w.@-]{0,63}$/;
/** Far over what is taken, so that the answer can say what is. */
const PASSWORD_LENGTH = 1_024;

const password = z.optional(z.string("give a string").check(z.maxLength(PASSWORD_LENGTH, "give 12 to 256 characters")));

/** Of `POST /v1/users`. */
export const newUser = z.strictObject({
  username: z
    .string("give a string")
    .check(z.regex(USERNAME, "give 1 to 64 of a-z, A-Z, 0-9, . _ @ and -, beginning with a letter or digit")),
  permissions: z.optional(
    z
      .array(z.enum(PERMISSIONS, `give ${PERMISSIONS.join(", ")}`), "give an array")
      .check(z.maxLength(PERMISSIONS.length, `give at most ${PERMISSIONS.length}`)),
  ),
  password,
});

/** What a user may do unless it is said otherwise. */
const ORDINARY: readonly Permission[] = ["view-statistics"];

/** A user to be made; without a password one is made up. */
export interface GivenUser {
  readonly username: string;
  readonly permissions: readonly Permission[];
  readonly password?: string | undefined;
}

/**
 * The body of `POST /v1/users`; without permissions the user may view the statistics.
 * @throws Failure `parameter.invalid`.
 */
export const newUserOf = (body: unknown): GivenUser => {
  const { permissions = ORDINARY, ...given } = readBody(newUser, body);
  return { ...given, permissions };
};

/** Of `POST /v1/users/{id}/password`. */
export const newPassword = z.strictObject({ password });

/**
 * The body of `POST /v1/users/{id}/password`; undefined for one that is to be made up.
 * @throws Failure `parameter.invalid`.
 */
export const newPasswordOf = (body: unknown): string | undefined => readBody(newPassword, body).password;
