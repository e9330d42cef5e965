import { Command, CommanderError } from "commander";
import { Failure } from "../functions/core/failure.ts";
import { ApiFailure, Unreachable } from "../local/import/api.ts";
import { Mishap } from "../local/mishap.ts";
import { addClose } from "./commands/close.ts";
import { addDeployInfo } from "./commands/deploy-info.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addExport } from "./commands/export.ts";
import { addImport } from "./commands/import.ts";
import { addKey } from "./commands/key.ts";
import { addLicense } from "./commands/license.ts";
import { addOperator } from "./commands/operator.ts";
import { addRefresh } from "./commands/refresh.ts";
import { addSource } from "./commands/source.ts";
import { addToken } from "./commands/token.ts";
import { addUser } from "./commands/user.ts";
import { addVerify } from "./commands/verify.ts";
import { addWorkspace } from "./commands/workspace.ts";
import { FAILED, MISUSED } from "./exit-codes.ts";
import { Misuse } from "./misuse.ts";

const program = new Command("tidemark")
  .description("Exact, hourly statistics of chat workspaces: the operator's command.")
  .exitOverride()
  .addHelpText("after", "\nExample:\n  tidemark import lean-zulip 2024.tsv.gz --workspace lean");
addDeployInfo(program);
addOperator(program);
addWorkspace(program);
addImport(program);
addVerify(program);
addDoctor(program);
addClose(program);
addLicense(program);
addKey(program);
addSource(program);
addToken(program);
addUser(program);
addRefresh(program);
addExport(program);

/** How a command that did not succeed ends; what its user can mend is told without a stack. */
const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
  const isPlain = [Misuse, Mishap, Failure, ApiFailure, Unreachable].some((kind) => error instanceof kind);
  process.stderr.write(`${isPlain ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  return error instanceof Misuse ? MISUSED : FAILED;
};

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
