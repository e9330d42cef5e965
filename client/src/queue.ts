import type { ToldEvent } from "./told.ts";

/** An event that waits; what is sent of it is settled when it is taken. */
export interface Entry {
  readonly event: ToldEvent;
  /** The event as it is sent, but for its number. */
  readonly json: string;
  /** Of `json` in UTF-8, with room for a number and a comma. */
  readonly bytes: number;
  /** Counts up, in the order in which they came. */
  readonly serial: number;
  /** When it came, milliseconds since 1970 UTC. */
  readonly since: number;
}

/** `"sequence":"9007199254740991",` and a comma between events. */
const NUMBER_BYTES = 32;

const encoder = new TextEncoder();

/** What is sent of an event, in a fixed order. CloudEvents 1.0, JSON format. */
export const entryOf = (event: ToldEvent, source: string, serial: number, since: number): Entry => {
  const { id, type, time, data } = event;
  const json = JSON.stringify({ specversion: "1.0", id, source, type, time: time.toISOString(), data });
  return { event, json, bytes: encoder.encode(json).length + NUMBER_BYTES, serial, since };
};

/** Events that wait, oldest first. */
export class Queue {
  #entries: Entry[] = [];
  #bytes = 0;

  get events(): number {
    return this.#entries.length;
  }

  /** Of all that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  /** Takes the oldest out: at most so many, and no more bytes than that. */
  take(events: number, bytes: number): Entry[] {
    let count = 0;
    let sum = 0;
    for (const entry of this.#entries) {
      if (count === events || sum + entry.bytes > bytes) break;
      count++;
      sum += entry.bytes;
    }
    this.#bytes -= sum;
    return this.#entries.splice(0, count);
  }
}
