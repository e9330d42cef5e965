import { eventsOf, type Row, rowsOf } from "../../local/import/lean-zulip.ts";
import { Mishap } from "../../local/mishap.ts";
import type { Export } from "./export.ts";
import { sizeOf } from "./files.ts";

/** Reads the first row, so that batches are named for what they hold and not for where the file lies. */
const firstRow = async (file: string): Promise<Row> => {
  for await (const row of rowsOf(file)) return row;
  throw new Mishap(`${file} holds no messages.`);
};

/**
 * A table of messages: tab-separated timestamp, message, sender, channel, topic; plain or .gz.
 * @throws Mishap.
 */
export const leanZulipExport = async (file: string): Promise<Export> => {
  const size = await sizeOf(file);
  const { message } = await firstRow(file);
  return {
    name: `lean-zulip-${message}`,
    size,
    events: (reading) => {
      const counted = async function* (): AsyncGenerator<Row> {
        for await (const row of rowsOf(file, reading.bytes)) {
          reading.row();
          yield row;
        }
      };
      return eventsOf(counted());
    },
  };
};
