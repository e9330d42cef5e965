import * as z from "zod/mini";
import { isPrivate, isSound, type PublicJwk, publicOf } from "../../../core/license-key.ts";
import { readBody } from "./read-body.ts";

/** The modulus of an RSA key of 16,384 bits, in base64url. */
const MOST_CHARACTERS = 2_731;

const NEEDED = "give a public key: OKP with crv Ed25519 and x, or RSA of 2,048 to 16,384 bits with n and e";

const isWanted = (key: PublicJwk | undefined): boolean =>
  key !== undefined && isSound(key) && Object.values(key).every((member) => member.length <= MOST_CHARACTERS);

/** A public key as a JSON Web Key (RFC 7517); what is not needed to check signatures is dropped. */
const jwk = z.pipe(
  z.record(z.string(), z.unknown(), "give a JSON Web Key as an object").check(
    z.refine((key) => !isPrivate(key), "this is a private key: keep it to yourself, and give its public part"),
    z.refine((key) => isWanted(publicOf(key)), NEEDED),
  ),
  z.transform((key: Record<string, unknown>) => publicOf(key) ?? {}),
);

/** Of `POST /v1/license-keys`. */
export const newLicenseKey = z.strictObject({ jwk });

/**
 * The body of `POST /v1/license-keys`.
 * @throws Failure `parameter.invalid`.
 */
export const licenseKeyOf = (body: unknown): PublicJwk => readBody(newLicenseKey, body).jwk;
