import { stat } from "node:fs/promises";
import { type Api, knock } from "../../local/import/api.ts";
import { finish, openOrResume } from "../../local/import/imports.ts";
import { eventsOf, type Row, rowsOf } from "../../local/import/lean-zulip.ts";
import { sendBatches } from "../../local/import/send-batches.ts";
import { Mishap } from "../../local/mishap.ts";
import { grouped, spell, type Terminal } from "../../local/terminal.ts";

export { type CloudEvent, eventsOf, type Row, rowsOf } from "../../local/import/lean-zulip.ts";
export { type Delivery, sendBatch, sendBatches, type SendOptions } from "../../local/import/send-batches.ts";

/** What is imported where. */
export interface ImportOptions {
  readonly api: Api;
  readonly file: string;
  /** Name of the last hour to close; by default that of the last message. */
  readonly through?: string | undefined;
  readonly terminal: Terminal;
}

/** What an import did. */
export interface Imported {
  readonly import: string;
  readonly rows: number;
  readonly events: number;
  readonly accepted: number;
  readonly refusedCount: number;
  readonly hours: number;
  readonly seconds: number;
}

const MS = 1_000;

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw new Mishap(`${file} can't be read: ${(error as Error).message}`, { cause: error });
  }
};

/** Reads the first row, so that batches are named for what they hold and not for where the file lies. */
const firstRow = async (file: string): Promise<Row> => {
  for await (const row of rowsOf(file)) return row;
  throw new Mishap(`${file} holds no messages.`);
};

/**
 * Imports a table of messages into a workspace without closed hours, and finishes the import. Broken off, it is
 * begun again by the same command: what arrived before counts once.
 * @throws Mishap, ApiFailure, Unreachable.
 */
export const importLeanZulip = async ({ api, file, through, terminal }: ImportOptions): Promise<Imported> => {
  const size = await sizeOf(file);
  const { message } = await firstRow(file);
  await knock(api);
  const id = await openOrResume(api);
  if (id === undefined)
    throw new Mishap(
      "This workspace has closed hours, so its past can no longer be filled: import into a new workspace.",
    );

  const began = Date.now();
  let rows = 0;
  let bytes = 0;
  const tell = (): void => {
    const passed = Math.max(Date.now() - began, 1);
    const left = bytes === 0 ? "" : `, ${spell((passed / bytes) * (size - bytes))} left`;
    terminal.progress(`${grouped(rows)} rows, ${grouped((rows * MS) / passed)} rows/s${left}`);
  };
  const counted = async function* (): AsyncGenerator<Row> {
    for await (const row of rowsOf(file, (read) => (bytes += read))) {
      rows++;
      yield row;
    }
  };
  const { events, accepted, refusedCount, refused } = await sendBatches(api, eventsOf(counted()), {
    name: `lean-zulip-${message}`,
    importId: id,
    onProgress: tell,
  });
  for (const { id: event, code, detail } of refused)
    terminal.line(`refused ${event ?? "an event"}: ${code}, ${detail}`);
  const hours = await finish(api, id, through, (closed, remaining) =>
    terminal.progress(`${grouped(closed)} hours closed, ${grouped(remaining)} to go`),
  );
  return { import: id, rows, events, accepted, refusedCount, hours, seconds: (Date.now() - began) / MS };
};
