import { invalidJson, type JsonParameter } from "./refusal.ts";

/** The text of a parameter; one that is given several times is as if its texts stood in a list. */
const rawOf = (query: URLSearchParams, name: string): string => query.getAll(name).join(",");

/** A parameter that is a JSON object: its text, and what is in it; undefined when it is left out or empty. */
const objectIn = (
  query: URLSearchParams,
  parameter: JsonParameter,
): { readonly raw: string; readonly entries: readonly (readonly [string, unknown])[] } | undefined => {
  const raw = rawOf(query, parameter);
  if (raw === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    throw invalidJson(parameter, raw);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidJson(parameter, raw);
  return { raw, entries: Object.entries(value) };
};

/**
 * The entries of a JSON parameter whose values are all among a few numbers.
 * @throws Failure `parameter.invalid` in upstream's words.
 */
export const numbersIn = <Value extends number>(
  query: URLSearchParams,
  parameter: JsonParameter,
  allowed: readonly Value[],
): readonly (readonly [field: string, value: Value])[] => {
  const { raw = "", entries = [] } = objectIn(query, parameter) ?? {};
  return entries.map(([field, value]) => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw invalidJson(parameter, raw);
    return [field, found];
  });
};

/**
 * Refuses a filter: upstream has given it up, and passing over it would answer something else than was asked.
 * @throws Failure `parameter.invalid` for anything but an empty object.
 */
export const mustNotFilter = (query: URLSearchParams): void => {
  const filter = objectIn(query, "query");
  if (filter !== undefined && filter.entries.length > 0) throw invalidJson("query", filter.raw);
};
