import { brotliCompressSync, brotliDecompressSync, constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { ITEM_BODY_BYTES, type Key } from "../../contract.ts";
import type { Blobs } from "../../ports/blobs.ts";
import { bytesIn } from "./attributes.ts";
import { DOCUMENT_DICTIONARY } from "./document-dictionary.ts";
import type { Item } from "./table.ts";

/** Bodies of one transaction may come to this much together (DynamoDB: 4 MB with all keys and attributes). */
const TRANSACTION_BYTES = 3_000_000;

/**
 * Bytes of a union that lie in its item; larger ones lie outside, so that how many there were of a year's days is read
 * without reading who: two read units an item at most.
 */
export const UNION_BYTES = 7_500;

/** A body on its way into an item. */
export interface Body {
  readonly kind: "carried" | "delta" | "firsts" | "head" | "report" | "segment" | "sets" | "snapshot" | "union";
  readonly bytes: Uint8Array;
  /** Bytes that may stay in the item; less than usual for one that shares it with another. */
  readonly most?: number;
  /** What its name begins with outside of the table: {@link ownedBy} for those that name people. */
  readonly prefix?: string;
}

/** What names of a workspace's large bodies begin with. */
export const ownedByWorkspace = (workspace: string): string => `${workspace}/`;

/**
 * What names of an item's large bodies begin with, in the order of sort keys: no other item, and no other workspace,
 * points to one, so they go with their item.
 */
export const ownedBy = ({ pk, sk }: Key): string =>
  `${ownedByWorkspace(pk.split("#")[1] ?? "")}${sk.replaceAll("#", ".")}.`;

/** Brotli clears a window of 4 MB first, unless it is told how little comes: that took 20 times as long as the rest. */
const windowBits = (bytes: number): number => Math.max(Math.min(Math.ceil(Math.log2(bytes + 16)), 22), 10);

/** Compressed JSON of whatever is written once an hour: small matters more than fast. */
export const pressed = (text: string | Uint8Array): Uint8Array => {
  const bytes = Buffer.from(text);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: windowBits(bytes.length) };
  return brotliCompressSync(bytes, { params });
};

/** Begins what {@link DOCUMENT_DICTIONARY} was used for. No brotli stream begins so (RFC 7932, section 9.1: reserved). */
const WITH_DICTIONARY = 0x11;

/** A compressed document: a third of what {@link pressed} makes of it. */
export const pressedDocument = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([
    Uint8Array.of(WITH_DICTIONARY),
    deflateRawSync(bytes, { dictionary: DOCUMENT_DICTIONARY, level: constants.Z_BEST_COMPRESSION }),
  ]);

/** What was compressed, in either way; documents of before there was a dictionary are as everything else. */
export const unpressed = (bytes: Uint8Array): Buffer =>
  bytes[0] === WITH_DICTIONARY
    ? inflateRawSync(bytes.subarray(1), { dictionary: DOCUMENT_DICTIONARY })
    : brotliDecompressSync(bytes);

/**
 * Attributes that hold a body each, or point to it in the archive: those over an item's share, and the largest of
 * the others while all together are too much for one transaction. Nothing is cut.
 */
export const bodyAttributes = async (blobs: Blobs, bodies: readonly Body[]): Promise<Item[]> => {
  const isAway = bodies.map(({ bytes, most = ITEM_BODY_BYTES }) => bytes.length > most);
  const bySize = bodies
    .map((_, at) => at)
    .toSorted((a, b) => (bodies[b] as Body).bytes.length - (bodies[a] as Body).bytes.length);
  let together = bodies.reduce((sum, { bytes }, at) => sum + (isAway[at] === true ? 0 : bytes.length), 0);
  for (const at of bySize) {
    if (together <= TRANSACTION_BYTES) break;
    if (isAway[at] === true) continue;
    isAway[at] = true;
    together -= (bodies[at] as Body).bytes.length;
  }
  return Promise.all(
    bodies.map(async ({ kind, bytes, prefix }, at) =>
      isAway[at] === true ? { blob: await blobs.put(kind, bytes, prefix) } : { body: bytes },
    ),
  );
};

/** The body of an item, from wherever it lies. */
export const bodyOf = async (blobs: Blobs, kind: Body["kind"], item: Item): Promise<Uint8Array> =>
  typeof item["blob"] === "string" ? blobs.get(kind, item["blob"]) : bytesIn(item, "body");
