/** Operations by name, whatever they are given. */
type Operations<All> = { readonly [Name in keyof All]: (...asked: never[]) => unknown };

/**
 * Operations that are loaded, and made, at the first call of one of them: a cold start waits for nothing that its first
 * request may not need.
 */
export const lateOperations = <All extends Operations<All>>(
  names: readonly (keyof All)[],
  load: () => Promise<All>,
): All => {
  let loading: Promise<All> | undefined;
  const late =
    (name: keyof All) =>
    async (...asked: never[]) =>
      (await (loading ??= load()))[name](...asked);
  return Object.fromEntries(names.map((name) => [name, late(name)])) as All;
};
