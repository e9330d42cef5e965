/** What the ids of a workspace's people are hashed with: a secret for each, kept apart from everything else. */
export interface PeopleKeys {
  /**
   * Keeps a key unless there is one already, which stays: hashes by another would be other people.
   * @throws Failure `upstream.no-vault` where a deployment has no place for secrets.
   */
  make(workspace: string, key: string): Promise<void>;
  /** The key; undefined when there is none. */
  find(workspace: string): Promise<string | undefined>;
  /** Removes it for good: nobody can tell any more whose hash is whose. Nothing happens when there is none. */
  remove(workspace: string): Promise<void>;
}
