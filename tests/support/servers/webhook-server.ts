import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { ROCKETCHAT_TOKEN, ROCKETCHAT_USER } from "./vendors.ts";

/** An outgoing integration, as a Rocket.Chat server keeps it. */
export interface Integration {
  readonly _id: string;
  readonly name: string;
  readonly event: string;
  readonly channel: string;
  readonly urls: readonly string[];
  readonly token: string;
}

/** What `integrations.create` and `integrations.update` take of an outgoing integration; anything else is refused, as by servers of today. */
const FIELDS: Readonly<Record<string, string>> = {
  type: "string",
  username: "string",
  channel: "string",
  event: "string",
  scriptEnabled: "boolean",
  name: "string",
  enabled: "boolean",
  urls: "object",
  token: "string",
  retryFailedCalls: "boolean",
  retryCount: "number",
  retryDelay: "string",
};
const NEEDED = ["type", "username", "channel", "event", "scriptEnabled", "name", "enabled"];
const SCOPES = ["all_public_channels", "all_private_groups", "all_direct_messages"];
/** Which events take a channel: without one they would be for every room there is. */
const OF_ROOMS = new Set(["sendMessage", "fileUploaded"]);

const refusalOf = (body: Readonly<Record<string, unknown>>): string | undefined => {
  const missing = NEEDED.find((name) => body[name] === undefined);
  if (missing !== undefined) return `must have required property '${missing}'`;
  const stray = Object.entries(body).find(([name, value]) => FIELDS[name] !== typeof value);
  if (stray !== undefined) return `must NOT have additional properties: ${stray[0]}`;
  const isGood = OF_ROOMS.has(String(body["event"])) === SCOPES.includes(String(body["channel"]));
  return isGood ? undefined : "error-invalid-channel";
};

/** A Rocket.Chat server that keeps integrations and calls them. */
export interface WebhookServer {
  readonly url: string;
  readonly integrations: Integration[];
  /** Lets something happen in rooms of a kind: everyone who is set up for it is called; gives the statuses. */
  readonly happen: (event: string, channel: string, payload: object) => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
}

/** Starts one that knows the credentials of `vendors.ts`. */
export const startWebhookServer = async (): Promise<WebhookServer> => {
  const integrations: Integration[] = [];
  const answer = async (request: IncomingMessage): Promise<readonly [number, object]> => {
    const { "x-auth-token": token, "x-user-id": user } = request.headers;
    if (token !== ROCKETCHAT_TOKEN || user !== ROCKETCHAT_USER)
      return [401, { status: "error", message: "You must be logged in to do this." }];
    if (request.url?.startsWith("/api/v1/integrations.list") === true) return [200, { integrations, success: true }];
    const isUpdate = request.method === "PUT" && request.url === "/api/v1/integrations.update";
    const { integrationId: id, ...body } = (await json(request)) as Record<string, unknown>;
    const refusal = refusalOf(body);
    if (refusal !== undefined) return [400, { success: false, error: refusal }];
    const _id = typeof id === "string" ? id : `i${integrations.length}`;
    const at = integrations.findIndex((one) => one._id === _id);
    if (isUpdate && at < 0) return [400, { success: false, error: "No integration found." }];
    integrations.splice(isUpdate ? at : integrations.length, isUpdate ? 1 : 0, { _id, ...body } as never);
    return [200, { integration: body, success: true }];
  };
  const server = createServer((request, response) => {
    answer(request)
      .then(([status, body]) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      )
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    integrations,
    happen: (event, channel, payload) =>
      Promise.all(
        integrations
          .filter((one) => one.event === event && one.channel === channel)
          .flatMap(({ urls, token }) =>
            urls.map(async (url) => {
              const body = JSON.stringify({ token, ...payload });
              return (await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body }))
                .status;
            }),
          ),
      ),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
