import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { identifyCaller } from "./identify-caller.ts";
import type { Parts } from "./parts.ts";

const KINDS: readonly string[] = ["token", "session"];

/** Rocket.Chat looks a token up together with its user, so a wrong user is an unknown token. */
const isHers = ({ kind, userId }: Credential, given: string): boolean => KINDS.includes(kind) && userId === given;

/** The two headers that say who a user is. */
export interface UserHeaders {
  readonly "x-auth-token"?: string | undefined;
  readonly "x-user-id"?: string | undefined;
}

/**
 * Looks up the session or personal access token of a user.
 * @throws Failure `credential.missing` unless both headers are there, `credential.unknown`, `credential.expired`.
 */
export const identifyUser = (parts: Pick<Parts, "credentials" | "clock">) => {
  const identify = identifyCaller(parts);
  return async ({ "x-auth-token": token = "", "x-user-id": userId = "" }: UserHeaders): Promise<Credential> => {
    if (token === "" || userId === "") throw new Failure("credential.missing", "Send X-Auth-Token and X-User-Id.");
    const credential = await identify(token);
    if (!isHers(credential, userId)) throw new Failure("credential.unknown", "This token is not known for this user.");
    return credential;
  };
};
