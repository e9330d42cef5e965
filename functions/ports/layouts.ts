/** How workspaces are laid out in the store. */
export interface Layouts {
  /** The layout that this version writes. */
  readonly current: number;
  /**
   * The layout that a workspace has; undefined when there is no such workspace.
   * @throws Failure `store.newer` for one that this version can't know.
   */
  of(workspace: string): Promise<number | undefined>;
}
