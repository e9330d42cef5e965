import { retryAfterMs } from "./backoff.ts";

/** An event that the server would not count, by its place in the batch. */
export interface RefusedAt {
  readonly index: number;
  readonly code: string;
  readonly detail: string;
}

/** What the server says of a batch that parses. */
export interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refusedCount: number;
  readonly refused: readonly RefusedAt[];
  readonly replayed: boolean;
}

/** What is to be done after a try. */
export type Verdict =
  | { readonly to: "rest"; readonly answer: Answer }
  | {
      readonly to: "try-again";
      readonly detail: string;
      readonly status?: number;
      readonly waitMs?: number | undefined;
      /** Nobody can say whether the batch was counted. */
      readonly isUncertain: boolean;
    }
  /** Nothing of it was counted: the numbers don't follow on what the server has. */
  | { readonly to: "renumber"; readonly detail: string; readonly status: number }
  | { readonly to: "split"; readonly detail: string; readonly status: number }
  | { readonly to: "lose"; readonly detail: string; readonly status: number };

/** What came of a try that brought no answer to rest on. */
export type Setback = Exclude<Verdict, { readonly to: "rest" }>;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isRefusal = (value: unknown): value is RefusedAt => {
  const { index, code, detail } = Object(value) as Partial<Record<keyof RefusedAt, unknown>>;
  return isCount(index) && typeof code === "string" && typeof detail === "string";
};

const answerIn = (body: Readonly<Record<string, unknown>>, events: number): Answer | undefined => {
  const { accepted, duplicates, refusedCount, refused, replayed } = body;
  if (!isCount(accepted) || !isCount(duplicates) || !isCount(refusedCount)) return undefined;
  if (!Array.isArray(refused) || !refused.every(isRefusal)) return undefined;
  if (accepted + duplicates + refusedCount !== events) return undefined;
  return { accepted, duplicates, refusedCount, refused, replayed: replayed === true };
};

const bodyOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** 408 and 425 ask for another try by definition; 429 and all of 5xx pass. */
const passes = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

/** An answer as it came. */
export interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/**
 * Reads the answer to a batch of so many events. 413 is split, a gap in the numbers (409) mended; another 4xx stays
 * what it is, and so does a 3xx: a credential is not carried elsewhere.
 */
export const verdictOf = ({ status, retryAfter, text }: Reply, events: number, now: number): Verdict => {
  const body = bodyOf(text);
  const told = typeof body["detail"] === "string" ? `: ${body["detail"]}` : "";
  const detail = `the server answered ${status}${told}`;
  if (status === 200) {
    const answer = answerIn(body, events);
    if (answer !== undefined) return { to: "rest", answer };
    // Something between here and there may have answered in its place, or cut its words off.
    return { to: "try-again", detail: `${detail}, but not as Tidemark does`, status, isUncertain: true };
  }
  // A 429 is decided before anything is counted; behind a 5xx may be anything.
  if (passes(status))
    return {
      to: "try-again",
      detail,
      status,
      waitMs: retryAfterMs(retryAfter, now),
      isUncertain: status >= 500 || status === 408,
    };
  if (status === 413) return { to: "split", detail, status };
  if (status === 409 && body["type"] === "/problems/sequence-gap") return { to: "renumber", detail, status };
  return { to: "lose", detail, status };
};
