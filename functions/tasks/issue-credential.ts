import { type Credential, type CredentialKind, hashOf } from "../core/credential.ts";
import type { ActsOn } from "../ports/audit.ts";
import { noActs } from "./note-act.ts";
import type { Parts } from "./parts.ts";

/** What a secret begins with, so that one that leaked is known for what it is; Rocket.Chat's have no sign. */
const PREFIXES: Readonly<Record<CredentialKind, string>> = {
  key: "tm_",
  imkit: "ak_",
  push: "push_",
  webhook: "rcwh_",
  operator: "tmop_",
  session: "",
  token: "",
  // Another issuer's to give; ours would never be found, because it has no item.
  identity: "",
};

/** Over 62 kinds of characters this is 256 bits, and as long as Rocket.Chat's tokens are. */
const SECRET_CHARACTERS = 43;

/** Rocket.Chat shows six of a token. */
const shown = (kind: CredentialKind): number => (kind === "session" || kind === "token" ? 6 : 4);

/** What a credential is made from; it does not expire unless it is said when (milliseconds since 1970 UTC). */
export type NewCredential = Pick<Credential, "workspace" | "kind" | "scopes" | "label"> &
  Partial<Pick<Credential, "userId" | "expiresAt" | "bypassTwoFactor">>;

/** A credential that was made, and its secret, which is kept nowhere. */
export interface Issued {
  readonly credential: Credential;
  readonly secret: string;
}

/** What issuing takes. */
export type IssueParts = Pick<Parts, "credentials" | "clock" | "secret">;

/** Makes a credential that is kept nowhere yet, and its secret. */
export const newCredential =
  (parts: Pick<Parts, "clock" | "secret">) =>
  ({ userId = null, expiresAt = null, ...what }: NewCredential): Issued => {
    const secret = `${PREFIXES[what.kind]}${parts.secret(SECRET_CHARACTERS)}`;
    const credential: Credential = {
      ...what,
      hash: hashOf(secret),
      userId,
      lastCharacters: secret.slice(-shown(what.kind)),
      createdAt: parts.clock(),
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
    };
    return { credential, secret };
  };

/** Makes a credential and keeps its hash, and with it what is noted of it; gives the secret back, once. */
export const issueCredential =
  (parts: IssueParts) =>
  async (what: NewCredential, actsOn: ActsOn<Credential> = noActs): Promise<Issued> => {
    const issued = newCredential(parts)(what);
    await parts.credentials.put(issued.credential, actsOn(issued.credential));
    return issued;
  };
