import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const RUNNER = fileURLToPath(new URL("cold-start.mjs", import.meta.url));

/** One call of a function, its start with it when it is the first. */
export interface Taken {
  /** The answer's, or what the function gave. */
  readonly status: unknown;
  readonly milliseconds: number;
  /** Milliseconds of a core: what other work of the machine does not stretch. */
  readonly cpuMs: number;
  /** Of these, those of loading the bundle. */
  readonly loadMs: number;
  /** Calls to anything over HTTP. */
  readonly calls: number;
  /** Most memory that the process has held so far, in MB. */
  readonly peakMb: number;
}

const callOf = async (child: ChildProcess, event: object): Promise<Taken> => {
  const answered = once(child, "message");
  child.send(event);
  const [taken] = (await answered) as [Taken];
  return taken;
};

/**
 * Starts a function in a process of its own, with nothing in its environment but what is given, and calls it with one
 * event after the other.
 * @param folder that of its bundle.
 */
export const callInProcess = async (
  folder: string,
  events: readonly object[],
  env: Readonly<Record<string, string>>,
): Promise<readonly Taken[]> => {
  const child = fork(RUNNER, [join(folder, "index.mjs")], {
    env: { ...env },
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    await once(child, "message");
    const taken: Taken[] = [];
    for (const event of events) taken.push(await callOf(child, event));
    return taken;
  } finally {
    child.kill("SIGKILL");
  }
};
