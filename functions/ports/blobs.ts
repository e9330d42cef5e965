/** Bodies too large for an item, kept under their own sha256, a prefix per kind. */
export interface Blobs {
  put(kind: string, bytes: Uint8Array): Promise<string>;
  /** @throws when there is none of that name. */
  get(kind: string, sha256: string): Promise<Uint8Array>;
}

/** Where large bodies lie, for the one who may also remove them; nothing that serves or closes is given this. */
export interface BlobStore extends Blobs {
  /** Those of a kind, in no order, with when they were written last, milliseconds since 1970 UTC. */
  list(kind: string): AsyncIterable<{ readonly sha256: string; readonly writtenAt: number }>;
  /** Removes one for good, replaced versions of it too. One that is not there is no failure. */
  remove(kind: string, sha256: string): Promise<void>;
}
