import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What may happen to a request on the way. */
export type Mishap =
  | "none"
  | "refused"
  | "busy"
  | "reset before"
  | "answer lost"
  | "answer cut off"
  | "delivered twice"
  | "wrong page";

/** A way to a server on which requests and answers get lost. */
export interface LossyProxy {
  readonly url: string;
  /** How often each mishap happened. */
  readonly happened: Readonly<Partial<Record<Mishap, number>>>;
  readonly close: () => Promise<void>;
}

const forward = async (origin: string, request: IncomingMessage, body: Buffer): Promise<Response> => {
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === "string" && !/^(host|connection|content-length|transfer-encoding)$/.test(name)
        ? [[name, value]]
        : [],
    ),
  );
  return fetch(`${origin}${request.url}`, {
    method: request.method ?? "GET",
    headers,
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  });
};

const passOn = async (answer: Response, response: ServerResponse, cutOff: boolean): Promise<void> => {
  const text = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, {
    "content-type": answer.headers.get("content-type") ?? "application/json",
    "content-length": text.length,
    ...(answer.headers.has("retry-after") ? { "retry-after": answer.headers.get("retry-after") ?? "" } : {}),
  });
  if (!cutOff) {
    response.end(text);
    return;
  }
  response.write(text.subarray(0, Math.floor(text.length / 2)), () => response.socket?.destroy());
};

/** Starts one on loopback. `next` says what happens to each request. */
export const startLossyProxy = async (origin: string, next: () => Mishap): Promise<LossyProxy> => {
  const happened: Partial<Record<Mishap, number>> = {};
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const mishap = next();
    happened[mishap] = (happened[mishap] ?? 0) + 1;
    if (mishap === "refused") {
      request.socket.destroy();
      return;
    }
    const body = await buffer(request);
    if (mishap === "reset before") request.socket.destroy();
    else if (mishap === "busy") response.writeHead(503, { "retry-after": "0" }).end();
    else if (mishap === "wrong page") response.writeHead(200, { "content-type": "text/html" }).end("<html></html>");
    else {
      if (mishap === "delivered twice") await forward(origin, request, body);
      const answer = await forward(origin, request, body);
      if (mishap === "answer lost") request.socket.destroy();
      else await passOn(answer, response, mishap === "answer cut off");
    }
  };
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    happened,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};
