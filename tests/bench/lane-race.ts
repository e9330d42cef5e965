/** Writers who race for the tails of a workspace's lanes, as `append` in the log's adapter does it. */
export interface Race {
  readonly writers: number;
  readonly lanes: number;
  /** Batches that each writer sends, one after the other. */
  readonly batches: number;
  /** How long a call to the table takes, there and back; it takes effect half-way. Milliseconds. */
  readonly callMs: number;
  /** From a batch's answer to the writer's next batch. Milliseconds. */
  readonly betweenMs: number;
  /** Bound of the first pause after a loss; it doubles up to the longest. Milliseconds. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** How a race went. */
export interface RaceResult {
  readonly batchesPerSecond: number;
  /** Transactions for each batch; 1 when nobody ever loses. */
  readonly attempts: number;
}

/** Doublings of the pause after which a loser waits no longer. */
const DOUBLINGS = 8;

type Step = (now: number) => void;

/** What happens when: the earliest first, in the order of their coming at the same instant. */
class Agenda {
  readonly #steps: { readonly at: number; readonly step: Step }[] = [];

  add(at: number, step: Step): void {
    let low = 0;
    let high = this.#steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#steps[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    this.#steps.splice(low, 0, { at, step });
  }

  /** Does all of it. @returns the instant of the last. */
  run(): number {
    let now = 0;
    for (let next = this.#steps.shift(); next !== undefined; next = this.#steps.shift()) {
      now = next.at;
      next.step(now);
    }
    return now;
  }
}

/**
 * Simulates a race, event by event. A writer takes the tail it knows of, or else reads it; its transaction is won when
 * nobody has taken the place when it arrives; a loser forgets the tail, pauses by chance, and reads it again.
 * @param chance a number in `[0, 1)`.
 */
export const simulateRace = (race: Race, chance: () => number): RaceResult => {
  const agenda = new Agenda();
  const tails = Array.from({ length: race.lanes }, () => 0);
  const half = race.callMs / 2;
  let attempts = 0;

  const place = (known: Map<number, number>, lane: number, tries: number, now: number, done: Step): void => {
    const position = known.get(lane);
    if (position === undefined) {
      agenda.add(now + half, () => known.set(lane, tails[lane] ?? 0));
      agenda.add(now + race.callMs, (later) => place(known, lane, tries, later, done));
      return;
    }
    attempts++;
    agenda.add(now + half, (arrival) => {
      const isWon = tails[lane] === position;
      if (isWon) tails[lane] = position + 1;
      agenda.add(arrival + half, (later) => {
        if (isWon) {
          known.set(lane, position + 1);
          done(later);
          return;
        }
        known.delete(lane);
        const bound = Math.min(race.firstPauseMs * 2 ** Math.min(tries, DOUBLINGS), race.longestPauseMs);
        agenda.add(later + chance() * bound, (after) => place(known, lane, tries + 1, after, done));
      });
    });
  };

  const send = (known: Map<number, number>, left: number, now: number): void => {
    if (left === 0) return;
    const lane = Math.floor(chance() * race.lanes);
    place(known, lane, 1, now, (end) => agenda.add(end + race.betweenMs, (later) => send(known, left - 1, later)));
  };

  for (let writer = 0; writer < race.writers; writer++) send(new Map(), race.batches, 0);
  const milliseconds = agenda.run();
  const all = race.writers * race.batches;
  return { batchesPerSecond: (all / milliseconds) * 1_000, attempts: attempts / all };
};
