import { Failure } from "./failure.ts";
import type { HourReport } from "./hour-report.ts";
import type { PollReason } from "./upstream.ts";

/** Deeper than any answer of a chat server. */
const DEEPEST = 32;

/** A parsed answer without anything in which a server repeats what it was asked with. */
export const withoutSecret = (value: unknown, secret: string, depth = 0): unknown => {
  if (typeof value === "string") return value.includes(secret) ? null : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEEPEST) return null;
  if (Array.isArray(value)) return value.map((one) => withoutSecret(one, secret, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.includes(secret))
      .map(([name, one]) => [name, withoutSecret(one, secret, depth + 1)]),
  );
};

/** An answer's JSON; undefined when it is none. */
export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const SECOND_MS = 1_000;
const LONGEST_MS = 3_600_000;

/** How long a `Retry-After` of seconds or of a date asks to wait, milliseconds; 0 when it can't be read. */
export const retryAfterMs = (header: string | undefined, now: number): number => {
  const wait = /^\d{1,9}$/.test(header ?? "") ? Number(header) * SECOND_MS : Date.parse(header ?? "") - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_MS) : 0;
};

/** A report, or by its own words why an answer is none. */
export const reportOr = (
  parse: () => HourReport,
): { readonly report: HourReport } | { readonly reason: PollReason; readonly why: string } => {
  try {
    return { report: parse() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const isWindow = error.details["field"] === "The window";
    return { reason: isWindow ? "upstream-wrong-window" : "upstream-unreadable", why: error.message };
  }
};
