/** Something an administrator did. */
export interface Act {
  readonly workspace: string;
  /** Unique among the acts of one instant. */
  readonly id: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** Who did it: a credential's kind, label and last characters, or an account's name. Never a secret. */
  readonly by: string;
  /** What was done, as `area.verb`: `key.created`, `workspace.paused`, `totals.adjusted`, … */
  readonly action: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the audit trail is to keep of what was made or changed: in the same transaction, or not at all. */
export type ActsOn<What> = (what: What) => readonly Act[];

/** The trail of administrative acts; kept for good. */
export interface Audit {
  note(act: Act): Promise<void>;
  /** Acts in `[from, to)`, newest first; `after` is the cursor of the page before. */
  list(
    workspace: string,
    range: { readonly from: number; readonly to: number; readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ readonly acts: readonly Act[]; readonly next: string | undefined }>;
}
