import { type Api, knock } from "../../local/import/api.ts";
import { finish, openOrResume } from "../../local/import/imports.ts";
import { sendBatches } from "../../local/import/send-batches.ts";
import { Mishap } from "../../local/mishap.ts";
import { grouped, spell, type Terminal } from "../../local/terminal.ts";
import type { Export } from "./export.ts";

/** What is imported where. */
export interface ImportOptions {
  readonly api: Api;
  readonly from: Export;
  /** Name of the last hour to close; by default that of the last event. */
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
  /** What the export holds and no statistic counts, by reason. */
  readonly passedOver: Readonly<Record<string, number>>;
  readonly hours: number;
  readonly seconds: number;
}

const MS = 1_000;

/**
 * Imports an export into a workspace without closed hours, and finishes the import. Broken off, it is begun again by
 * the same command: what arrived before counts once.
 * @throws Mishap, ApiFailure, Unreachable.
 */
export const importExport = async ({ api, from, through, terminal }: ImportOptions): Promise<Imported> => {
  await knock(api);
  const id = await openOrResume(api);
  if (id === undefined)
    throw new Mishap(
      "This workspace has closed hours, so its past can no longer be filled: import into a new workspace.",
    );

  const began = Date.now();
  let rows = 0;
  let bytes = 0;
  const passedOver: Record<string, number> = {};
  const tell = (): void => {
    const passed = Math.max(Date.now() - began, 1);
    const left = bytes === 0 ? "" : `, ${spell((passed / bytes) * Math.max(from.size - bytes, 0))} left`;
    terminal.progress(`${grouped(rows)} rows, ${grouped((rows * MS) / passed)} rows/s${left}`);
  };
  const read = from.events({
    bytes: (count) => (bytes += count),
    row: () => rows++,
    passOver: (why) => (passedOver[why] = (passedOver[why] ?? 0) + 1),
  });
  const { events, accepted, refusedCount, refused } = await sendBatches(api, read, {
    name: from.name,
    importId: id,
    onProgress: tell,
  });
  for (const { id: event, code, detail } of refused)
    terminal.line(`refused ${event ?? "an event"}: ${code}, ${detail}`);
  const hours = await finish(api, id, through, (closed, remaining) =>
    terminal.progress(`${grouped(closed)} hours closed, ${grouped(remaining)} to go`),
  );
  return { import: id, rows, events, accepted, refusedCount, passedOver, hours, seconds: (Date.now() - began) / MS };
};
