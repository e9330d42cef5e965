/**
 * A set of minutes of an hour (0–59), as two masks of 30 bits, because JavaScript's bit operations end at 32.
 */
export interface Minutes {
  low: number;
  high: number;
}

const HALF = 30;

/** Notes a minute, 0 to 59, in place. */
export const addMinute = (minutes: Minutes, minute: number): void => {
  if (minute < HALF) minutes.low |= 1 << minute;
  else minutes.high |= 1 << (minute - HALF);
};

/** Adds every minute of `other`. */
export const addMinutes = (minutes: Minutes, other: Readonly<Minutes>): void => {
  minutes.low |= other.low;
  minutes.high |= other.high;
};

/** The minutes `[from, to)` of an hour; bounds may lie outside of it. */
export const minutesBetween = (from: number, to: number): Minutes => {
  const minutes = { low: 0, high: 0 };
  for (let minute = Math.max(from, 0); minute < Math.min(to, 60); minute++) addMinute(minutes, minute);
  return minutes;
};

/** Whether both hold some minute. */
export const meet = (a: Readonly<Minutes>, b: Readonly<Minutes>): boolean =>
  (a.low & b.low) !== 0 || (a.high & b.high) !== 0;

const bits = (mask: number): number => {
  let left = mask;
  let found = 0;
  while (left !== 0) {
    left &= left - 1;
    found++;
  }
  return found;
};

/** How many minutes the set holds. */
export const countMinutes = (minutes: Readonly<Minutes>): number => bits(minutes.low) + bits(minutes.high);

/** The minutes of a set, in order. */
export const listMinutes = ({ low, high }: Readonly<Minutes>): number[] => {
  const minutes: number[] = [];
  for (let minute = 0; minute < HALF; minute++) if (low & (1 << minute)) minutes.push(minute);
  for (let minute = 0; minute < HALF; minute++) if (high & (1 << minute)) minutes.push(minute + HALF);
  return minutes;
};

/** The set of listed minutes. */
export const minutesOfList = (list: readonly number[]): Minutes => {
  const minutes = { low: 0, high: 0 };
  for (const minute of list) addMinute(minutes, minute);
  return minutes;
};
