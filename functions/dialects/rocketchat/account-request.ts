import * as z from "zod/mini";
import { Failure } from "../../core/failure.ts";
import { digestOf, isDigest } from "../../core/password.ts";
import { invalidBody, plainRefusal } from "./refusal.ts";

/** No name is longer, so a longer one is nobody's. */
const NAME_LENGTH = 128;
const PASSWORD_LENGTH = 1_024;

/** Half of a surrogate pair is no UTF-8, so no store can look it up. */
const wellFormed = z.refine<string>((text) => text.isWellFormed());

const name = z.optional(z.string().check(z.minLength(1), z.maxLength(NAME_LENGTH), wellFormed));
/** Of `POST login`. */
export const login = z.object({
  user: name,
  username: name,
  email: name,
  password: z.union([
    z.string().check(z.minLength(1), z.maxLength(PASSWORD_LENGTH)),
    z.object({ digest: z.string().check(z.refine(isDigest)), algorithm: z.literal("sha-256") }),
  ]),
});

/** Who logs in: the name, and the digest of the password. */
export interface GivenLogin {
  readonly name: string;
  readonly digest: string;
}

/**
 * The body of `POST login`: `{user | username | email, password}`, where the password may be its digest. What else
 * clients send is passed over.
 * @throws Failure `login.refused` when it is none, and so is nobody's.
 */
export const loginOf = (body: unknown): GivenLogin => {
  const result = z.safeParse(login, body);
  const given = result.success ? (result.data.user ?? result.data.username ?? result.data.email) : undefined;
  if (!result.success || given === undefined)
    throw new Failure("login.refused", "Send user and password, the password as text or as its sha-256 digest.");
  const { password } = result.data;
  return { name: given, digest: typeof password === "string" ? digestOf(password) : password.digest.toLowerCase() };
};

/** A form as the object it stands for; of a field that comes twice, the first. */
export const formOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...new URLSearchParams(text)].toReversed());

const TOKEN_NAME_LENGTH = 200;

/** Of the routes of personal access tokens. */
export const token = z.object({
  tokenName: z.string().check(z.minLength(1), z.maxLength(TOKEN_NAME_LENGTH), wellFormed),
  bypassTwoFactor: z.optional(z.boolean()),
});

/** What a personal access token is asked for with. */
export interface GivenToken {
  readonly name: string;
  readonly bypassTwoFactor: boolean;
}

/**
 * The body of the routes of personal access tokens.
 * @throws Failure `parameter.invalid`.
 */
export const tokenOf = (body: unknown): GivenToken => {
  const result = z.safeParse(token, body);
  if (result.success) return { name: result.data.tokenName, bypassTwoFactor: result.data.bypassTwoFactor ?? false };
  const [issue] = result.error.issues;
  throw issue?.path[0] === "bypassTwoFactor"
    ? invalidBody("must be boolean")
    : plainRefusal("The 'tokenName' param is required");
};

/** Of `POST users.updateOwnBasicInfo`. */
export const change = z.strictObject({
  data: z.strictObject({
    currentPassword: z.string().check(z.minLength(1), z.maxLength(PASSWORD_LENGTH)),
    newPassword: z.string().check(z.maxLength(PASSWORD_LENGTH)),
  }),
});

/**
 * The body of `POST users.updateOwnBasicInfo`; of what it may change upstream, an account here has the password alone.
 * @throws Failure `parameter.invalid`.
 */
export const passwordChangeOf = (body: unknown): { readonly currentPassword: string; readonly newPassword: string } => {
  const result = z.safeParse(change, body);
  if (result.success) return result.data.data;
  throw invalidBody("must be {data: {currentPassword, newPassword}}: nothing else of an account can be changed here");
};
