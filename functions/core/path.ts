import { isFields } from "./fields.ts";

/** The value at a path, whose names have dots between them; undefined where there is none. */
export const valueAt = (tree: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((at, name) => (isFields(at) ? at[name] : undefined), tree);

/** Puts a value at a path, whose names have dots between them; what is lacking on the way there is made. */
export const nest = (tree: Record<string, unknown>, path: string, value: unknown): void => {
  const names = path.split(".");
  const last = names.pop() ?? path;
  let at = tree;
  for (const name of names) at = (at[name] ??= {}) as Record<string, unknown>;
  at[last] = value;
};
