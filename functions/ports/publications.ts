import type { Hour } from "../core/hour.ts";

/** What was published as which number of the chain. */
export interface PublicationRecord {
  readonly number: number;
  readonly hour: Hour;
  readonly revision: number;
}

/** A publication that is in the archive, with what leads to it. */
export interface ArchivedPublication extends PublicationRecord {
  readonly workspace: string;
  /** Of its ledger. */
  readonly status: string;
  /** How far each lane is counted; a segment up to there is in a publication up to this one, or in the open hour. */
  readonly positions: readonly number[];
  /** What closing or restating it took, its file included. */
  readonly milliseconds: number;
  /** From the end of the hour until it lay in the archive, milliseconds. */
  readonly afterEnd: number;
}

/** The order in which a workspace's documents were published, for whoever follows them; kept for 60 days. */
export interface Publications {
  /** Those after a number, in order, strongly consistent; `limit` of them when there are as many. */
  after(workspace: string, number: number, limit: number): Promise<readonly PublicationRecord[]>;
}
