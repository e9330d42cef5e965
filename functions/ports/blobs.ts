/** Bodies too large for an item, kept under their own sha256, a prefix per kind. */
export interface Blobs {
  put(kind: string, bytes: Uint8Array): Promise<string>;
  /** @throws when there is none of that name. */
  get(kind: string, sha256: string): Promise<Uint8Array>;
}
