import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Where races are held: one table, one archive. */
export interface Ground {
  readonly endpoint: string;
  readonly table: string;
  readonly archiveFolder: string;
}

/** What all of a race do at once. */
export type Act =
  | {
      readonly what: "send";
      readonly workspace: string;
      /** Of the batch; undefined: everybody makes one up. */
      readonly id: string | undefined;
      readonly events: readonly unknown[];
    }
  | { readonly what: "close"; readonly workspace: string }
  | { readonly what: "refresh"; readonly workspace: string };

/** What came of one's act. */
export type Outcome =
  | { readonly state: "done"; readonly answer: unknown }
  | { readonly state: "failed"; readonly why: string };

/** Many that do the same at once. */
export interface Race {
  /** @param now what everybody's clock says, milliseconds since 1970 UTC. */
  readonly run: (act: Act, now: number) => Promise<readonly Outcome[]>;
  readonly close: () => Promise<void>;
}

const PROCESS = fileURLToPath(new URL("racer-process.ts", import.meta.url));

/** The next word of a process; one that ends instead has failed. */
const wordOf = async (child: ChildProcess): Promise<unknown> => {
  const stop = new AbortController();
  try {
    const [word] = (await Promise.race([
      once(child, "message", { signal: stop.signal }),
      once(child, "exit", { signal: stop.signal }).then(([code]) => {
        throw new Error(`a process that raced ended with ${String(code)}`);
      }),
    ])) as [unknown];
    return word;
  } finally {
    stop.abort();
  }
};

/** Races of so many processes, each with so many clients. */
export const openRace = async (ground: Ground, processes: number, clients: number): Promise<Race> => {
  const children = Array.from({ length: processes }, () =>
    fork(PROCESS, [JSON.stringify({ ground, clients })], { stdio: ["ignore", "inherit", "inherit", "ipc"] }),
  );
  await Promise.all(children.map(wordOf));
  return {
    run: async (act, now) => {
      const words = children.map(wordOf);
      for (const child of children) child.send({ act, now });
      return (await Promise.all(words)).flat() as Outcome[];
    },
    close: async () => {
      await Promise.all(
        children.map(async (child) => {
          const ended = once(child, "exit");
          child.disconnect();
          await ended;
        }),
      );
    },
  };
};
