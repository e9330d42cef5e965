import type { Surroundings } from "./options.ts";

/** Waits that can be cut short. */
export class Patience {
  readonly #after: Surroundings["after"];
  #wake: (() => void) | undefined;
  #mayHurry = false;

  constructor(after: Surroundings["after"]) {
    this.#after = after;
  }

  /** Waits so long, or until {@link hurry} where it may, or until {@link end}. */
  async wait(ms: number, mayHurry: boolean): Promise<void> {
    this.#mayHurry = mayHurry;
    await new Promise<void>((resolve) => {
      const cancel = this.#after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }

  /** Ends a wait that nobody else asked for. */
  hurry(): void {
    if (this.#mayHurry) this.end();
  }

  /** Ends a wait. */
  end(): void {
    this.#wake?.();
  }
}
