/** Smallest, middle and largest of several measurements. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The middle one; of an even number the mean of the two middle ones. NaN of none. */
export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

/** The arithmetic mean; NaN of none. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Median and extremes. */
export const spreadOf = (values: readonly number[]): Spread => ({
  min: Math.min(...values),
  median: medianOf(values),
  max: Math.max(...values),
});

/** Milliseconds that something takes. */
export const timed = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  const pending = work();
  // Waiting for what is no promise would measure the event loop.
  if (pending instanceof Promise) await pending;
  return performance.now() - start;
};

/** What one side took, round by round, and the other. */
export interface Duel {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/**
 * Times two sides by turns, so that whatever else the machine does meets both; who begins changes every round.
 * Rounds of the warm-up are not kept.
 */
export const duel = async (
  sides: { readonly ours: (round: number) => unknown; readonly theirs: (round: number) => unknown },
  { warmUp, rounds }: { readonly warmUp: number; readonly rounds: number },
): Promise<Duel> => {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const isOursFirst = round % 2 === 0;
    const first = await timed(() => (isOursFirst ? sides.ours(round) : sides.theirs(round)));
    const second = await timed(() => (isOursFirst ? sides.theirs(round) : sides.ours(round)));
    if (round < warmUp) continue;
    ours.push(isOursFirst ? first : second);
    theirs.push(isOursFirst ? second : first);
  }
  return { ours, theirs };
};

/** Does jobs, so many at once; a job that fails ends it all. */
export const inFlight = async (many: number, jobs: readonly (() => Promise<unknown>)[]): Promise<void> => {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) await job();
  };
  await Promise.all(Array.from({ length: many }, work));
};
