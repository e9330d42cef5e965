/**
 * A value in which the order of maps, sets and keys no longer shows, for comparing what is equal but was built up
 * differently.
 */
export const canonical = (value: unknown): unknown => {
  if (value instanceof Map) return [...value].map(([key, held]) => [key, canonical(held)]).toSorted(byText);
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, held]) => held !== undefined)
        .map(([key, held]) => [key, canonical(held)] as const)
        .toSorted(byText),
    );
  return value;
};

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
