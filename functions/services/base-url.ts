/** A host name or address with an optional port, and nothing that could start another part of a URL. */
const HOST = /^[\w.-]+(?::\d{1,5})?$|^\[[\da-fA-F:]+\](?::\d{1,5})?$/;

/**
 * Where the caller reached us: from `host` and `x-forwarded-proto`, which the front door sets.
 * @returns null when the headers do not say.
 */
export const baseUrlOf = (headers: Readonly<Record<string, string | undefined>>): string | null => {
  const host = headers["host"] ?? "";
  const scheme = headers["x-forwarded-proto"] === "http" ? "http" : "https";
  return HOST.test(host) ? `${scheme}://${host}` : null;
};
