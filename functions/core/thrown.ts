/** What was thrown, as an error: anything else that can be thrown is put into words. */
export const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** The code that Node gives to a failed call of the system (`ENOENT`); undefined where it gives none. */
export const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;

/** The code of what was thrown, else its name: what may be told of it without its own words, which may name people. */
export const kindOf = (thrown: unknown): string => codeOf(thrown) ?? errorOf(thrown).name;

/** Whether a call failed because there is no such file or folder. */
export const isAbsent = (thrown: unknown): boolean => codeOf(thrown) === "ENOENT";
