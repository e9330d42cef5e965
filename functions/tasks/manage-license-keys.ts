import { type Credential, EVERY_WORKSPACE } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { keyIdOf, type PublicJwk } from "../core/license-key.ts";
import type { LicenseKey } from "../ports/licenses.ts";
import { actBy } from "./note-act.ts";
import type { Parts } from "./parts.ts";

/** Keys of a deployment: each licence that comes is looked up among them. */
const MOST_KEYS = 100;

type KeyParts = Pick<Parts, "licenseKeys" | "clock" | "secret">;

/**
 * Trusts a public key: licences signed with it hold from now on. The same key again changes nothing.
 * @throws Failure `parameter.invalid` when there are too many.
 */
export const registerLicenseKey =
  (parts: KeyParts) =>
  async (credential: Credential, jwk: PublicJwk): Promise<LicenseKey> => {
    const key = { id: keyIdOf(jwk), jwk };
    const known = await parts.licenseKeys.list();
    if (known.some(({ id }) => id === key.id)) return key;
    if (known.length >= MOST_KEYS)
      throw new Failure("parameter.invalid", `There are ${known.length} licence keys: remove one that is not used.`);
    const act = actBy(parts)(EVERY_WORKSPACE, credential, "license-key.registered", { id: key.id });
    await parts.licenseKeys.put(key, [act]);
    return key;
  };

/** Trusts a key no longer; licences that were applied stay. Nothing happens when there is none. */
export const removeLicenseKey =
  (parts: KeyParts) =>
  async (credential: Credential, id: string): Promise<void> => {
    const known = await parts.licenseKeys.list();
    if (!known.some((key) => key.id === id)) return;
    await parts.licenseKeys.remove(id, [actBy(parts)(EVERY_WORKSPACE, credential, "license-key.removed", { id })]);
  };
