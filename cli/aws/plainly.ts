import { Mishap } from "../../local/mishap.ts";
import { Misuse } from "../misuse.ts";

/** AWS's names for credentials that are wrong or over; each service has words of its own. */
const REFUSED = new Set([
  "AuthFailure",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);
const DENIED = new Set(["AccessDenied", "AccessDeniedException"]);

/** What the SDK throws; a few things more than its types say, so each is looked at before it is believed. */
interface AwsError extends Error {
  readonly $fault?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

const explained = (error: AwsError): Error => {
  const { name, message, code, $metadata: met } = error;
  const options = { cause: error };
  if (name === "CredentialsProviderError")
    return new Misuse(
      "There are no AWS credentials that can be used: sign in (`aws login` or `aws sso login`) and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
      options,
    );
  if (message === "Region is missing")
    return new Misuse("There is no AWS region: give --region or set AWS_REGION.", options);
  if (REFUSED.has(name))
    return new Mishap(`AWS does not take these credentials (${name}): sign in again, or set others.`, options);
  if (DENIED.has(name)) return new Mishap(`AWS does not allow it: ${message}`, options);
  if ((typeof code === "string" && /^E[A-Z_]+$/.test(code)) || name === "TimeoutError")
    return new Mishap(`AWS can't be reached (${message || String(code)}).`, options);
  // An emulator's own page, or a proxy's: the SDK could not read it, and what it says of that helps nobody.
  if (error.$fault === undefined && met !== undefined)
    return new Mishap(
      `What answers in the place of AWS sent nothing that can be read (HTTP ${String(met.httpStatusCode)}): is AWS_ENDPOINT_URL an emulator that has this service?`,
      options,
    );
  return error.$fault === undefined ? error : new Mishap(`AWS answers ${name}: ${message}`, options);
};

/**
 * Asks AWS for something; what goes wrong is told in words that the caller can act on.
 * @throws Misuse, Mishap; and as it was what is not AWS's doing.
 */
export const plainly = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error ? explained(error) : error;
  }
};

/** Chooses the region for every client made from here on: they read it from the environment. */
export const chooseRegion = (region: string | undefined): void => {
  // The SDK knows only the first of the two names that the AWS command line takes.
  const chosen = region ?? (process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"]);
  if (chosen) process.env["AWS_REGION"] = chosen;
  // It takes an empty one for a name.
  else delete process.env["AWS_REGION"];
};
