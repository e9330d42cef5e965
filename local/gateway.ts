import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { codeOf, errorOf } from "../functions/core/thrown.ts";
import type { HttpHandler } from "../functions/edge/http.ts";
import { Mishap } from "./mishap.ts";
import type { Page } from "./pages.ts";
import { bodyOf, BodyTooLarge, eventOf, split } from "./request.ts";
import { send, sendMessage, sendPage, sendResult } from "./response.ts";

/** What answers under a path and below it. */
export interface Mount {
  readonly path: string;
  readonly handler: HttpHandler;
}

/** Answers requests that belong to no service and no page; undefined when it has nothing at that path. */
export type Extra = (request: {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
  readonly isLoopback: boolean;
}) => Promise<{ readonly status: number; readonly body: object } | undefined>;

/** What a front door is made of. */
export interface GatewayOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly mounts: readonly Mount[];
  readonly pages: ReadonlyMap<string, Page>;
  readonly extra?: Extra | undefined;
  /** Takes one line about each request that no handler answered for. */
  readonly log: (line: object) => void;
  /** How long a client is waited for, and how many at a time; {@link PATIENCE} by default. */
  readonly patience?: Patience;
}

/** What one client may take of a front door; milliseconds. */
export interface Patience {
  /** Until a request's headers are there, from the connection's start or the last request's end. */
  readonly headersMs: number;
  /** Until the whole request is there. */
  readonly requestMs: number;
  /** Between two requests of one connection. */
  readonly keepAliveMs: number;
  /** Without a byte in either direction: longer than any answer takes, for a client that reads none. */
  readonly idleMs: number;
  /** How often the first two are looked after. */
  readonly everyMs: number;
  /** What a refused body is read on for, so that its sender gets to see the answer. */
  readonly drainMs: number;
  /** Connections at a time; more are closed as they come. */
  readonly connections: number;
}

/** As API Gateway has it, which waits 30 seconds for a request. */
const PATIENCE: Patience = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  idleMs: 120_000,
  everyMs: 1_000,
  drainMs: 2_000,
  connections: 2_000,
};

/** A front door that takes requests. */
export interface Gateway {
  readonly port: number;
  /** Sockets open now. */
  readonly connections: () => number;
  /** Takes no more requests, finishes those it has, and closes. */
  readonly stop: () => Promise<void>;
}

const STOPPING_MS = 5_000;

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

const isUnder = (path: string, mount: string): boolean => path === mount || path.startsWith(`${mount}/`);

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  options: GatewayOptions,
): Promise<void> => {
  const body = await bodyOf(request);
  const [path] = split(request.url ?? "/");
  const mount = options.mounts.find((one) => isUnder(path, one.path));
  if (mount !== undefined) {
    sendResult(response, await mount.handler(eventOf(request, id, body)));
    return;
  }
  const page = options.pages.get(path);
  if (page !== undefined) {
    sendPage(request, response, page);
    return;
  }
  const isLoopback = LOOPBACK.test(request.socket.remoteAddress ?? "");
  const extra = await options.extra?.({ method: request.method ?? "GET", path, body, isLoopback });
  if (extra === undefined) sendMessage(response, 404, "Not Found");
  else send(response, extra.status, { "content-type": "application/json" }, JSON.stringify(extra.body));
};

/** Answers a body that is too large, and reads on a while: closing at once would reset the connection under the answer. */
const refuseBody = (request: IncomingMessage, response: ServerResponse, drainMs: number): void => {
  sendMessage(response, 413, "Request Entity Too Large", { connection: "close" });
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), drainMs);
  request.socket.once("close", () => clearTimeout(timer));
};

const respond = async (request: IncomingMessage, response: ServerResponse, options: GatewayOptions): Promise<void> => {
  const id = randomUUID();
  response.setHeader("x-request-id", id);
  try {
    await answer(request, response, id, options);
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      refuseBody(request, response, (options.patience ?? PATIENCE).drainMs);
      return;
    }
    // Nobody is there any more to be answered.
    if (request.socket.destroyed) return;
    options.log({ event: "RequestFailed", requestId: id, error: String(error), stack: errorOf(error).stack });
    if (response.headersSent) response.destroy();
    else sendMessage(response, 500, "Internal Server Error");
  }
};

const STATUS_OF_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** Says why, and closes: a client that reads nothing, and so never learns that it is over, is left after a while. */
const answerBrokenRequest = (error: NodeJS.ErrnoException, socket: Socket, drainMs: number): void => {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_OF_ERRORS[error.code ?? ""] ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nx-request-id: ${randomUUID()}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  const timer = setTimeout(() => socket.destroy(), drainMs);
  socket.once("close", () => clearTimeout(timer));
};

/**
 * The front door: turns HTTP requests into the events that API Gateway makes, for the same services.
 * @throws Mishap when the port is taken or not allowed.
 */
export const openGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { patience = PATIENCE } = options;
  const server = createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      keepAliveTimeout: patience.keepAliveMs,
      connectionsCheckingInterval: patience.everyMs,
    },
    (request, response) => void respond(request, response, options),
  );
  server.maxConnections = patience.connections;
  server.timeout = patience.idleMs;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("clientError", (error, socket) => answerBrokenRequest(error, socket as Socket, patience.drainMs));
  try {
    server.listen(options.port, options.host);
    await once(server, "listening");
  } catch (error) {
    throw mishapOf(error, options);
  }
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    connections: () => sockets.size,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), STOPPING_MS);
      await closed;
      clearTimeout(timer);
    },
  };
};

const mishapOf = (error: unknown, { host, port }: GatewayOptions): Error => {
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return new Mishap(
        `Port ${port} is taken by another program: choose another with --port, or 0 for any free one.`,
        { cause: error },
      );
    case "EACCES":
      return new Mishap(`Port ${port} may not be opened by this user: choose one from 1024 up with --port.`, {
        cause: error,
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new Mishap(`This machine has no address ${host}: choose another with --host.`, { cause: error });
    default:
      return errorOf(error);
  }
};
