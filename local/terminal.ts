/** Where a command tells what it does; `process.stdout` is one. */
export interface Output {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
}

/** Lines for good, and one line of progress that is written over. */
export interface Terminal {
  readonly line: (text?: string) => void;
  /** On a terminal the line is replaced; elsewhere a plain line comes now and then. */
  readonly progress: (text: string) => void;
}

const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5_000;
const CLEAR_LINE = "\r\u001b[K";

/** Tells things to an output, in the way that suits it. */
export const terminal = (out: Output): Terminal => {
  let isDirty = false;
  let told = out.isTTY === true ? 0 : Date.now();
  return {
    line: (text = "") => {
      out.write(`${isDirty ? CLEAR_LINE : ""}${text}\n`);
      isDirty = false;
    },
    progress: (text) => {
      const now = Date.now();
      if (now - told < (out.isTTY === true ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
      told = now;
      out.write(out.isTTY === true ? `${CLEAR_LINE}${text}` : `${text}\n`);
      isDirty = out.isTTY === true;
    },
  };
};

/** `12 s`, `3 min`. */
export const spell = (milliseconds: number): string => {
  const seconds = Math.max(Math.round(milliseconds / 1_000), 0);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
};

/** `19,876`. */
export const grouped = (count: number): string => Math.round(count).toLocaleString("en-GB");
