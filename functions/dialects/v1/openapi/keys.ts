import type { DescribedAnswer, DescribedOperation } from "../../../core/description.ts";
import { arrayOf, instant, named, object, oneOf, type Schema, text } from "../../../core/json-schema.ts";
import { KEY_QUERIES } from "../queries/keys.ts";
import { newKey, newToken, rotation } from "../requests/keys.ts";
import { newPassword, newUser } from "../requests/users.ts";
import { hex, idParameter, json, maybeInstant, NEXT } from "./body.ts";
import { requestSchema } from "./request-schema.ts";

const LIFE: Readonly<Record<string, Schema>> = {
  lastCharacters: text("The last characters of the secret, to tell it by."),
  createdAt: instant("When it was made."),
  expiresAt: maybeInstant("When it ends by itself; null for never."),
  lastUsedAt: maybeInstant("When it was used last, to the hour; null before the first use."),
  revokedAt: maybeInstant("When it was revoked; null while it was not."),
};

const KEY: Readonly<Record<string, Schema>> = {
  id: hex("The sha256 of the secret, from which nobody gets back to it."),
  kind: oneOf(
    ["key", "imkit", "push", "webhook"],
    "For this dialect, for IMKit's, the address that an IMKit server reports to, or the token of a Rocket.Chat server's outgoing webhooks.",
  ),
  label: text("What it is for."),
  scopes: arrayOf(text("Scope.")),
  ...LIFE,
};
const TOKEN: Readonly<Record<string, Schema>> = {
  id: hex("The sha256 of the secret."),
  userId: text("Whose token it is."),
  name: text("What it is for."),
  permissions: arrayOf(text("Permission.")),
  ...LIFE,
};
const USER: Readonly<Record<string, Schema>> = {
  id: text("Id of the user."),
  username: text("Name to log in with."),
  permissions: arrayOf(text("Permission.")),
  createdAt: instant("When the account was made."),
};
const SECRET = text("The secret: shown here, once, and kept nowhere.");

const page = (name: string, component: string): Schema =>
  object({ [name]: arrayOf(named(component)), next: NEXT }, ["next"]);

/** Bodies of keys, tokens and users, by name. */
export const KEY_SCHEMAS: Readonly<Record<string, Schema>> = {
  Key: object(KEY),
  NewKey: object(
    {
      ...KEY,
      secret: SECRET,
      path: text("For kinds `push` and `webhook`: the path that the other server is to send to."),
      replaces: object({ id: hex("The key that was rotated."), expiresAt: instant("Until when it is good.") }),
    },
    ["path", "replaces"],
  ),
  KeyList: page("keys", "Key"),
  Token: object(TOKEN),
  NewToken: object({ ...TOKEN, secret: SECRET }),
  TokenList: page("tokens", "Token"),
  User: object(USER),
  NewUser: object({ ...USER, password: text("When none was given: the one made up, shown here, once.") }, ["password"]),
  UserList: page("users", "User"),
};

const ID = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const LIFE_EXAMPLE = {
  lastCharacters: "q8Zt",
  createdAt: "2026-11-21T09:00:00.000Z",
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
} as const;
const KEY_EXAMPLE = { id: ID, kind: "key", label: "reporter", scopes: ["events:write"], ...LIFE_EXAMPLE } as const;
const TOKEN_EXAMPLE = {
  id: ID,
  userId: "mXJ8vC2kQp4tR7wZa",
  name: "report",
  permissions: ["view-statistics"],
  ...LIFE_EXAMPLE,
} as const;
const USER_EXAMPLE = {
  id: "mXJ8vC2kQp4tR7wZa",
  username: "ada",
  permissions: ["view-statistics"],
  createdAt: "2026-11-21T09:00:00.000Z",
} as const;

const GONE: Readonly<Record<number, DescribedAnswer>> = { 204: { description: "It is gone." } };

