import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../cli/tidemark.mjs", import.meta.url));

/** How a run of the command ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run of the command finds around it; nothing of this process's own environment but what Node needs. */
export interface Around {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Lets it write nothing to any file, as on a full disk. */
  readonly isFull?: boolean;
}

/** Runs `tidemark` as a process of its own. */
export const runCommand = async (args: readonly string[], { cwd, env, isFull = false }: Around): Promise<Ran> => {
  const limit = isFull ? "ulimit -f 0; " : "";
  const child = spawn("/bin/sh", ["-c", `${limit}exec "$@"`, "sh", process.execPath, COMMAND, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: code as number, stdout, stderr };
};

const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

/** The arguments of each `npm run -s tidemark -- …` in a text, as a shell would cut them. */
export const commandsIn = (told: string): readonly (readonly string[])[] =>
  [...told.matchAll(/^ *npm run -s tidemark -- (.+)$/gm)].map(([, line = ""]) => wordsOf(line));

/** The arguments of the example that a help text ends with, as a shell would cut them. */
export const exampleIn = (help: string): readonly string[] => {
  const line = /Example:\n {2}tidemark (.+)\n/.exec(help)?.[1];
  if (line === undefined) throw new Error(`there is no example in ${help}`);
  return wordsOf(line);
};
