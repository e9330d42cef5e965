import * as z from "zod/mini";
import { upstreamUrl, type UpstreamCredential } from "../../../core/upstream.ts";
import { readBody } from "./read-body.ts";

const ADDRESS = "give an https address without user, query and fragment, such as https://chat.example.org";
const SECRET = "give the text as the server gave it, 8 to 500 characters without spaces";

const url = z.pipe(
  z.string(ADDRESS).check(z.refine((text) => upstreamUrl(text) !== undefined, ADDRESS)),
  z.transform((text: string) => upstreamUrl(text) ?? text),
);
const flag = z.boolean("give true or false");
const secret = z.string(SECRET).check(z.regex(/^[\x21-\x7e]{8,500}$/, SECRET));

/** The member `upstream` of `PATCH /v1/workspace`: what is left out stays; a new host has to be allowed anew. */
export const upstreamChange = z.strictObject({
  url: z.optional(url),
  refresh: z.optional(flag),
  allowPrivate: z.optional(flag),
});

/** Of `PUT /v1/workspace/upstream-credential`: a Rocket.Chat user's token, or an IMKit app's key. */
export const upstreamCredential = z.union(
  [z.strictObject({ userId: secret, authToken: secret }), z.strictObject({ apiKey: secret })],
  "give userId and authToken for Rocket.Chat, or apiKey for IMKit",
);

type GivenCredential = z.output<typeof upstreamCredential>;

const credentialOf = (given: GivenCredential): UpstreamCredential =>
  "apiKey" in given ? { kind: "imkit", apiKey: given.apiKey } : { kind: "rocketchat", ...given };

/**
 * The body of `PUT /v1/workspace/upstream-credential`.
 * @throws Failure `parameter.invalid`, which repeats no value.
 */
export const upstreamCredentialOf = (body: unknown): UpstreamCredential =>
  credentialOf(readBody(upstreamCredential, body));

/** Of `POST /v1/workspace/source/check`: what to try before it is set; what is left out is as the workspace has it. */
export const sourceCheck = z.strictObject({
  source: z.optional(z.enum(["rocketchat", "imkit"], "give rocketchat or imkit")),
  upstream: z.optional(upstreamChange),
  credential: z.optional(upstreamCredential),
});

/**
 * The body of `POST /v1/workspace/source/check`.
 * @throws Failure `parameter.invalid`.
 */
export const sourceCheckOf = (body: unknown) => {
  const { credential, ...others } = readBody(sourceCheck, body);
  return { ...others, credential: credential === undefined ? undefined : credentialOf(credential) };
};
