import { type FileHandle, open, rm } from "node:fs/promises";
import { codeOf, errorOf } from "../functions/core/thrown.ts";
import { Mishap } from "../local/mishap.ts";

/** Secrets that were made, and how to speak of them. */
export interface Handover<Secrets> {
  /** A new file for them, for its owner only; standard output without one. */
  readonly out: string | undefined;
  readonly json: boolean;
  readonly make: () => Promise<Secrets>;
  /** What was done, in a line. */
  readonly done: string;
  /** What to do next; tells no secret. */
  readonly next: (secrets: Secrets) => string;
  /** What may be told with `--json` when the secrets lie in a file. */
  readonly harmless: (secrets: Secrets) => object;
}

/** What was made without the secret in it. */
export const without = <T extends object>(made: T, secret: keyof T): object =>
  Object.fromEntries(Object.entries(made).filter(([name]) => name !== secret));

const openNew = async (path: string): Promise<FileHandle> => {
  try {
    // Not over another file: it may hold the only copy of other secrets.
    return await open(path, "wx", 0o600);
  } catch (error) {
    const isThere = codeOf(error) === "EEXIST";
    throw new Mishap(
      isThere ? `${path} is there already: name a new file.` : `${path} can't be written: ${errorOf(error).message}`,
      { cause: error },
    );
  }
};

const pretty = (secrets: object): string => `${JSON.stringify(secrets, null, 2)}\n`;

/**
 * Makes secrets and hands them over, once. The file is opened first, so that nothing is made that can't be kept.
 * @throws Mishap, and what `make` throws; then no file is left.
 */
export const handOver = async <Secrets extends object>(how: Handover<Secrets>): Promise<void> => {
  const { out, json, done } = how;
  if (out === undefined) {
    const secrets = await how.make();
    const words = `${done} Its secrets are shown this once:\n\n${pretty(secrets)}\n${how.next(secrets)}`;
    process.stdout.write(json ? `${JSON.stringify(secrets)}\n` : words);
    return;
  }
  const file = await openNew(out);
  let secrets: Secrets;
  try {
    secrets = await how.make();
  } catch (error) {
    await file.close();
    await rm(out, { force: true });
    throw error;
  }
  try {
    await file.writeFile(pretty(secrets));
    await file.sync();
  } catch (error) {
    // They exist now and nowhere else.
    process.stdout.write(pretty(secrets));
    await rm(out, { force: true });
    throw new Mishap(`${out} could not be written (${errorOf(error).message}); the secrets are on standard output.`, {
      cause: error,
    });
  } finally {
    await file.close();
  }
  const words = `${done} Its secrets are in ${out}, for you alone and nowhere else.\n\n${how.next(secrets)}`;
  process.stdout.write(json ? `${JSON.stringify({ ...how.harmless(secrets), out })}\n` : words);
};
