import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a server answers one request. */
export type Play = (request: IncomingMessage, response: ServerResponse) => void;

/** A chat server on loopback that a test plays; it answers as it was told last. */
export interface UpstreamServer {
  readonly url: string;
  /** Headers of every request that came, oldest first, with its path. */
  readonly asked: { readonly path: string; readonly headers: IncomingMessage["headers"] }[];
  play: (how: Play) => void;
  close: () => Promise<void>;
}

/** Starts a server that answers 503 until it is told how. */
export const startUpstream = async (): Promise<UpstreamServer> => {
  let how: Play = (_request, response) => response.writeHead(503).end();
  const asked: UpstreamServer["asked"] = [];
  const server: Server = createServer((request, response) => {
    asked.push({ path: request.url ?? "", headers: request.headers });
    // Whoever asked may be gone before the answer is.
    response.on("error", () => undefined);
    how(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    play: (next) => {
      how = next;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};

/** Answers with JSON. */
export const answering =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Play =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };

/** Sends to another address. */
export const redirecting =
  (location: string): Play =>
  (_request, response) => {
    response.writeHead(302, { location }).end();
  };

/** Takes the request and says nothing. */
export const stalling: Play = () => undefined;

/** Begins an answer and does not go on. */
export const stallingHalfWay: Play = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"success":');
};

/** Promises more than it sends, and hangs up. */
export const cuttingOff: Play = (_request, response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write('{"success":');
  response.socket?.end();
};

const MEGABYTE = Buffer.alloc(1_000_000, "1");

/** Goes on for so many megabytes. */
export const pouring =
  (megabytes: number): Play =>
  (_request, response) => {
    let sent = 0;
    response.writeHead(200, { "content-type": "application/json" });
    const pour = (): void => {
      while (sent < megabytes && !response.destroyed) {
        sent++;
        if (!response.write(MEGABYTE)) {
          response.once("drain", pour);
          return;
        }
      }
      response.end();
    };
    pour();
  };
