import type { DescribedOperation } from "../../../core/description.ts";
import type { FailureCode } from "../../../core/failure.ts";
import { arrayOf, flag, instant, named, object, only, type Schema, text } from "../../../core/json-schema.ts";
import { change, login, token } from "../account-request.ts";
import { requestSchema } from "./request-schema.ts";

const AREA = "Rocket.Chat accounts";

const USER: Readonly<Record<string, Schema>> = {
  _id: text("Id of the user."),
  username: text("Name to log in with."),
  name: text("The same."),
  active: only(true),
  type: only("user"),
  roles: arrayOf(text("Role.")),
  permissions: arrayOf(text("Permission.")),
  createdAt: instant("When the account was made."),
};

/** Bodies of logging in and of tokens, by name. */
export const ACCOUNT_SCHEMAS: Readonly<Record<string, Schema>> = {
  RocketchatUser: object(USER),
  RocketchatDone: object({ success: only(true) }),
};

const ME = {
  _id: "mXJ7Qm2xYc4TnB8kP",
  username: "admin",
  name: "admin",
  active: true,
  type: "user",
  roles: ["admin"],
  permissions: ["view-statistics", "edit-privileged-setting", "create-personal-access-tokens"],
  createdAt: "2026-02-18T19:40:45.369Z",
} as const;

const json = (schema: Schema, example: object) =>
  ({ "application/json": { schema, examples: { answer: example } } }) as const;
const DONE = { description: "Done.", body: json(named("RocketchatDone"), { success: true }) } as const;
const NEW_TOKEN = {
  description: "The token, shown here and never again.",
  body: json(object({ token: text("The secret."), success: only(true) }), { token: "…", success: true }),
} as const;

const TOKEN_EXAMPLE = { tokenName: "report", bypassTwoFactor: false } as const;
const tokenBody = { "application/json": { schema: requestSchema(token), examples: { token: TOKEN_EXAMPLE } } } as const;

const ofTokens = (
  id: string,
  summary: string,
  description: string,
  answer: typeof DONE | typeof NEW_TOKEN,
  failures: readonly FailureCode[],
): DescribedOperation => ({
  area: AREA,
  id,
  summary,
  description,
  body: tokenBody,
  answers: { 200: answer },
  failures: ["parameter.invalid", "account.missing", "rate.exceeded", ...failures],
});

const LOGGED_OUT = {
  description: "The session has ended.",
  body: json(object({ status: only("success"), data: object({ message: text("Upstream's words.") }) }), {
    status: "success",
    data: { message: "You've been logged out!" },
  }),
} as const;

const LOGIN_EXAMPLE = { user: "admin", password: "…" } as const;

/** Logging in and out, one's own account, and its personal access tokens. */
export const ACCOUNT_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "POST /api/v1/login": {
    area: AREA,
    id: "rocketchatLogIn",
    summary: "Log in",
    description:
      "By user name and password, the password as text or as its SHA-256 digest. Guessing is throttled, and locks the name for a while.",
    body: {
      "application/json": { schema: requestSchema(login), examples: { password: LOGIN_EXAMPLE } },
      "application/x-www-form-urlencoded": { schema: requestSchema(login), examples: { password: LOGIN_EXAMPLE } },
    },
    answers: {
      200: {
        description: "Logged in; the token is good for both headers.",
        body: json(
          object({
            status: only("success"),
            data: object({
              userId: text("For `X-User-Id`."),
              authToken: text("For `X-Auth-Token`."),
              me: named("RocketchatUser"),
            }),
            success: only(true),
          }),
          { status: "success", data: { userId: ME._id, authToken: "…", me: ME }, success: true },
        ),
      },
    },
    failures: ["login.refused", "account.locked", "rate.exceeded", "store.busy"],
  },
  "POST /api/v1/logout": {
    area: AREA,
    id: "rocketchatLogOut",
    summary: "Log out",
    description: "Ends the session; a personal access token stays as it is.",
    bodyRequired: false,
    body: {
      "application/json": { schema: { type: "object" }, examples: { empty: {} } },
      "application/x-www-form-urlencoded": { schema: { type: "object" }, examples: { empty: {} } },
    },
    answers: { 200: LOGGED_OUT },
  },
  "GET /api/v1/logout": {
    area: AREA,
    id: "rocketchatLogOutByGet",
    summary: "Log out, as old clients do",
    description: "The same by GET.",
    answers: { 200: LOGGED_OUT },
  },
  "GET /api/v1/me": {
    area: AREA,
    id: "rocketchatReadMe",
    summary: "Read one's own account",
    description: "The user that both headers name.",
    answers: {
      200: {
        description: "The user.",
        body: json(object({ ...USER, success: only(true) }), { ...ME, success: true }),
      },
    },
    failures: ["account.missing"],
  },
  "POST /api/v1/users.updateOwnBasicInfo": {
    area: AREA,
    id: "rocketchatChangePassword",
    summary: "Change one's own password",
    description:
      "The current password is asked for, as text or as its digest; nothing else of an account can be changed.",
    body: {
      "application/json": {
        schema: requestSchema(change),
        examples: { password: { data: { currentPassword: "…", newPassword: "…" } } },
      },
    },
    answers: {
      200: {
        description: "The password is changed.",
        body: json(object({ user: named("RocketchatUser"), success: only(true) }), { user: ME, success: true }),
      },
    },
    failures: ["parameter.invalid", "password.weak", "login.refused", "account.missing", "account.locked"],
  },
  "POST /api/v1/users.generatePersonalAccessToken": ofTokens(
    "rocketchatGenerateToken",
    "Make a personal access token",
    "A token under a name of one's own choosing.",
    NEW_TOKEN,
    ["token.exists", "token.too-many"],
  ),
  "POST /api/v1/users.regeneratePersonalAccessToken": ofTokens(
    "rocketchatRegenerateToken",
    "Replace a personal access token",
    "The old secret ends, the name stays.",
    NEW_TOKEN,
    ["credential.not-found"],
  ),
  "GET /api/v1/users.getPersonalAccessTokens": {
    area: AREA,
    id: "rocketchatListTokens",
    summary: "List one's personal access tokens",
    description: "Without their secrets.",
    answers: {
      200: {
        description: "The tokens.",
        body: json(
          object({
            tokens: arrayOf(
              object({
                name: text("Name of the token."),
                createdAt: instant("When it was made."),
                lastTokenPart: text("Its last characters."),
                bypassTwoFactor: flag("Upstream's flag, kept as it was given."),
              }),
            ),
            success: only(true),
          }),
          {
            tokens: [
              { name: "report", createdAt: "2026-11-21T09:00:00.000Z", lastTokenPart: "q8Zt", bypassTwoFactor: false },
            ],
            success: true,
          },
        ),
      },
    },
  },
  "POST /api/v1/users.removePersonalAccessToken": ofTokens(
    "rocketchatRemoveToken",
    "Remove a personal access token",
    "It ends at once in the process that removed it, elsewhere within 60 seconds.",
    DONE,
    ["credential.not-found"],
  ),
};
