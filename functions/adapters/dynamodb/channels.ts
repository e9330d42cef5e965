import { KEYS } from "../../contract.ts";
import type { Channel } from "../../core/channel.ts";
import { Failure } from "../../core/failure.ts";
import type { Channels } from "../../ports/channels.ts";
import { anyNumberIn, jsonIn } from "./attributes.ts";
import { actItem } from "./audit.ts";
import { IS_NEW, type Item, type Table } from "./table.ts";

/** Rounds against others that change the same channels. */
const TRIES = 20;

const channelsOf = (item: Item | undefined): readonly Channel[] =>
  item === undefined ? [] : jsonIn<Channel[]>(item, "channels");

/** A workspace's channels in one item: there are few, and each notice needs all of them. */
export const dynamoChannels = (table: Table): Channels => ({
  async list(workspace) {
    return channelsOf(await table.get(KEYS.channels(workspace)));
  },

  async change(workspace, change, act) {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const item = await table.get(KEYS.channels(workspace));
      const version = anyNumberIn(item, "version") ?? 0;
      const changed = { ...KEYS.channels(workspace), channels: JSON.stringify(change(channelsOf(item))) };
      const { isDone } = await table.transact([
        item === undefined
          ? table.put({ ...changed, version: 1 }, IS_NEW)
          : table.put({ ...changed, version: version + 1 }, "version = :version", { ":version": version }),
        table.put(actItem(act)),
      ]);
      if (isDone) return;
      await table.pause(attempt);
    }
    throw new Failure("store.busy", "Others kept changing these channels; try again.");
  },
});
