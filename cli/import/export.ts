import type { CloudEvent } from "../../local/import/lean-zulip.ts";

/** What a chat server gave away of its past. The same export gives the same events in the same order, every time. */
export interface Export {
  /** Names the batches: a delivery that was broken off is taken up by the same name. */
  readonly name: string;
  /** Bytes to read in all. */
  readonly size: number;
  readonly events: (reading: Reading) => AsyncIterable<CloudEvent>;
}

/** What is told while an export is read. */
export interface Reading {
  /** So many more bytes were read. */
  readonly bytes: (count: number) => void;
  /** One more row, message or document was read. */
  readonly row: () => void;
  /** One was passed over, and why. */
  readonly passOver: (why: string) => void;
}

/** An event of an importer: `source` names the format, `time` is in milliseconds since 1970 UTC. */
export const eventOf = (source: string, type: string, id: string, time: number, data: object): CloudEvent => ({
  specversion: "1.0",
  id,
  source,
  type,
  time: new Date(time).toISOString(),
  data,
});
