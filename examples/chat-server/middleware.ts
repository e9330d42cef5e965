import type { IncomingMessage, ServerResponse } from "node:http";
import type { ChatEvent, Reporter } from "../../client/src/tidemark.ts";

/** What a request has changed, in events; nothing where it changed nothing that counts. */
export type EventsOf = (request: IncomingMessage) => readonly ChatEvent[];

/**
 * A middleware as Express, Connect and their like take it: once a request has succeeded, its events are queued. It
 * waits for nothing, so it slows no request down, and what failed is not told.
 */
export const tellTidemark =
  (reporter: Reporter, eventsOf: EventsOf) =>
  (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    response.once("finish", () => {
      if (response.statusCode < 400) for (const event of eventsOf(request)) reporter.send(event);
    });
    next();
  };
