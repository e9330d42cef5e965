import type { Announcements } from "../ports/announcements.ts";
import { pauseByChance } from "./compose.ts";

/**
 * Announcements on an event bus, for the function that follows publications; it alone is bundled with the client.
 * @param name of the bus; undefined where nobody listens.
 */
export const announcedOn = (name: string | undefined): Announcements | undefined => {
  if (name === undefined) return undefined;
  let loading: Promise<Announcements> | undefined;
  const load = async (): Promise<Announcements> => {
    const { eventBridgeAnnouncements, eventBridgeClient } = await import("./eventbridge/announcements.ts");
    return eventBridgeAnnouncements({ client: eventBridgeClient(), name, pause: pauseByChance });
  };
  return { announce: async (...what) => (await (loading ??= load())).announce(...what) };
};
