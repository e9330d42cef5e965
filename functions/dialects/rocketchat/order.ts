/** Fields to sort by, most important first; dots nest. 1 is ascending, -1 descending. */
export type SortKeys = readonly (readonly [field: string, direction: 1 | -1])[];

/** The value at a path; undefined where there is none. */
const at = (record: unknown, path: string): unknown => {
  let value = record;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
};

/** What a record is sorted by. */
export const sortKeyOf = (record: object, keys: SortKeys): readonly unknown[] =>
  keys.map(([field]) => at(record, field));

/** The place of a value's type in MongoDB's order (manual, «Comparison/Sort Order»), of those that JSON has. */
const rankOf = (value: unknown): number => {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) return 4;
  return { number: 1, string: 2, object: 3, boolean: 5 }[typeof value as string] ?? 0;
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

const compareValues = (a: unknown, b: unknown): number => {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [textOf(a ?? null), textOf(b ?? null)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Compares what two records are sorted by. */
export const compareBy =
  (keys: SortKeys) =>
  (a: readonly unknown[], b: readonly unknown[]): number => {
    for (const [index, [, direction]] of keys.entries()) {
      const difference = compareValues(a[index], b[index]);
      if (difference !== 0) return difference * direction;
    }
    return 0;
  };
