/**
 * What was kept of a workspace's people, and of what was told to whom: who is in it, who was seen when, what was not yet
 * counted, lists on their way in, channels, rules, notices, deliveries, and records of reports.
 */
export interface Remains {
  /**
   * Removes some of it, and says how much, and whether nothing is left. Published snapshots, the head and the audit
   * trail stay. `lanes` is how many its log has.
   */
  remove(workspace: string, lanes: number): Promise<{ readonly removed: number; readonly isEmpty: boolean }>;
}
