import { Command, Help } from "commander";

type Add = (program: Command) => void;

/** What adds each command, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  "deploy-info": async () => (await import("./commands/deploy-info.ts")).addDeployInfo,
  operator: async () => (await import("./commands/operator.ts")).addOperator,
  workspace: async () => (await import("./commands/workspace.ts")).addWorkspace,
  import: async () => (await import("./commands/import.ts")).addImport,
  query: async () => (await import("./commands/query.ts")).addQuery,
  history: async () => (await import("./commands/history.ts")).addHistory,
  verify: async () => (await import("./commands/verify.ts")).addVerify,
  cost: async () => (await import("./commands/cost.ts")).addCost,
  doctor: async () => (await import("./commands/doctor.ts")).addDoctor,
  close: async () => (await import("./commands/close.ts")).addClose,
  forget: async () => (await import("./commands/forget.ts")).addForget,
  backup: async () => (await import("./commands/backup.ts")).addBackup,
  restore: async () => (await import("./commands/restore.ts")).addRestore,
  report: async () => (await import("./commands/report.ts")).addReport,
  channel: async () => (await import("./commands/channel.ts")).addChannel,
  license: async () => (await import("./commands/license.ts")).addLicense,
  key: async () => (await import("./commands/key.ts")).addKey,
  source: async () => (await import("./commands/source.ts")).addSource,
  alert: async () => (await import("./commands/alert.ts")).addAlert,
  token: async () => (await import("./commands/token.ts")).addToken,
  user: async () => (await import("./commands/user.ts")).addUser,
  audit: async () => (await import("./commands/audit.ts")).addAudit,
  refresh: async () => (await import("./commands/refresh.ts")).addRefresh,
  export: async () => (await import("./commands/export.ts")).addExport,
};

/**
 * The operator's command, with the one command that is asked for; for anything else with all of them, which help and a
 * slip of the pen need. It throws commander's errors and never ends the process.
 */
export const programFor = async (asked = ""): Promise<Command> => {
  const program = new Command("tidemark")
    .description("Exact, hourly statistics of chat workspaces: the operator's command.")
    .exitOverride()
    // `--help` is above the list; a line that says the same would push it off the screen.
    .configureHelp({
      visibleCommands: (command) => new Help().visibleCommands(command).filter((one) => one.name() !== "help"),
    })
    .addHelpText("after", "\nExample:\n  tidemark import lean-zulip 2024.tsv.gz --workspace lean");
  const one = Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined;
  const adds = await Promise.all((one === undefined ? Object.values(COMMANDS) : [one]).map((load) => load()));
  for (const add of adds) add(program);
  return program;
};
