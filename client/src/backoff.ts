/** A server that asks for more is asked after an hour all the same; timers can't hold much longer, either. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * What a `retry-after` asks for, in milliseconds: seconds or a date (RFC 9110, section 10.2.3), an hour at most;
 * undefined when it is missing or neither.
 */
export const retryAfterMs = (header: string | null, now: number): number | undefined => {
  const text = header?.trim() ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : text === "" ? NaN : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
};

/**
 * How long to wait after so many failed tries, in milliseconds: any part of a bound that doubles («full jitter»), so
 * that many senders don't come back at once; on top of what the server asked for.
 */
export const backoffMs = (
  failures: number,
  { firstMs, limitMs, random }: { readonly firstMs: number; readonly limitMs: number; readonly random: () => number },
  askedForMs = 0,
): number => askedForMs + Math.floor(random() * Math.min(limitMs, firstMs * 2 ** Math.min(failures - 1, 40)));
