import { fileURLToPath } from "node:url";
import { type CloudEvent, eventsOf, rowsOf } from "../../local/import/lean-zulip.ts";

const SHIPPED = fileURLToPath(new URL("../../local/sample/activity.tsv.gz", import.meta.url));

/** The table of messages that the bench is fed from: the shipped five weeks, unless TIDEMARK_YEAR names another. */
export const sourceFile = (): string => process.env["TIDEMARK_YEAR"] ?? SHIPPED;

/** What the table is called where results are told; a path of this machine says nothing elsewhere. */
export const sourceName = (): string =>
  sourceFile() === SHIPPED ? "the shipped five weeks of real activity" : "a table of one's own (TIDEMARK_YEAR)";

/** Every event of the table: people and rooms at first sight, and the messages. */
export const realEvents = async (): Promise<readonly CloudEvent[]> => {
  const events: CloudEvent[] = [];
  for await (const event of eventsOf(rowsOf(sourceFile()))) events.push(event);
  return events;
};

/** The messages of the table, in order. */
export const realMessages = async (): Promise<readonly CloudEvent[]> =>
  (await realEvents()).filter(({ type }) => type === "message.sent");

/** Whole batches of so many. */
export const batchesOf = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.floor(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
