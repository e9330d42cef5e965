/** Numbers, sizes and ages as the reader's own language writes them. */

/** What is not known is told apart from nothing. */
export const UNKNOWN = "–";

const isLocale = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
};

/** The reader's language; some systems name one that is none. */
export const LOCALE = navigator.languages.find(isLocale) ?? "en";

const whole = new Intl.NumberFormat(LOCALE);
const few = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});
const ago = new Intl.RelativeTimeFormat(LOCALE, { numeric: "always", style: "short" });

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

/** A whole number; unknown for null. */
export const count = (value: unknown): string => (typeof value === "number" ? whole.format(value) : UNKNOWN);
/** A number with one digit after the point at most. */
export const rough = (value: number): string => few.format(value);
/** A number short enough for an axis or a cell. */
export const brief = (value: number): string => compact.format(value);
/** A share as a change: with its sign. */
export const change = (share: number): string => percent.format(share);

const ofAll = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });
/** A part of a whole. */
export const share = (part: number): string => ofAll.format(part);

/** A size, in units of a thousand. */
export const bytes = (value: unknown): string => {
  if (typeof value !== "number") return UNKNOWN;
  let amount = value;
  let at = 0;
  for (; Math.abs(amount) >= 1_000 && at < UNITS.length - 1; at++) amount /= 1_000;
  return new Intl.NumberFormat(LOCALE, {
    style: "unit",
    unit: UNITS[at] ?? "byte",
    // The short form of bytes has no plural.
    unitDisplay: at === 0 ? "long" : "short",
    maximumFractionDigits: 1,
  }).format(amount);
};

/** A value in its statistic's unit. */
export const valueIn = (unit: string, value: Amountish): string => (unit === "bytes" ? bytes(value) : count(value));
type Amountish = number | null | undefined;

/** A value as it stands on the page; a dash where it is not known. */
export const text = (value: unknown): string =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : UNKNOWN;

/** How long ago an instant is, in the largest unit that fits. */
export const age = (then: number, now: number): string => {
  const seconds = Math.max(Math.round((now - then) / 1_000), 0);
  if (seconds < 60) return ago.format(-seconds, "second");
  if (seconds < 3_600) return ago.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return ago.format(-Math.floor(seconds / 3_600), "hour");
  return ago.format(-Math.floor(seconds / 86_400), "day");
};

const STATES: Readonly<Record<string, string>> = {
  open: "Still open",
  complete: "Complete",
  imported: "Imported",
  restated: "Restated after late events",
  partial: "Partial",
  missing: "Missing",
  failed: "Failed",
};

/** How an hour was observed, in a word. */
export const stateOf = (status: string): string => STATES[status] ?? status;

const REASONS: Readonly<Record<string, string>> = {
  "reporters-silent": "the chat server was not heard, although it was in the day before",
  started: "the workspace began within it",
  "not-observed": "nobody observed it",
  restored: "what was known of it was lost, and the history restored from the archive",
  "not-archived": "its document was lost with its archive",
  "directory-lost": "how many users or rooms there were is not known since the history was restored",
  "not-reported": "the chat server reported nothing of it",
  paused: "the workspace was paused",
  "closing-failed": "it could not be closed; it is tried again",
  "booked-late": "events came after it had closed",
  "upstream-inconsistent": "the numbers of the chat server contradict each other",
  misaligned: "what the server told is of another hour by more than five minutes",
  "clock-conflict": "the server's clocks disagree",
  "upstream-unauthorized": "the server does not know the credential",
  "upstream-forbidden": "the credential may not read the server's statistics",
  "upstream-throttled": "the server was asked too often",
  "upstream-failed": "the server answered with an error",
  "upstream-unreadable": "the server's answer could not be read",
  "upstream-wrong-window": "the server told of another hour",
  "upstream-stale": "the server's latest record is too old",
  "upstream-timeout": "the server did not answer in time",
  "upstream-unreachable": "the server could not be reached",
  "upstream-cut-off": "the server's answer broke off",
  "upstream-too-large": "the server's answer was too large",
  "upstream-redirected": "the server sent us elsewhere",
  "upstream-not-public": "the server is at a private address",
  "upstream-not-secret": "the server is not asked by https",
  "upstream-certificate": "the server's certificate is not valid",
  "credential-missing": "no credential is kept for the server",
  "not-asked": "nobody was there to ask the server",
  "was-missing": "the hour was missed at first",
  "filled-in": "its server could tell some numbers later",
};

/** Why an hour is not whole, in words. */
export const reasonOf = (reason: string): string => REASONS[reason] ?? reason.replaceAll("-", " ");
