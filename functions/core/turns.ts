import { Failure } from "./failure.ts";

/** Lets one piece of work be done at a time, in the order in which they came; of more than so many, none waits. */
export class Turns {
  readonly #most: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Does the work when it is its turn.
   * @throws Failure `store.busy` when too many wait already; and whatever the work throws.
   */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#most) throw new Failure("store.busy", "Too much is waiting already; try again.");
    this.#waiting++;
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    try {
      await before;
      return await work();
    } finally {
      this.#waiting--;
      turn.resolve();
    }
  }
}
