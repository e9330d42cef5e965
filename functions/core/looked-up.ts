/** A service record (RFC 2782). */
export interface ServiceRecord {
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/**
 * What an attempt to look something up came to: it was found, there is nothing of that name, there is something that
 * can't be read, or it couldn't be asked for. The last two say why.
 */
export type Looked<T> =
  | { readonly found: T }
  | { readonly missing: true }
  | { readonly unreadable: string }
  | { readonly failed: string };
