import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { Command } from "./debian.ts";

/** A server in a process of its own, for as long as this one lives. */
export interface Daemon {
  /** What it said so far; its end only when that was much. */
  readonly said: () => string;
  /** @throws when it has ended, with what it said. */
  readonly check: () => void;
  /** Ends it, and waits until it is gone. Nothing it holds is wanted any more. */
  readonly stop: () => Promise<void>;
}

const PATIENCE_MS = 60_000;
const POLL_MS = 20;
const WORDS = 10_000;

/** Starts a server. */
export const startDaemon = (name: string, command: Command): Daemon => {
  const child = spawn(command.file, [...command.args], { env: command.env, stdio: ["ignore", "pipe", "pipe"] });
  const watcher = guard(child);
  let words = "";
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      isOver = true;
      resolve();
    });
    child.once("error", (error) => {
      words += String(error);
      isOver = true;
      resolve();
    });
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-WORDS);
    });
  return {
    said: () => words,
    check: () => {
      if (isOver) throw new Error(`${name} ended on its own: ${words.trim().slice(-1_000)}`);
    },
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
      watcher.kill("SIGKILL");
    },
  };
};

/** Waits until a server is ready. @throws when it ends before, or takes too long. */
export const untilReady = async (
  name: string,
  daemons: readonly Daemon[],
  isReady: () => Promise<boolean>,
): Promise<void> => {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await isReady())) {
    for (const daemon of daemons) daemon.check();
    if (Date.now() > giveUpAt)
      throw new Error(
        `${name} was not ready after ${PATIENCE_MS / 1_000} s: ${daemons.map(({ said }) => said()).join(" ")}`,
      );
    await setTimeout(POLL_MS);
  }
};

/** Ends the server when this process ends without having stopped it, however that comes: the pipe then closes. */
const guard = (child: ChildProcess): ChildProcess => {
  const watcher = spawn("/bin/sh", ["-c", 'read -r _; kill -KILL "$1"', "tidemark-guard", String(child.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watcher.unref();
  (watcher.stdin as Socket).unref();
  // It may be gone before its pipe is closed.
  watcher.stdin?.on("error", () => undefined);
  return watcher;
};

/** Runs a program to its end. @throws with what it said, unless it ended well. */
export const runToEnd = async (command: Command): Promise<void> => {
  const child = spawn(command.file, [...command.args], { env: command.env, stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-WORDS);
    });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command.args.join(" ")} ended with ${code}: ${words.trim()}`);
};
