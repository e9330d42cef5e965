/** The runtime's clock, which may start elsewhere than the machine's and be moved forward in a drill. */
export interface LocalClock {
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Moves it forward; it then runs on. */
  readonly advance: (milliseconds: number) => void;
}

/** A clock that runs from `startsAt` on; without it, the machine's own. */
export const localClock = (startsAt?: number): LocalClock => {
  let offset = startsAt === undefined ? 0 : startsAt - Date.now();
  return {
    now: () => Date.now() + offset,
    advance: (milliseconds) => {
      offset += milliseconds;
    },
  };
};
