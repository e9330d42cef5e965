import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ANNOUNCED, ARCHIVE } from "../../contract.ts";
import type { Announcement } from "../../core/announcement.ts";
import type { Announcements } from "../../ports/announcements.ts";

/** Where events are put. */
export interface EventBus {
  readonly client: EventBridgeClient;
  /** Its name; `default` is the account's own. */
  readonly name: string;
  /** Waits a little longer each time, by chance. */
  readonly pause: (attempt: number) => Promise<void>;
}

/** A client for AWS, or for what the environment names instead. */
export const eventBridgeClient = (endpoint?: string): EventBridgeClient =>
  new EventBridgeClient(endpoint === undefined ? {} : { endpoint });

/** Events of one request (AWS: at most 10, and 256 KB). */
const AT_A_TIME = 10;
/** Tries of events that the bus turns down one by one while it takes others. */
const TRIES = 5;

const detailOf = ({ anomalies, ...told }: Announcement): string =>
  JSON.stringify({ ...told, archiveKey: ARCHIVE.statistics(told.workspace, told.hour), anomalies });

const putTen = async ({ client, name, pause }: EventBus, announcements: readonly Announcement[]): Promise<void> => {
  let left = announcements;
  for (let attempt = 1; left.length > 0; attempt++) {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: left.map((announcement) => ({
          EventBusName: name,
          Source: ANNOUNCED.source,
          DetailType: ANNOUNCED.detailType,
          Detail: detailOf(announcement),
        })),
      }),
    );
    // The answer has an entry for each that was sent, in their order.
    const failed = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (failed !== undefined && attempt >= TRIES)
      throw new Error(
        `the event bus does not take an event: ${failed.ErrorCode} ${failed.ErrorMessage ?? ""}`.trimEnd(),
      );
    left = left.filter((_, at) => Entries[at]?.ErrorCode !== undefined);
    if (left.length > 0) await pause(attempt);
  }
};

/** Published snapshots as events on a bus of Amazon EventBridge. */
export const eventBridgeAnnouncements = (bus: EventBus): Announcements => ({
  async announce(announcements) {
    for (let at = 0; at < announcements.length; at += AT_A_TIME)
      await putTen(bus, announcements.slice(at, at + AT_A_TIME));
  },
});
