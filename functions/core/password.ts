import { createHash } from "node:crypto";

/**
 * What stands for a password wherever it is kept or compared: its SHA-256, hexadecimal. Rocket.Chat's clients may send
 * this in place of the password, so both forms come to the same.
 */
export const digestOf = (password: string): string => createHash("sha256").update(password).digest("hex");

const DIGEST = /^[\da-f]{64}$/i;

/** Whether a text may be a {@link digestOf} a password. */
export const isDigest = (text: string): boolean => DIGEST.test(text);

/** The stored hash of an account that nobody logs in to with a password. */
export const NO_PASSWORD = "";

/**
 * The stored hash that a password is compared with when there is no account, or none with a password, so that this
 * takes as long as a comparison that matters. No password has it: it is chance.
 */
export const NOBODYS_PASSWORD =
  "scrypt$131072$8$1$jmhOsDj5eV3SoWcwapdVFg==$2s7bLo2n91kpqRPUn27/64KLLBfvlQeJ7Ev+4bzI71c=";

const FEWEST = 12;
const MOST = 256;
const FEWEST_DIFFERENT = 5;
/** A shorter name is in any text by chance. */
const NAME_OF_NOTE = 4;

/**
 * What makes a password too weak for an account of a name, as a sentence to the one who chose it; undefined for one
 * that will do. Length is what counts (NIST SP 800-63B section 3.1.1); there are no rules about kinds of characters.
 */
export const weaknessOf = (password: string, name: string): string | undefined => {
  // Counting the characters of a text without end would be work for nothing.
  const characters = Array.from(password.slice(0, 2 * MOST + 1));
  if (characters.length < FEWEST || characters.length > MOST) return `A password has ${FEWEST} to ${MOST} characters.`;
  if (new Set(characters).size < FEWEST_DIFFERENT)
    return `A password has at least ${FEWEST_DIFFERENT} different characters.`;
  return name.length >= NAME_OF_NOTE && password.toLowerCase().includes(name.toLowerCase())
    ? "A password does not hold the name of its account."
    : undefined;
};
