import { CommanderError } from "commander";
import { Failure } from "../functions/core/failure.ts";
import { errorOf } from "../functions/core/thrown.ts";
import { ApiFailure, Unreachable } from "../local/import/api.ts";
import { Mishap } from "../local/mishap.ts";
import { FAILED, MISUSED } from "./exit-codes.ts";
import { Misuse } from "./misuse.ts";
import { programFor } from "./program.ts";

/** How a command that did not succeed ends; what its user can mend is told without a stack. */
const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
  const isPlain = [Misuse, Mishap, Failure, ApiFailure, Unreachable].some((kind) => error instanceof kind);
  process.stderr.write(`${isPlain ? errorOf(error).message : (errorOf(error).stack ?? String(error))}\n`);
  return error instanceof Misuse ? MISUSED : FAILED;
};

try {
  const program = await programFor(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
