/** Functions by name, whatever they are given. */
type Functions<All> = { readonly [Name in keyof All]: (...given: never[]) => unknown };

/**
 * Functions that are loaded at the first call of one of them: a cold start waits for nothing that its first request may
 * not need. Each of them gives a promise, whatever it gave before.
 * @param names those that are wanted; a list that lacks one lacks it in its type, too.
 */
export const late = <All extends Functions<All>, const Name extends keyof All>(
  names: readonly Name[],
  load: () => Promise<All>,
): Pick<All, Name> => {
  let loading: Promise<All> | undefined;
  const lateOne =
    (name: Name) =>
    async (...given: never[]) =>
      (await (loading ??= load()))[name](...given);
  return Object.fromEntries(names.map((name) => [name, lateOne(name)])) as Pick<All, Name>;
};
