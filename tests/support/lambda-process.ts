import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const RUNNER = fileURLToPath(new URL("lambda-runner.mjs", import.meta.url));

/** A built function in a process of its own, called as Lambda calls it. */
export interface LambdaProcess {
  /** Calls the handler with so much time left; rejects when the handler fails. */
  readonly invoke: (event: object, milliseconds?: number) => Promise<unknown>;
  /** What it logged so far: lines of JSON. */
  readonly lines: () => readonly unknown[];
  readonly stop: () => Promise<void>;
}

interface Reply {
  readonly result?: unknown;
  readonly failure?: string;
}

/**
 * Loads the bundle in a folder, with nothing in its environment but what is given.
 * @throws an Error that says why when the bundle does not load.
 */
export const startLambda = async (folder: string, env: Readonly<Record<string, string>>): Promise<LambdaProcess> => {
  const child = fork(RUNNER, [join(folder, "index.mjs")], { env: { ...env }, execArgv: [], silent: true });
  let said = "";
  let complaints = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const gone = once(child, "close");
  const reply = async (): Promise<unknown> => {
    const ended = gone.then(() => ({ failure: `the function's process ended: ${complaints}` }));
    const { result, failure } = (await Promise.race([
      once(child, "message").then(([message]) => message as Reply),
      ended,
    ])) as Reply;
    if (failure !== undefined) throw new Error(failure);
    return result;
  };
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  try {
    await reply();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    invoke: (event, milliseconds = 30_000) => {
      child.send({ event, milliseconds });
      return reply();
    },
    lines: () =>
      said
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as unknown),
    stop,
  };
};
