import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type LocalCredentials, readCredentials } from "../../local/credentials-file.ts";
import { describedFetch } from "./described.ts";

const START = fileURLToPath(new URL("../../local/start.mjs", import.meta.url));
const READY = /^Tidemark is ready on (http:\S+)$/m;
const PATIENCE_MS = 40_000;

/** How a process ended that was to end on its own. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The local runtime as a process of its own. */
export interface RunningRuntime {
  readonly pid: number;
  readonly baseUrl: string;
  readonly credentials: LocalCredentials;
  /** All that it printed. */
  readonly printed: () => string;
  /** From being started to being ready. */
  readonly readyMs: number;
  /** Sends a signal and waits for the end. */
  readonly end: (signal?: NodeJS.Signals) => Promise<Ended>;
  readonly ended: Promise<Ended>;
}

/** Addresses of runtimes in processes of their own. */
const started = new Set<string>();
/** What tests ask such a runtime, they ask by this: every answer is held against the description of the API. */
globalThis.fetch = describedFetch(globalThis.fetch, ({ origin }) => started.has(origin));

/** Data folders and runtimes of one test file; `close` leaves neither. */
export class Runtimes {
  readonly #folders: string[] = [];
  readonly #children = new Set<ChildProcess>();
  readonly #nodeOptions: readonly string[];

  /** @param nodeOptions what Node itself is started with, in all of them. */
  constructor(nodeOptions: readonly string[] = []) {
    this.#nodeOptions = nodeOptions;
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "tidemark-test-"));
    this.#folders.push(folder);
    return folder;
  }

  /** Runs `npm start` without npm; resolves when it ends. */
  run(folder: string, ...args: string[]): Promise<Ended> {
    return this.#spawn(folder, args).ended;
  }

  /** Starts it and kills it as soon as it has printed something, or some time after. */
  async runFor(folder: string, pattern: RegExp, afterMs: number, ...args: string[]): Promise<Ended> {
    const { child, ended, printed } = this.#spawn(folder, ["--port", "0", ...args]);
    while (!pattern.test(printed())) await once(child.stdout, "data", { signal: AbortSignal.timeout(PATIENCE_MS) });
    await setTimeout(afterMs);
    child.kill("SIGKILL");
    return ended;
  }

  /** Starts it and waits until it is ready. */
  async start(folder: string, ...args: string[]): Promise<RunningRuntime> {
    const began = performance.now();
    const { child, ended, printed } = this.#spawn(folder, ["--port", "0", ...args]);
    const baseUrl = await Promise.race([
      untilReady(child, printed),
      ended.then(({ code, stdout, stderr }) => {
        throw new Error(`the runtime ended with ${code}: ${stdout}${stderr}`);
      }),
    ]);
    const readyMs = performance.now() - began;
    started.add(baseUrl);
    const credentials = await readCredentials(folder);
    if (credentials === undefined || child.pid === undefined) throw new Error("the runtime left no credentials");
    return {
      pid: child.pid,
      baseUrl,
      credentials,
      printed,
      readyMs,
      ended,
      end: (signal = "SIGTERM") => {
        child.kill(signal);
        return ended;
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#children].map(async (child) => {
        child.kill("SIGTERM");
        if (child.exitCode === null && child.signalCode === null) await once(child, "close");
      }),
    );
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 5 })));
  }

  #spawn(folder: string, args: readonly string[]) {
    const child = spawn(process.execPath, [...this.#nodeOptions, START, "--data", folder, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Ended>((resolve) => {
      child.once("close", (code) => {
        this.#children.delete(child);
        resolve({ code, stdout, stderr });
      });
    });
    return { child, ended, printed: () => stdout };
  }
}

const untilReady = async (child: ChildProcess, printed: () => string): Promise<string> => {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const baseUrl = READY.exec(printed())?.[1];
    if (baseUrl !== undefined) return baseUrl;
    if (child.stdout === null) throw new Error("the runtime's output is not read");
    await once(child.stdout, "data", { signal });
  }
};
