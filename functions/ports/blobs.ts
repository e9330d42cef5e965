/** Bodies too large for an item, each kind for itself. */
export interface Blobs {
  /**
   * Keeps a body under its own sha256.
   * @param prefix what its name begins with, so that those of one owner are found, and shared with nobody.
   * @returns its name.
   */
  put(kind: string, bytes: Uint8Array, prefix?: string): Promise<string>;
  /** @throws when there is none of that name. */
  get(kind: string, name: string): Promise<Uint8Array>;
}

/** Where large bodies lie, for those who may also remove them. */
export interface BlobStore extends Blobs {
  /** Those of a kind whose names begin so, by name, with when they were written last, milliseconds since 1970 UTC. */
  list(kind: string, prefix?: string): AsyncIterable<{ readonly name: string; readonly writtenAt: number }>;
  /** Removes one for good, replaced versions of it too. One that is not there is no failure. */
  remove(kind: string, name: string): Promise<void>;
}
