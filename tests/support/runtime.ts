import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalCredentials } from "../../local/credentials-file.ts";
import { startRuntime } from "../../local/runtime.ts";
import { Witness } from "./described.ts";

/**
 * An empty local runtime inside the test's own process, with a clock of its own. Every answer is held against the
 * description of the API; stopping fails when one was not as described.
 */
export interface DrillRuntime {
  readonly baseUrl: string;
  readonly credentials: LocalCredentials;
  readonly dataFolder: string;
  /** Stops it; what it kept stays. */
  readonly stop: () => Promise<void>;
  /** Stops it and removes all that it kept. */
  readonly remove: () => Promise<void>;
}

/**
 * Starts an empty drill at an instant such as `2026-03-04T10:20:00Z`, on a folder of its own or on one that is there;
 * `log` takes every line.
 */
export const startDrill = async (now: string, folder?: string, log?: (line: object) => void): Promise<DrillRuntime> => {
  const dataFolder = folder ?? (await mkdtemp(join(tmpdir(), "tidemark-drill-")));
  const clean = (): Promise<void> => rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  const witness = new Witness();
  try {
    const { baseUrl, credentials, stop } = await startRuntime({
      dataFolder,
      port: 0,
      now: Date.parse(now),
      drill: true,
      empty: true,
      watch: witness.watch,
      ...(log === undefined ? {} : { log }),
      out: { write: () => true },
    });
    let stopped: Promise<void> | undefined;
    const stopOnce = (): Promise<void> => (stopped ??= stop());
    const settle = async (): Promise<void> => {
      await stopOnce();
      witness.settle();
    };
    return {
      baseUrl,
      credentials,
      dataFolder,
      stop: settle,
      remove: async () => {
        await stopOnce();
        await clean();
        witness.settle();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
};
