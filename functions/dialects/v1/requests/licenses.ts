import * as z from "zod/mini";
import { isPrivate, type PublicJwk, publicOf } from "../../../core/license-key.ts";
import { readBody } from "./read-body.ts";

/** More than any key needs: RSA of 8192 bits is 1,366 characters. */
const MOST_CHARACTERS = 4_096;

const NEEDED = "give a public key: OKP with crv Ed25519 and x, or RSA with n and e";

/** A public key as a JSON Web Key (RFC 7517); what is not needed to check signatures is dropped. */
const jwk = z.pipe(
  z.record(z.string(), z.unknown(), "give a JSON Web Key as an object").check(
    z.refine((key) => !isPrivate(key), "this is a private key: keep it to yourself, and give its public part"),
    z.refine((key) => publicOf(key) !== undefined, NEEDED),
    z.refine(
      (key) => Object.values(publicOf(key) ?? {}).every((member) => member.length <= MOST_CHARACTERS),
      `give members of at most ${MOST_CHARACTERS} characters`,
    ),
  ),
  z.transform((key: Record<string, unknown>) => publicOf(key) ?? {}),
);

const newKey = z.strictObject({ jwk });

/**
 * The body of `POST /v1/license-keys`.
 * @throws Failure `parameter.invalid`.
 */
export const licenseKeyOf = (body: unknown): PublicJwk => readBody(newKey, body).jwk;
