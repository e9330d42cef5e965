/** The issuer of tokens that a deployment trusts, and the audience that its tokens are for. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
}

/** An issuer and its audience, where both are set. */
export const issuerOf = (issuer: string | undefined, audience: string | undefined): Issuer | undefined =>
  issuer === undefined || audience === undefined ? undefined : { issuer, audience };

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a URL is asked for without anybody on the way reading or changing it: https, or on this machine. */
export const isSafeUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
};

/** Whether a text may be an issuer: a safe URL without query and fragment (OpenID Connect Discovery 1.0, 3). */
export const isIssuer = (text: string): boolean => isSafeUrl(text) && !/[?#\s]/.test(text);
