import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { codeOf } from "../functions/core/thrown.ts";
import { Mishap } from "./mishap.ts";
import { writeWhole } from "./whole-file.ts";
import { freePort } from "./free-port.ts";

/** A running database engine. */
export interface Engine {
  readonly endpoint: string;
  /** What it is, for the one who asks. */
  readonly name: string;
  readonly version: string;
  readonly stop: () => Promise<void>;
}

const PORTS_TO_TRY = 5;
const PATIENCE_MS = 10_000;
const STOPPING_MS = 5_000;
const POLL_MS = 20;

const PACKAGE = `@dynoxide/${process.platform}-${process.arch}`;

/** The engine inside the npm package of this platform; undefined where there is none. */
const packaged = (): { readonly binary: string; readonly version: string } | undefined => {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require(`${PACKAGE}/package.json`) as { version: string };
    return { binary: require.resolve(`${PACKAGE}/dynoxide`), version };
  } catch {
    return undefined;
  }
};

const argumentsOf = async (pid: string): Promise<readonly string[]> => {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0");
  } catch {
    return [];
  }
};

/** Engines that serve a database file, whoever started them. */
const enginesOf = async (database: string): Promise<readonly number[]> => {
  const pids: number[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const [program = "", ...args] = await argumentsOf(entry);
    if (basename(program) === "dynoxide" && args[args.indexOf("--db-path") + 1] === database) pids.push(Number(entry));
  }
  return pids;
};

const sendSignal = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
};

/** Ends engines that a killed runtime left behind, and waits until they are gone. */
const endStrays = async (database: string): Promise<void> => {
  const giveUpAt = Date.now() + STOPPING_MS;
  for (;;) {
    const strays = await enginesOf(database);
    if (strays.length === 0) return;
    for (const pid of strays) sendSignal(pid, Date.now() < giveUpAt ? "SIGTERM" : "SIGKILL");
    await setTimeout(POLL_MS);
  }
};

/**
 * Ends the engine when this process ends in a way that runs no code of ours (SIGKILL, out of memory): its end of the
 * pipe then closes. In a group of its own, so that Ctrl-C in a terminal does not reach it.
 */
const guard = (engine: number): ChildProcess => {
  const child = spawn("/bin/sh", ["-c", 'read -r _; kill -TERM "$1"', "tidemark-guard", String(engine)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  child.unref();
  (child.stdin as Socket).unref();
  return child;
};

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
}

/** Resolves when the engine says that it listens; to its last words when it ended instead. */
const started = async (binary: string, database: string, port: number): Promise<Running | string> => {
  // Detached: a terminal's Ctrl-C must leave it alive until the requests in flight are answered.
  const child = spawn(binary, ["serve", "--host", "127.0.0.1", "--port", String(port), "--db-path", database], {
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let words = "";
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      words += String(error);
      resolve();
    });
  });
  // Its own words, not an answer on the port: another server may already answer there.
  const isListening = new Promise<boolean>((resolve) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      if (words.length < 10_000) words += chunk.toString();
      if (words.includes("listening on")) resolve(true);
    });
  });
  const ended = exited.then(() => false);
  if (await Promise.race([isListening, ended, setTimeout(PATIENCE_MS, false, { ref: false })]))
    return { child, exited };
  child.kill("SIGKILL");
  return words.trim();
};

/** Where an engine runs and who wants to know when it dies. */
export interface EngineOptions {
  /** An absolute path. */
  readonly folder: string;
  /** Called when it ends without having been stopped. */
  readonly onDeath: () => void;
}

/**
 * Starts the database engine on a data folder that this process has locked.
 * @throws Mishap when there is none for this platform, or it does not start.
 */
export const startEngine = async ({ folder, onDeath }: EngineOptions): Promise<Engine> => {
  const found = packaged();
  if (found === undefined)
    throw new Mishap(
      `There is no database engine in npm for ${process.platform}-${process.arch}, or it was not installed. ` +
        `On Linux x64 run \`npm ci\` without --omit=optional; elsewhere start any DynamoDB emulator and name it, ` +
        `for example AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start.`,
    );
  const database = join(folder, "dynamodb.sqlite");
  const pidFile = join(folder, "engine.pid");
  await endStrays(database);
  let words = "";
  for (let tries = 0; tries < PORTS_TO_TRY; tries++) {
    const port = await freePort();
    const running = await started(found.binary, database, port);
    if (typeof running === "string") {
      words = running;
      continue;
    }
    const { child, exited } = running;
    const watcher = guard(child.pid as number);
    const kill = (): void => void child.kill("SIGKILL");
    process.once("exit", kill);
    let isStopping = false;
    const attend = async (): Promise<void> => {
      await exited;
      process.off("exit", kill);
      watcher.kill("SIGKILL");
      if (!isStopping) onDeath();
    };
    const gone = attend();
    // For people and tools that want to look in.
    await writeWhole(pidFile, `${JSON.stringify({ pid: child.pid, port })}\n`);
    return {
      endpoint: `http://127.0.0.1:${port}`,
      name: "dynoxide",
      version: found.version,
      stop: async () => {
        isStopping = true;
        child.kill("SIGTERM");
        if ((await Promise.race([gone, setTimeout(STOPPING_MS, "late", { ref: false })])) === "late")
          child.kill("SIGKILL");
        await gone;
        await rm(pidFile, { force: true });
      },
    };
  }
  throw new Mishap(`The database engine did not start on ${database}: ${words === "" ? "it said nothing" : words}`);
};
