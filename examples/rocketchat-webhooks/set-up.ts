/**
 * Sets up a Rocket.Chat server's outgoing webhooks, so that Tidemark learns what happens on it. Run it again whenever
 * you like: what is there and right is left alone, and what has another token or address gets this one. So a token is
 * changed without a gap: `tidemark key rotate ‹id›` (`tidemark key list` has the id) makes a new one beside the old one,
 * which stays good for a day; run this with the new one meanwhile.
 *
 *   tidemark source webhook --label "chat.example.org"      (gives TIDEMARK_WEBHOOK_TOKEN)
 *   ROCKETCHAT_URL=https://chat.example.org ROCKETCHAT_USER_ID=… ROCKETCHAT_AUTH_TOKEN=… ROCKETCHAT_USERNAME=admin \
 *   TIDEMARK_URL=https://tidemark.example.org TIDEMARK_WEBHOOK_TOKEN=… node examples/rocketchat-webhooks/set-up.ts
 *
 * The user needs the permission `manage-outgoing-integrations`. To change what is there takes Rocket.Chat 3.4 or newer.
 */

/** One integration; `channel` and `rooms` say which rooms it is for. */
interface Wanted {
  readonly name: string;
  readonly event: string;
  readonly channel: string;
  /** The kind of those rooms in Tidemark's words: a message does not tell it. */
  readonly rooms?: "channel" | "private" | "direct";
}

const SCOPES = [
  { channel: "all_public_channels", rooms: "channel" },
  { channel: "all_private_groups", rooms: "private" },
  { channel: "all_direct_messages", rooms: "direct" },
] as const;

const WANTED: readonly Wanted[] = [
  ...SCOPES.map((scope) => ({ name: `Tidemark: messages, ${scope.rooms}`, event: "sendMessage", ...scope })),
  ...SCOPES.map((scope) => ({ name: `Tidemark: uploads, ${scope.rooms}`, event: "fileUploaded", ...scope })),
  { name: "Tidemark: rooms", event: "roomCreated", channel: "" },
  { name: "Tidemark: users", event: "userCreated", channel: "" },
];

const needed = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value.replace(/\/+$/, "");
};

const chat = needed("ROCKETCHAT_URL");
const headers = {
  "content-type": "application/json",
  "X-User-Id": needed("ROCKETCHAT_USER_ID"),
  "X-Auth-Token": needed("ROCKETCHAT_AUTH_TOKEN"),
};
const username = needed("ROCKETCHAT_USERNAME");
const tidemark = needed("TIDEMARK_URL");
const token = needed("TIDEMARK_WEBHOOK_TOKEN");

const ask = async (path: string, init: RequestInit = {}): Promise<Readonly<Record<string, unknown>>> => {
  const response = await fetch(`${chat}/api/v1/${path}`, { ...init, headers, redirect: "error" });
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${String(body["error"] ?? body["message"])}`);
  return body;
};

/** What Rocket.Chat's `integrations.create` takes. */
const integration = ({ name, event, channel, rooms }: Wanted) => ({
  type: "webhook-outgoing",
  name,
  event,
  channel,
  enabled: true,
  username,
  urls: [`${tidemark}/ingest/rocketchat${rooms === undefined ? "" : `?rooms=${rooms}`}`],
  token,
  scriptEnabled: false,
  // Each is counted once, however often it comes.
  retryFailedCalls: true,
  retryCount: 6,
  retryDelay: "powers-of-ten",
});

/** One that the server has; servers that keep its token to themselves are given it again. */
interface Found {
  readonly _id: string;
  readonly name: string;
  readonly token?: string;
  readonly urls?: readonly string[];
}

const { integrations } = await ask("integrations.list?count=0");
const there = new Map((integrations as readonly Found[]).map((found) => [found.name, found]));
for (const wanted of WANTED) {
  const found = there.get(wanted.name);
  const body = integration(wanted);
  if (found === undefined) {
    await ask("integrations.create", { method: "POST", body: JSON.stringify(body) });
    console.log(`set up:    ${wanted.name}`);
  } else if (found.token === body.token && found.urls?.join() === body.urls.join()) {
    console.log(`is there:  ${wanted.name}`);
  } else {
    await ask("integrations.update", { method: "PUT", body: JSON.stringify({ ...body, integrationId: found._id }) });
    console.log(`changed:   ${wanted.name}`);
  }
}
