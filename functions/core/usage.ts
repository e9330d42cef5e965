import type { Window } from "./observed.ts";

/** What is told of a window of time; null is «not known». */
export interface Usage {
  readonly window: Window;
  /** Ids of the users seen, sorted. */
  readonly seen: readonly string[];
  readonly roomCount: number | null;
  readonly totalRoomCount: number | null;
  readonly messageCount: number | null;
  readonly peakConnectionCount: number | null;
  readonly connectionCount: number | null;
  readonly totalMem: number | null;
  readonly freeMem: number | null;
}

/** A part of a window; null is «not known». */
export interface UsedPart {
  readonly messages: number | null;
  readonly peak: number | null;
}

/** Adds up the parts of a window: a sum is not known when a part of it is not, a peak is the highest that is known. */
export class UsageTally {
  readonly #users = new Set<string>();
  readonly #rooms = new Set<string>();
  #messages: number | null = 0;
  #peak: number | null = null;

  add({ messages, peak }: UsedPart): void {
    this.#messages = this.#messages === null || messages === null ? null : this.#messages + messages;
    if (peak !== null) this.#peak = Math.max(this.#peak ?? peak, peak);
  }

  see(users: Iterable<string>, rooms: Iterable<string>): void {
    for (const id of users) this.#users.add(id);
    for (const id of rooms) this.#rooms.add(id);
  }

  /**
   * @param hasGap nobody can tell of all of the window: sums, distinct numbers and peaks are then not known. The ids
   * that are, are.
   */
  total(hasGap: boolean): Pick<Usage, "seen" | "roomCount" | "messageCount" | "peakConnectionCount"> {
    return {
      seen: [...this.#users].toSorted(),
      roomCount: hasGap ? null : this.#rooms.size,
      messageCount: hasGap ? null : this.#messages,
      peakConnectionCount: hasGap ? null : this.#peak,
    };
  }
}
