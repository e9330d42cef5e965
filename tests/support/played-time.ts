import { setImmediate } from "node:timers/promises";

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** Turns of the event loop that anything may take that waits for no time. */
const TURNS = 4;

/** A clock and timers that move when they are told to. */
export class PlayedTime {
  #now: number;
  #timers: Timer[] = [];

  /** @param now milliseconds since 1970 UTC. */
  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.#now + ms, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  };

  /** How many timers are set. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets everything happen that waits for no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await setImmediate();
  }

  /** Lets so many milliseconds pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await this.settle();
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await this.settle();
    }
    this.#now = until;
  }
}
