/** Fields to take or to leave out, as a tree: dots nest, and `true` is a whole branch. */
export interface Projection {
  readonly isInclusion: boolean;
  readonly tree: Tree;
}
type Tree = Map<string, Tree | true>;

const add = (tree: Tree, path: string): void => {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  let at = tree;
  for (const part of parts) {
    const known = at.get(part);
    if (known === true) return;
    const inner: Tree = known ?? new Map();
    at.set(part, inner);
    at = inner;
  }
  at.set(last, true);
};

/**
 * A projection as MongoDB words it (manual, «Project Fields to Return»): with any 1 the fields named and `_id`, unless
 * that is 0; otherwise all but the fields named. Beside an inclusion upstream drops exclusions, and so does this.
 * @returns undefined for all fields.
 */
export const projectionOf = (fields: readonly (readonly [string, 0 | 1])[]): Projection | undefined => {
  if (fields.length === 0) return undefined;
  const isInclusion = fields.some(([, value]) => value === 1);
  const isWithoutId = fields.some(([name, value]) => name === "_id" && value === 0);
  const tree: Tree = new Map();
  for (const [name, value] of fields) if ((value === 1) === isInclusion) add(tree, name);
  if (isInclusion && !isWithoutId) add(tree, "_id");
  return { isInclusion, tree };
};

/** What is left of a record; in lists each element is projected. */
export const project = (value: unknown, { isInclusion, tree }: Projection): unknown => {
  if (Array.isArray(value)) {
    const kept = isInclusion ? value.filter((element) => typeof element === "object" && element !== null) : value;
    return kept.map((element) => project(element, { isInclusion, tree }));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]): [string, unknown][] => {
      const branch = tree.get(name);
      if (branch === undefined) return isInclusion ? [] : [[name, inner]];
      if (branch === true) return isInclusion ? [[name, inner]] : [];
      const isLeaf = typeof inner !== "object" || inner === null;
      if (isLeaf) return isInclusion ? [] : [[name, inner]];
      return [[name, project(inner, { isInclusion, tree: branch })]];
    }),
  );
};
