/** Counts calls across processes, in windows of time. */
export interface Calls {
  /**
   * Counts a call of a subject, or several, in the window that starts at `window` and lasts `windowMs` (milliseconds since
   * 1970 UTC).
   * @returns how many were counted in it, these too.
   */
  count(subject: string, window: number, windowMs: number, calls?: number): Promise<number>;
  /** @returns how many were counted in a window so far. */
  counted(subject: string, window: number): Promise<number>;
  /** Takes one counted call back; nothing happens when none was counted. */
  discount(subject: string, window: number): Promise<void>;
}
