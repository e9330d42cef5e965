import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LocalCredentials } from "../../local/credentials-file.ts";

/** The local runtime as its users start it: a process of its own. */
export interface RuntimeProcess {
  readonly baseUrl: string;
  readonly credentials: LocalCredentials;
  /** Everything it printed until it was ready. */
  readonly words: string;
  /** SIGKILL, nothing said; with its engine or without. */
  readonly kill: (withEngine: boolean) => Promise<void>;
  /** Ctrl-C; resolves to the exit code. */
  readonly stop: () => Promise<number | null>;
}

const START = fileURLToPath(new URL("../../local/start.mjs", import.meta.url));
const READY = /^Tidemark is ready on (http:\S+)$/m;

/** Starts the runtime on a data folder and waits until it says that it is ready. */
export const startProcess = async (dataFolder: string, ...options: string[]): Promise<RuntimeProcess> => {
  const child: ChildProcess = spawn(process.execPath, [START, "--data", dataFolder, "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const reap = (): void => void child.kill("SIGKILL");
  process.once("exit", reap);
  const exited = once(child, "exit").finally(() => process.off("exit", reap));
  let words = "";
  const ready = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        words += chunk.toString();
        const url = READY.exec(words)?.[1];
        if (url !== undefined) resolve(url);
      });
    exited.then(
      () => reject(new Error(`the runtime ended: ${words}`)),
      (error: unknown) => reject(error as Error),
    );
  });
  const baseUrl = await ready;
  const credentials = JSON.parse(await readFile(join(dataFolder, "credentials.json"), "utf8")) as LocalCredentials;
  return {
    baseUrl,
    credentials,
    words,
    kill: async (withEngine) => {
      const { pid } = JSON.parse(await readFile(join(dataFolder, "engine.pid"), "utf8")) as { pid: number };
      child.kill("SIGKILL");
      if (withEngine) process.kill(pid, "SIGKILL");
      await exited;
    },
    stop: async () => {
      child.kill("SIGINT");
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
};
