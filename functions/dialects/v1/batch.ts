import { Failure } from "../../core/failure.ts";

/** Most events of one request. */
export const EVENTS_AT_A_TIME = 10_000;

/** An event of a batch as it was parsed, or why its line could not be. */
export type Item = { readonly value: unknown } | { readonly unreadable: string };

const bounded = (items: readonly Item[]): readonly Item[] => {
  if (items.length <= EVENTS_AT_A_TIME) return items;
  throw new Failure(
    "batch.too-large",
    `The batch holds ${items.length} events, ${EVENTS_AT_A_TIME} are the most: send it in parts.`,
    {
      events: items.length,
      limit: EVENTS_AT_A_TIME,
    },
  );
};

/**
 * The events of a JSON batch (CloudEvents JSON batch format, section 4).
 * @throws Failure `batch.malformed`, `batch.too-large`.
 */
export const itemsOfArray = (parsed: unknown): readonly Item[] => {
  if (!Array.isArray(parsed))
    throw new Failure(
      "batch.malformed",
      "The body is no array: send an array of events, or one event per line as application/x-ndjson.",
    );
  return bounded(parsed.map((value: unknown) => ({ value })));
};

/**
 * The events of newline-delimited JSON; blank lines hold none. A bad line spoils only itself.
 * @throws Failure `batch.too-large`.
 */
export const itemsOfLines = (text: string): readonly Item[] => {
  const items: Item[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const json = line.trim();
    if (json === "") continue;
    try {
      items.push({ value: JSON.parse(json) });
    } catch {
      items.push({ unreadable: `line ${at + 1} is no JSON: give one event per line` });
    }
  }
  return bounded(items);
};

const PRINTABLE = /^[\x20-\x7e]{1,128}$/;

/**
 * The id of a batch: the idempotency-key, or else the hash of the body, so that a retry has the same id either way.
 * @throws Failure `parameter.invalid`.
 */
export const batchIdOf = (idempotencyKey: string | undefined, bodyHash: string): string => {
  if (idempotencyKey === undefined) return bodyHash;
  if (PRINTABLE.test(idempotencyKey)) return idempotencyKey;
  throw new Failure("parameter.invalid", "The idempotency-key is not 1 to 128 printable ASCII characters.", {
    parameter: "idempotency-key",
  });
};
