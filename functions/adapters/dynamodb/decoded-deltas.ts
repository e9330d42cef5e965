import type { HourDelta } from "../../core/delta.ts";
import { decodeDelta } from "../../core/delta-encoding.ts";
import type { Hour } from "../../core/hour.ts";

/** Stored bytes of which the deltas are kept in memory, where they take some 25 times as much. */
const MOST_BYTES = 250_000;

interface Decoded {
  readonly bytes: Uint8Array;
  readonly delta: ReadonlyMap<Hour, HourDelta>;
}

/**
 * Decodes deltas, and remembers what the same bytes came to when a place was read last: decoding an hour of many
 * people takes longer than reading it, and those who refresh read the same hours over and over. What was not read for
 * longest is forgotten first. A delta is shared by all who ask: it is merged from, never into.
 */
export const decodedDeltas = (): ((place: string, bytes: Uint8Array) => ReadonlyMap<Hour, HourDelta>) => {
  const known = new Map<string, Decoded>();
  let together = 0;
  const forget = (place: string, { bytes }: Decoded): void => {
    known.delete(place);
    together -= bytes.length;
  };
  return (place, bytes) => {
    const before = known.get(place);
    if (before !== undefined) forget(place, before);
    const isSame = before !== undefined && Buffer.compare(before.bytes, bytes) === 0;
    const decoded = isSame ? before : { bytes, delta: decodeDelta(bytes) };
    known.set(place, decoded);
    together += decoded.bytes.length;
    for (const [oldest, what] of known) {
      if (together <= MOST_BYTES) break;
      forget(oldest, what);
    }
    return decoded.delta;
  };
};
