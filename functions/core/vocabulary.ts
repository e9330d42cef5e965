/** Whether a text is one of a closed list of words. */
export const isOneOf = <T extends string>(words: readonly T[], text: unknown): text is T =>
  words.some((word) => word === text);

/** The names of a record whose names are all in its type, in their order. */
export const namesOf = <K extends string>(record: Readonly<Partial<Record<K, unknown>>>): readonly K[] =>
  // Object.keys promises only strings, as an object may have more than its type says.
  Object.keys(record) as K[];
