import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * What becomes of a call. pass: the engine answers. lost: it does what it is asked, and the answer is lost. silent:
 * nobody ever answers. TransactionConflict: a transaction meets another. Anything else is the name of an error that AWS answers with, the call not being done.
 */
export type Fate =
  | "pass"
  | "lost"
  | "silent"
  | "ThrottlingException"
  | "ProvisionedThroughputExceededException"
  | "RequestLimitExceeded"
  | "InternalServerError"
  | "TransactionInProgressException"
  | "TransactionConflict";

/** An engine that has too much to do, as no engine here ever has: a server in front of one. */
export interface BusyEngine {
  readonly endpoint: string;
  /** Calls that came, and how many of them did not pass. */
  readonly calls: () => { readonly all: number; readonly troubled: number };
  readonly close: () => Promise<void>;
}

const SERVER_ERROR = 500;
const CLIENT_ERROR = 400;

const CONFLICT = { name: "TransactionCanceledException", CancellationReasons: [{ Code: "TransactionConflict" }] };

const refuse = (response: ServerResponse, fate: Fate): void => {
  const { name, ...more } = fate === "TransactionConflict" ? CONFLICT : { name: fate };
  response.writeHead(name === "InternalServerError" ? SERVER_ERROR : CLIENT_ERROR, {
    "content-type": "application/x-amz-json-1.0",
  });
  response.end(
    JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "Too much is asked.", ...more }),
  );
};

/** Opens it in front of an engine; `fateOf` is asked about each call by the operation's name, such as `PutItem`. */
export const openBusyEngine = async (endpoint: string, fateOf: (operation: string) => Fate): Promise<BusyEngine> => {
  const agent = new Agent({ keepAlive: true });
  let all = 0;
  let troubled = 0;
  const forward = async (incoming: IncomingMessage): Promise<[IncomingMessage, Buffer]> => {
    const body = await buffer(incoming);
    const outgoing = request(endpoint, { method: "POST", headers: { ...incoming.headers, host: "" }, agent });
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    return [answer, await buffer(answer)];
  };
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fate = fateOf(String(incoming.headers["x-amz-target"]).split(".").at(-1) ?? "");
    all++;
    if (fate !== "pass") troubled++;
    if (fate === "silent") return;
    if (fate !== "pass" && fate !== "lost") {
      incoming.resume();
      refuse(response, fate);
      return;
    }
    const [answer, body] = await forward(incoming);
    if (fate === "lost") incoming.socket.destroy();
    else response.writeHead(answer.statusCode ?? SERVER_ERROR, answer.headers).end(body);
  };
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => ({ all, troubled }),
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
