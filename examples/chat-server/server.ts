/**
 * A very small chat server that tells Tidemark what happens in it:
 *   TIDEMARK_URL=… TIDEMARK_KEY=… node examples/chat-server/server.ts
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChatEvent, messageSent, Reporter, roomChanged, userChanged } from "../../client/src/tidemark.ts";
import { reportEveryMinute } from "./instance.ts";
import { tellTidemark } from "./middleware.ts";

const { TIDEMARK_URL = "http://127.0.0.1:3000", TIDEMARK_KEY = "", PORT = "8080" } = process.env;

const reporter = new Reporter({
  url: TIDEMARK_URL,
  credential: TIDEMARK_KEY,
  source: "small-chat",
  onLost: ({ events, reason, detail }) => console.error(`${events.length} events were not sent (${reason}): ${detail}`),
  onRefused: ({ refusals }) => console.error("not counted:", refusals),
});

// The chat itself: PUT /users/ann, PUT /rooms/general, POST /rooms/general/messages with the header x-user.
const users = new Set<string>();
const rooms = new Map<string, number>();

const chat = (request: IncomingMessage, response: ServerResponse): void => {
  const [, kind, id = "", more] = (request.url ?? "").split("/");
  if (request.method === "PUT" && kind === "users") users.add(id);
  else if (request.method === "PUT" && kind === "rooms") rooms.set(id, 0);
  else if (request.method === "POST" && more === "messages" && rooms.has(id)) rooms.set(id, (rooms.get(id) ?? 0) + 1);
  else response.statusCode = 404;
  response.end();
};

/** What each of its routes means to Tidemark. */
const eventsOf = (request: IncomingMessage): readonly ChatEvent[] => {
  const [, kind, id = "", more] = (request.url ?? "").split("/");
  if (kind === "users") return [userChanged({ id, kind: "user", active: true, status: "online" })];
  if (more === "messages") {
    const user = String(request.headers["x-user"] ?? "nobody");
    return [messageSent({ room: id, roomKind: "channel", user })];
  }
  return [roomChanged({ id, kind: "channel" })];
};

const tell = tellTidemark(reporter, eventsOf);
const server = createServer((request, response) => {
  tell(request, response, () => chat(request, response));
});
let connections = 0;
server.on("connection", (socket) => {
  connections++;
  socket.once("close", () => connections--);
});

server.listen(Number(PORT), "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  const stopReporting = reportEveryMinute(reporter, {
    id: "small-chat",
    version: "1.0.0",
    connections: () => connections,
  });
  process.once("SIGTERM", () => {
    stopReporting();
    server.close();
    server.closeIdleConnections();
    // What is queued still goes out, for ten seconds at most.
    void reporter.close().then((counts) => console.log(JSON.stringify(counts)));
  });
  console.log(`The chat is ready on http://127.0.0.1:${port}`);
});
