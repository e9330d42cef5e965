import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { localParts, type Places } from "../../functions/adapters/compose.ts";
import { polledSources } from "../../functions/adapters/sources.ts";
import { createTable } from "../../functions/adapters/dynamodb/create-table.ts";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { freePort } from "../../local/free-port.ts";

/** A fresh table on a real engine. */
export interface Engine {
  readonly endpoint: string;
  readonly table: string;
  /** Removes the table; the last one to close stops the engine, unless it is somebody else's. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a table on the engine that TIDEMARK_TEST_DYNAMODB names, or else on a dynoxide of this process's own, in
 * memory and shared by all tables that are open at the time.
 */
export const openEngine = async (): Promise<Engine> => {
  const named = process.env["TIDEMARK_TEST_DYNAMODB"];
  const endpoint = named ?? (await borrowChild());
  const table = `test-${randomUUID()}`;
  await createTable(endpoint, table);
  let isOpen = true;
  return {
    endpoint,
    table,
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      const client = dynamoClient(endpoint);
      await client.send(new DeleteTableCommand({ TableName: table }));
      client.destroy();
      if (named === undefined) await returnChild();
    },
  };
};

/** What a test may choose; the rest suits most of them. */
export type PartsOptions = Partial<Pick<Places, "expires" | "graceSeconds" | "cooldownSeconds" | "storesFrom">> & {
  /** Where the clock starts, milliseconds since 1970 UTC. */
  readonly now?: number;
};

/** Parts over a fresh table and an empty archive folder. */
export interface OpenParts {
  readonly parts: Parts;
  /** Parts over the same table and folder, as another process has them. */
  readonly connect: () => Parts;
  /** What `parts.clock` says; a test moves it. */
  readonly clock: { now: number };
  readonly engine: Engine;
  readonly archiveFolder: string;
  /** Removes the table and the folder. */
  readonly close: () => Promise<void>;
}

/** Makes {@link Parts} as the embedded runtime has them, on {@link openEngine}, with a clock that stands still. */
export const openParts = async (options: PartsOptions = {}): Promise<OpenParts> => {
  const engine = await openEngine();
  const archiveFolder = await mkdtemp(join(tmpdir(), "tidemark-archive-"));
  const clock = { now: options.now ?? Date.parse("2026-11-21T09:00:00Z") };
  const connect = (): Parts =>
    localParts({
      dynamodbEndpoint: engine.endpoint,
      table: engine.table,
      archiveFolder,
      sources: polledSources(`${archiveFolder}-upstreams`),
      clock: () => clock.now,
      expires: options.expires ?? true,
      graceSeconds: options.graceSeconds ?? 180,
      cooldownSeconds: options.cooldownSeconds ?? 10,
      storesFrom: options.storesFrom,
    });
  return {
    parts: connect(),
    connect,
    clock,
    engine,
    archiveFolder,
    close: async () => {
      await engine.close();
      await rm(archiveFolder, { recursive: true, force: true });
      await rm(`${archiveFolder}-upstreams`, { recursive: true, force: true });
    },
  };
};

interface Child {
  readonly endpoint: string;
  readonly process: ChildProcess;
}

let child: Promise<Child> | undefined;
let borrowers = 0;

const borrowChild = async (): Promise<string> => {
  borrowers++;
  child ??= startChild();
  try {
    return (await child).endpoint;
  } catch (failure) {
    borrowers--;
    child = undefined;
    throw failure;
  }
};

const returnChild = async (): Promise<void> => {
  borrowers--;
  if (borrowers > 0 || child === undefined) return;
  const { process: engine } = await child;
  // Somebody may have come while this one waited.
  if (borrowers > 0) return;
  child = undefined;
  const ended = once(engine, "exit");
  engine.kill("SIGTERM");
  await ended;
};

/** Ports tried; between picking a free one and listening on it, somebody else may take it. */
const TRIES = 5;

const startChild = async (): Promise<Child> => {
  let failure: unknown;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      return await startOn(await freePort());
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
};

const startOn = async (port: number): Promise<Child> => {
  const engine = spawn(binary(), ["serve", "--host", "127.0.0.1", "--port", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  stopWithThisProcess(engine);
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    engine.once("error", reject);
    engine.once("exit", () => reject(new Error(`the engine did not start on port ${port}: ${said.join(" ")}`)));
    // Its own word, not an answer on the port: that might be another server's.
    createInterface(engine.stderr).on("line", (line) => {
      said.push(line);
      if (line.includes("listening on")) resolve();
    });
  });
  return { endpoint: `http://127.0.0.1:${port}`, process: engine };
};

const binary = (): string => {
  try {
    const manifest = createRequire(import.meta.url).resolve("@dynoxide/linux-x64/package.json");
    return join(dirname(manifest), "dynoxide");
  } catch (cause) {
    throw new Error(
      "There is no database engine for this platform: set TIDEMARK_TEST_DYNAMODB to the endpoint of one.",
      { cause },
    );
  }
};

/** A test process that is stopped half-way would leave its engine running. */
const stopWithThisProcess = (engine: ChildProcess): void => {
  const stop = (): void => {
    engine.kill("SIGKILL");
  };
  const stopAndGo = (): void => {
    stop();
    process.kill(process.pid, "SIGTERM");
  };
  process.once("exit", stop);
  process.once("SIGTERM", stopAndGo);
  engine.once("exit", () => {
    process.off("exit", stop);
    process.off("SIGTERM", stopAndGo);
  });
};
