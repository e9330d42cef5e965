/**
 * A set of minutes of an hour (0–59), as two masks of 30 bits, because JavaScript's bit operations end at 32.
 */
export interface Minutes {
  low: number;
  high: number;
}

const HALF = 30;

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

// One character a minute: short, and the same minutes in several columns compress to almost nothing.
const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX";

/** The character that stands for a minute in stored text. */
export const minuteCharacter = (minute: number): string => ALPHABET[minute] ?? "";
/** The minute of a character; -1 when it stands for none. */
export const minuteOfCharacter = (character: string): number => ALPHABET.indexOf(character);

/** A set of minutes as text, in order. */
export const minutesText = (minutes: Readonly<Minutes>): string => {
  let text = "";
  for (let minute = 0; minute < HALF; minute++) if (minutes.low & (1 << minute)) text += ALPHABET[minute];
  for (let minute = 0; minute < HALF; minute++) if (minutes.high & (1 << minute)) text += ALPHABET[minute + HALF];
  return text;
};

/** The set that a text of {@link minutesText} stands for. */
export const minutesOfText = (text: string): Minutes => {
  const minutes = { low: 0, high: 0 };
  for (const character of text) addMinute(minutes, minuteOfCharacter(character));
  return minutes;
};
