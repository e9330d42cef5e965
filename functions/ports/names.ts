/** A service record (RFC 2782). */
export interface ServiceRecord {
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** What an attempt to look something up came to: nothing of that name, or a failure to ask. */
export type Looked<T> = { readonly found: T } | { readonly missing: true } | { readonly failed: string };

/** Looks up what a domain publishes about its federation. Never throws; bounded in time and size. */
export interface Names {
  services(name: string): Promise<Looked<readonly ServiceRecord[]>>;
  texts(name: string): Promise<Looked<readonly string[]>>;
  /** `https://‹domain›/.well-known/‹name›`, parsed as JSON; never from a private, loopback or metadata address. */
  wellKnown(domain: string, name: string): Promise<Looked<unknown>>;
}
