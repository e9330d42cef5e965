import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localParts } from "../../functions/adapters/compose.ts";
import { createTable } from "../../functions/adapters/dynamodb/create-table.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { withoutTrail } from "../../functions/services/trail.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { startEngine } from "../../local/engine.ts";
import { openGateway } from "../../local/gateway.ts";
import type { Api } from "../../local/import/api.ts";
import { withoutScrypt } from "../support/scene.ts";

/** The system as `npm start` has it: the engine on a file, the archive in a folder; only the clock is set by hand. */
export interface Field {
  readonly parts: Parts;
  readonly endpoint: string;
  readonly table: string;
  readonly folder: string;
  readonly clock: { now: number };
  /** Makes a workspace whose history begins at an instant; with the secret of its key. */
  readonly workspace: (id: string, startsAt: number) => Promise<{ workspace: Workspace; key: string }>;
  /** Opens the front door, once. */
  readonly door: () => Promise<(key: string) => Api>;
}

const TABLE = "bench";

const logToStderr = (line: object): void => {
  process.stderr.write(`${JSON.stringify(line)}\n`);
};

/** Lends a field to some work, and clears it away afterwards. */
export const onField = async <T>(now: number, work: (field: Field) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-bench-"));
  const clock = { now };
  const undoing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const engine = await startEngine({
      folder,
      onDeath: () => {
        throw new Error("the engine ended on its own");
      },
    });
    undoing.push(engine.stop);
    await createTable(engine.endpoint, TABLE);
    const parts = withoutScrypt(
      localParts({
        dynamodbEndpoint: engine.endpoint,
        table: TABLE,
        archiveFolder: join(folder, "archive"),
        clock: () => clock.now,
        expires: true,
        graceSeconds: 180,
        cooldownSeconds: 0,
      }),
    );
    return await work({
      parts,
      endpoint: engine.endpoint,
      table: TABLE,
      folder,
      clock,
      workspace: async (id, startsAt) => {
        const { workspace, credentials } = await createWorkspace(parts)({ id, name: id, startsAt });
        return { workspace, key: credentials.apiKey };
      },
      door: async () => {
        const gateway = await openGateway({
          host: "127.0.0.1",
          port: 0,
          mounts: [{ path: "/v1", handler: serveV1(parts, withoutTrail(logToStderr)) }],
          pages: new Map(),
          log: logToStderr,
        });
        undoing.push(gateway.stop);
        return (key) => ({ baseUrl: `http://127.0.0.1:${gateway.port}`, key });
      },
    });
  } finally {
    for (const undo of undoing.toReversed()) await undo();
  }
};
