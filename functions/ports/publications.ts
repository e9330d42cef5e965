import type { Hour } from "../core/hour.ts";

/** What was published as which number of the chain. */
export interface PublicationRecord {
  readonly number: number;
  readonly hour: Hour;
  readonly revision: number;
}

/** The order in which a workspace's documents were published, for whoever follows them; kept for 60 days. */
export interface Publications {
  /** Those after a number, in order, strongly consistent; `limit` of them when there are as many. */
  after(workspace: string, number: number, limit: number): Promise<readonly PublicationRecord[]>;
}
