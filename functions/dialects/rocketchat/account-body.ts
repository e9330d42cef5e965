import type { Credential } from "../../core/credential.ts";
import { isoOf } from "../../core/instant.ts";

/** A user as this dialect tells of one; instants in milliseconds since 1970 UTC. */
export interface ToldUser {
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
}

/** Upstream, the role `admin` is what may change settings of the workspace. */
const rolesOf = (scopes: readonly string[]): readonly string[] => [
  scopes.includes("edit-privileged-setting") ? "admin" : "user",
];

const userFields = ({ userId, name, scopes, createdAt }: ToldUser): object => ({
  _id: userId,
  username: name,
  name,
  active: true,
  type: "user",
  roles: rolesOf(scopes),
  permissions: scopes,
  createdAt: isoOf(createdAt),
});

/** The answer of `POST login`. */
export const loggedInBody = (user: ToldUser, authToken: string): string =>
  JSON.stringify({
    status: "success",
    data: { userId: user.userId, authToken, me: userFields(user) },
    success: true,
  });

/** The answer of `POST|GET logout`. */
export const loggedOutBody = (): string =>
  JSON.stringify({ status: "success", data: { message: "You've been logged out!" } });

/** The answer of `GET me`. */
export const meBody = (user: ToldUser): string => JSON.stringify({ ...userFields(user), success: true });

/** The answer of `POST users.updateOwnBasicInfo`. */
export const changedUserBody = (user: ToldUser): string => JSON.stringify({ user: userFields(user), success: true });

/** The one answer that shows a new token. */
export const newTokenBody = (token: string): string => JSON.stringify({ token, success: true });

/** The answer of `GET users.getPersonalAccessTokens`. */
export const tokensBody = (tokens: readonly Credential[]): string =>
  JSON.stringify({
    tokens: tokens.map(({ label, createdAt, lastCharacters, bypassTwoFactor = false }) => ({
      name: label,
      createdAt: isoOf(createdAt),
      lastTokenPart: lastCharacters,
      bypassTwoFactor,
    })),
    success: true,
  });

/** The answer of an action that has nothing to tell. */
export const doneBody = (): string => JSON.stringify({ success: true });
