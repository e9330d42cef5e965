/** A delivered batch. `events` are parsed JSON values, or what kept a line from parsing. */
export interface Batch {
  readonly workspace: string;
  readonly id: string;
  /** sha256 of the decoded body. */
  readonly bodyHash: string;
  readonly events: readonly unknown[];
  /** `totals.adjusted` is for administrators. */
  readonly mayAdjust: boolean;
  /** Who sends it, in words for the audit trail. */
  readonly by?: string;
  /** False when the events are not the word of a reporter: they count, and nobody was heard. */
  readonly isHeard?: boolean;
  readonly import: string | undefined;
}

/** A line of a batch that is no JSON; refused by its index like any other bad event. */
export class UnreadableLine {
  readonly detail: string;
  constructor(detail: string) {
    this.detail = detail;
  }
}
