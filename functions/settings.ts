import * as z from "zod/mini";
import { ENV } from "./contract.ts";

/** What a deployed function is told. */
export interface Settings {
  readonly table: string;
  readonly archiveBucket: string;
  /** Seconds after an hour's end at which the schedule closes it. */
  readonly graceSeconds: number;
  /** Seconds between two refreshes of a workspace. */
  readonly refreshCooldownSeconds: number;
}

const name = z.string("is not set").check(z.minLength(1, "is empty"));

const seconds = (standard: number, most: number) => {
  const told = `is not a whole number of seconds from 0 to ${most}`;
  const isWithin = (text: string) => /^\d{1,6}$/.test(text) && Number(text) <= most;
  return z.pipe(
    z.optional(z.string().check(z.refine(isWithin, told))),
    z.transform((text) => (text === undefined ? standard : Number(text))),
  );
};

/** The grace has to end within the hour that follows. */
const environment = z.object({
  [ENV.table]: name,
  [ENV.archiveBucket]: name,
  [ENV.graceSeconds]: seconds(180, 3_599),
  [ENV.refreshCooldownSeconds]: seconds(5, 3_600),
});

/**
 * Reads the settings; nothing else reads the environment.
 * @throws an Error that names everything that is wrong at once. Values are not repeated.
 */
export const readSettings = (env: Readonly<Record<string, string | undefined>> = process.env): Settings => {
  const result = z.safeParse(environment, env);
  if (!result.success) {
    const told = result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw new Error(`These settings are wrong: ${told.join("; ")}.`);
  }
  return {
    table: result.data[ENV.table],
    archiveBucket: result.data[ENV.archiveBucket],
    graceSeconds: result.data[ENV.graceSeconds],
    refreshCooldownSeconds: result.data[ENV.refreshCooldownSeconds],
  };
};
