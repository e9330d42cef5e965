import { Command, CommanderError } from "commander";
import { Failure } from "../functions/core/failure.ts";
import { ApiFailure, Unreachable } from "../local/import/api.ts";
import { Mishap } from "../local/mishap.ts";
import { FAILED, MISUSED } from "./exit-codes.ts";
import { Misuse } from "./misuse.ts";

type Add = (program: Command) => void;

/** What adds each command, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  "deploy-info": async () => (await import("./commands/deploy-info.ts")).addDeployInfo,
  operator: async () => (await import("./commands/operator.ts")).addOperator,
  workspace: async () => (await import("./commands/workspace.ts")).addWorkspace,
  import: async () => (await import("./commands/import.ts")).addImport,
  verify: async () => (await import("./commands/verify.ts")).addVerify,
  doctor: async () => (await import("./commands/doctor.ts")).addDoctor,
  close: async () => (await import("./commands/close.ts")).addClose,
  forget: async () => (await import("./commands/forget.ts")).addForget,
  backup: async () => (await import("./commands/backup.ts")).addBackup,
  restore: async () => (await import("./commands/restore.ts")).addRestore,
  license: async () => (await import("./commands/license.ts")).addLicense,
  key: async () => (await import("./commands/key.ts")).addKey,
  source: async () => (await import("./commands/source.ts")).addSource,
  token: async () => (await import("./commands/token.ts")).addToken,
  user: async () => (await import("./commands/user.ts")).addUser,
  refresh: async () => (await import("./commands/refresh.ts")).addRefresh,
  export: async () => (await import("./commands/export.ts")).addExport,
};

/** Adds the command that is asked for; for anything else all of them, which help and a slip of the pen need. */
const addCommands = async (program: Command, asked = ""): Promise<void> => {
  const one = Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined;
  const adds = await Promise.all((one === undefined ? Object.values(COMMANDS) : [one]).map((load) => load()));
  for (const add of adds) add(program);
};

const program = new Command("tidemark")
  .description("Exact, hourly statistics of chat workspaces: the operator's command.")
  .exitOverride()
  .addHelpText("after", "\nExample:\n  tidemark import lean-zulip 2024.tsv.gz --workspace lean");

/** How a command that did not succeed ends; what its user can mend is told without a stack. */
const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
  const isPlain = [Misuse, Mishap, Failure, ApiFailure, Unreachable].some((kind) => error instanceof kind);
  process.stderr.write(`${isPlain ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  return error instanceof Misuse ? MISUSED : FAILED;
};

try {
  await addCommands(program, process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
