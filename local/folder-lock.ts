import { createHash } from "node:crypto";
import { once } from "node:events";
import { createConnection, createServer, type Server } from "node:net";
import { codeOf } from "../functions/core/thrown.ts";
import { Mishap } from "./mishap.ts";

/** A held data folder. */
export interface FolderLock {
  readonly release: () => Promise<void>;
}

const WAIT_MS = 1_000;

/** A name in Linux's abstract socket space: the kernel gives it to one process and takes it back when that ends, however it ends. */
const nameOf = (folder: string): string =>
  `\0tidemark-${createHash("sha256").update(folder).digest("hex").slice(0, 32)}`;

const listening = async (name: string, answer: string): Promise<Server> => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(answer);
  });
  server.listen({ path: name });
  await once(server, "listening");
  server.unref();
  return server;
};

/** Who holds the folder, by its own word. */
const holderOf = async (name: string): Promise<string> => {
  const socket = createConnection({ path: name });
  try {
    const [answer] = (await once(socket, "data", { signal: AbortSignal.timeout(WAIT_MS) })) as [Buffer];
    return answer.toString();
  } catch {
    return "another process";
  } finally {
    socket.destroy();
  }
};

/**
 * Keeps a data folder (an absolute path) to one runtime at a time: two engines on one file would harm it. The engine
 * exists on Linux only; elsewhere many may share the database that is brought along, so nothing is locked.
 * @throws Mishap when another runtime holds it.
 */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  if (process.platform !== "linux") return { release: () => Promise.resolve() };
  const name = nameOf(folder);
  try {
    const server = await listening(name, `process ${process.pid}`);
    return {
      release: async () => {
        server.close();
        await once(server, "close");
      },
    };
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") throw error;
    throw new Mishap(
      `The data folder ${folder} is in use by another Tidemark (${await holderOf(name)}): stop that one, or give this one a folder of its own with --data.`,
      { cause: error },
    );
  }
};
