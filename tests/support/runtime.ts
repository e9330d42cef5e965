import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalCredentials } from "../../local/credentials-file.ts";
import { startRuntime } from "../../local/runtime.ts";

/** An empty local runtime inside the test's own process, with a clock of its own. */
export interface DrillRuntime {
  readonly baseUrl: string;
  readonly credentials: LocalCredentials;
  readonly dataFolder: string;
  /** Stops it and removes all that it kept. */
  readonly remove: () => Promise<void>;
}

/** Starts an empty drill on a folder of its own, at an instant such as `2026-03-04T10:20:00Z`. */
export const startDrill = async (now: string): Promise<DrillRuntime> => {
  const dataFolder = await mkdtemp(join(tmpdir(), "tidemark-drill-"));
  const clean = (): Promise<void> => rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const { baseUrl, credentials, stop } = await startRuntime({
      dataFolder,
      port: 0,
      now: Date.parse(now),
      drill: true,
      empty: true,
      out: { write: () => true },
    });
    return {
      baseUrl,
      credentials,
      dataFolder,
      remove: async () => {
        await stop();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
};