const keys: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/keys": {
    area: "Keys",
    summary: "List keys",
    description: "Keys of every kind, without their secrets.",
    parameters: KEY_QUERIES.listKeys,
    answers: { 200: { description: "A page of keys.", body: json(named("KeyList"), { keys: [KEY_EXAMPLE] }) } },
    failures: ["parameter.invalid"],
  },
  "POST /v1/keys": {
    area: "Keys",
    summary: "Make a key",
    description: "The secret is shown here, once. Nobody gives a key more than the own one holds.",
    body: json(requestSchema(newKey), { label: "reporter", scopes: ["events:write"] }),
    answers: {
      201: { description: "The key is made.", body: json(named("NewKey"), { ...KEY_EXAMPLE, secret: "tm_…" }) },
    },
    failures: ["parameter.invalid"],
  },
  "POST /v1/keys/{id}/rotate": {
    area: "Keys",
    summary: "Rotate a key",
    description: "Makes a key with the same rights; the old one stays good for the overlap, a day by default.",
    parameters: [idParameter("Id of the key.", ID)],
    bodyRequired: false,
    body: json(requestSchema(rotation), { overlapSeconds: 3_600 }),
    answers: {
      201: {
        description: "The new key is made.",
        body: json(named("NewKey"), {
          ...KEY_EXAMPLE,
          secret: "tm_…",
          replaces: { id: ID, expiresAt: "2026-11-21T10:00:00.000Z" },
        }),
      },
    },
    failures: ["parameter.invalid", "credential.not-found"],
  },
  "DELETE /v1/keys/{id}": {
    area: "Keys",
    summary: "Revoke a key",
    description: "It ends at once in the process that revoked it, elsewhere within 60 seconds.",
    parameters: [idParameter("Id of the key.", ID)],
    answers: GONE,
    failures: ["credential.not-found", "credential.in-use"],
  },
};

const accounts: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/tokens": {
    area: "Accounts",
    id: "listUserTokens",
    summary: "List tokens of users",
    description: "Personal access tokens of the Rocket.Chat dialect, without their secrets.",
    parameters: KEY_QUERIES.listTokens,
    answers: {
      200: { description: "A page of tokens.", body: json(named("TokenList"), { tokens: [TOKEN_EXAMPLE] }) },
    },
    failures: ["parameter.invalid"],
  },
  "POST /v1/tokens": {
    area: "Accounts",
    summary: "Make a token for a user",
    description: "The secret is shown here, once. A token has no permission that its user does not have.",
    body: json(requestSchema(newToken), { userId: "mXJ8vC2kQp4tR7wZa", name: "report" }),
    answers: {
      201: { description: "The token is made.", body: json(named("NewToken"), { ...TOKEN_EXAMPLE, secret: "…" }) },
    },
    failures: ["parameter.invalid", "account.missing", "token.exists", "token.too-many"],
  },
  "DELETE /v1/tokens/{id}": {
    area: "Accounts",
    summary: "Revoke a token",
    description: "It ends at once in the process that revoked it, elsewhere within 60 seconds.",
    parameters: [idParameter("Id of the token.", ID)],
    answers: GONE,
    failures: ["credential.not-found"],
  },
  "GET /v1/users": {
    area: "Accounts",
    summary: "List accounts",
    description: "Accounts of the Rocket.Chat dialect; the users that are counted are in the directory.",
    parameters: KEY_QUERIES.listUsers,
    answers: { 200: { description: "A page of users.", body: json(named("UserList"), { users: [USER_EXAMPLE] }) } },
    failures: ["parameter.invalid"],
  },
  "POST /v1/users": {
    area: "Accounts",
    summary: "Make an account",
    description: "Without a password one is made up, and shown here, once. Names are unique in the deployment.",
    body: json(requestSchema(newUser), { username: "ada", permissions: ["view-statistics"] }),
    answers: {
      201: { description: "The account is made.", body: json(named("NewUser"), { ...USER_EXAMPLE, password: "…" }) },
    },
    failures: ["parameter.invalid", "account.exists", "password.weak"],
  },
  "POST /v1/users/{id}/password": {
    area: "Accounts",
    summary: "Reset a password",
    description: "Without a password one is made up, and shown here, once. The account's sessions end.",
    parameters: [idParameter("Id of the user.", USER_EXAMPLE.id)],
    bodyRequired: false,
    body: json(requestSchema(newPassword), {}),
    answers: {
      200: { description: "The password is reset.", body: json(named("NewUser"), { ...USER_EXAMPLE, password: "…" }) },
    },
    failures: ["parameter.invalid", "account.missing", "password.weak"],
  },
  "DELETE /v1/users/{id}": {
    area: "Accounts",
    summary: "Remove an account",
    description: "Its sessions and tokens end with it.",
    parameters: [idParameter("Id of the user.", USER_EXAMPLE.id)],
    answers: GONE,
    failures: ["account.missing"],
  },
};

/** Keys of the workspace, and accounts of the Rocket.Chat dialect. */
export const KEY_OPERATIONS: Readonly<Record<string, DescribedOperation>> = { ...keys, ...accounts };
