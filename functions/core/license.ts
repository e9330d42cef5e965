/** A licence as it was applied: its signed text and what that says. Instants in milliseconds since 1970 UTC. */
export interface License {
  /** The signed text. */
  readonly text: string;
  readonly id: string;
  readonly issuedAt: number;
  readonly tags: readonly { readonly name: string; readonly color: string }[];
  readonly modules: readonly string[];
  /** Most of something that it allows, by name. */
  readonly limits: Readonly<Record<string, number>>;
  /** Valid in `[validFrom, validUntil)`; null is open. */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
  /** The workspace it is for, by id or deployment id; null for any. */
  readonly workspace: string | null;
  readonly grantedTo: string | null;
}
