import { isoOf } from "../../../core/instant.ts";
import { placeCursor } from "../queries/workspaces.ts";

/** An account on its way out; `createdAt` in milliseconds since 1970 UTC. */
export interface ToldUser {
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
}

const userFields = ({ userId, name, scopes, createdAt }: ToldUser): object => ({
  id: userId,
  username: name,
  permissions: scopes,
  createdAt: isoOf(createdAt),
});

/** A user, with the password where it was made up: only this answer shows it. */
export const userBody = (user: ToldUser, password: string | undefined): string =>
  JSON.stringify({ ...userFields(user), ...(password === undefined ? {} : { password }) });

/** A page of users. */
export const usersBody = (users: readonly ToldUser[], next: string | undefined): string =>
  JSON.stringify({ users: users.map(userFields), ...(next === undefined ? {} : { next: placeCursor(next) }) });
