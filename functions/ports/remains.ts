/** What was kept of a workspace's people: who is in it, who was seen when, and what was not yet counted. */
export interface Remains {
  /**
   * Removes some of it, and says how much, and whether nothing is left. Published snapshots, the head and the audit
   * trail stay. `lanes` is how many its log has.
   */
  remove(workspace: string, lanes: number): Promise<{ readonly removed: number; readonly isEmpty: boolean }>;
}
