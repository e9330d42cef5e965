import { createConnection, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Gateway, openGateway, type Patience } from "../../local/gateway.ts";
import { counted } from "../support/counted.ts";

/** As in life, but a client is waited for as long as a test can wait. */
const PATIENCE: Patience = {
  headersMs: 600,
  requestMs: 1_000,
  keepAliveMs: 1_500,
  idleMs: 1_500,
  everyMs: 50,
  drainMs: 200,
  connections: 300,
};
const MOST_WAIT_MS = 5_000;
const MOST_GROWTH = 64 * 1_048_576;

let gateway: Gateway;
let attacks = 0;
const seen: string[] = [];
const logged: object[] = [];

beforeAll(async () => {
  gateway = await openGateway({
    host: "127.0.0.1",
    port: 0,
    mounts: [
      {
        path: "/v1",
        handler: async (event) => {
          seen.push(`${event.requestContext.http.method} ${event.rawPath} ${event.body?.length ?? 0}`);
          return { statusCode: 200, headers: { "content-type": "text/plain" }, body: event.rawPath };
        },
      },
    ],
    pages: new Map(),
    log: (line) => logged.push(line),
    patience: PATIENCE,
  });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  seen.length = 0;
  logged.length = 0;
});

const connected = async (): Promise<Socket> => {
  const socket = createConnection(gateway.port, "127.0.0.1");
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
  attacks++;
  return socket;
};

/** All that a server says to a socket until it closes it; fails when it never does. */
const heardBy = async (socket: Socket): Promise<string> => {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server never closed the connection")), MOST_WAIT_MS);
    const over = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (socket.closed) over();
    else socket.once("close", over);
  });
  return Buffer.concat(chunks).toString();
};

const tell = async (...parts: readonly (string | Uint8Array)[]): Promise<string> => {
  const socket = await connected();
  const heard = heardBy(socket);
  for (const part of parts) socket.write(part);
  return heard;
};

const asked = async (): Promise<unknown> => {
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/v1/alive`, { headers: { connection: "close" } });
  return [answer.status, await answer.text()];
};

/** Client and server are one process here, so the one may be late because the other is busy. */
const stillAnswers = async (): Promise<void> => {
  await expect.poll(asked, { timeout: MOST_WAIT_MS }).toEqual([200, "/v1/alive"]);
};

const HOST = "host: x\r\n";
const CLOSE = "connection: close\r\n";
const POST = `POST /v1/x HTTP/1.1\r\n${HOST}content-type: text/plain\r\n`;

describe("a client that takes its time", () => {
  it.each([
    ["never speaks", []],
    ["sends half a line", ["GET /v1"]],
    ["sends half its headers", [`GET /v1/x HTTP/1.1\r\n${HOST}x-a: `]],
    ["sends half its body", [`${POST}content-length: 100\r\n\r\nhalf`]],
    ["announces a chunk and sends none", [`${POST}transfer-encoding: chunked\r\n\r\nff\r\n`]],
    ["begins a second request and leaves it", [`GET /v1/x HTTP/1.1\r\n${HOST}\r\nGET /v1/y HT`]],
  ])("(it %s) is told so and closed", async (_what, parts) => {
    expect(await tell(...parts)).toMatch(/HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(logged).toEqual([]);
    await stillAnswers();
  });

  it.each([
    ["headers", `GET /v1/x HTTP/1.1\r\n${HOST}x-slow: `, "a"],
    ["a body", `${POST}content-length: 100000\r\n\r\n`, "a"],
    ["a body without an announced end", `${POST}transfer-encoding: chunked\r\n\r\n`, "1\r\na\r\n"],
  ])("(it sends %s byte by byte) is not waited for longer than one that sends nothing", async (_what, first, drop) => {
    const socket = await connected();
    const heard = heardBy(socket);
    socket.write(first);
    const dripping = setInterval(() => socket.write(drop), 20);
    try {
      expect(await heard).toMatch(/HTTP\/1\.1 408 Request Timeout\r\n/);
    } finally {
      clearInterval(dripping);
    }
    expect(seen).toEqual([]);
    await stillAnswers();
  });

  it("(it reads nothing) holds up nobody else", async () => {
    const socket = await connected();
    socket.pause();
    for (let request = 0; request < 2_000; request++) socket.write(`GET /v1/${request} HTTP/1.1\r\n${HOST}\r\n`);
    await stillAnswers();
    await expect.poll(() => gateway.connections(), { timeout: MOST_WAIT_MS }).toBe(0);
    socket.destroy();
  });
});

describe("a client that goes away", () => {
  it.each([
    ["at once", ""],
    ["within its headers", `GET /v1/x HTTP/1.1\r\n${HOST}x`],
    ["within its body", `${POST}content-length: 100\r\n\r\nhalf`],
    ["before the answer", `GET /v1/x HTTP/1.1\r\n${HOST}\r\n`],
  ])("(%s) leaves nothing behind", async (_when, bytes) => {
    const socket = await connected();
    socket.write(bytes);
    socket.resetAndDestroy();
    await stillAnswers();
    await expect.poll(() => gateway.connections(), { timeout: MOST_WAIT_MS }).toBeLessThan(3);
    expect(logged).toEqual([]);
  });
});

describe("what can be read in two ways", () => {
  it.each([
    [
      "a length and chunks",
      `${POST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/hidden HTTP/1.1\r\n${HOST}\r\n`,
    ],
    [
      "chunks and a length",
      `${POST}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\nGET /v1/hidden HTTP/1.1\r\n${HOST}\r\n`,
    ],
    ["two lengths", `${POST}content-length: 1\r\ncontent-length: 5\r\n\r\nabcde`],
    ["a length that is none", `${POST}content-length: +5\r\n\r\nabcde`],
    ["a negative length", `${POST}content-length: -1\r\n\r\nabcde`],
    ["a length over every number", `${POST}content-length: 99999999999999999999999\r\n\r\nabcde`],
    ["chunks behind another coding", `${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ["chunks with a blank before the colon", `${POST}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ["a size of a chunk that is none", `${POST}transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n`],
    ["a negative size of a chunk", `${POST}transfer-encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n`],
    ["a size of a chunk over every number", `${POST}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n`],
    ["a chunk that is longer than it says", `${POST}transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`],
    ["a header that goes on in the next line", `GET /v1/x HTTP/1.1\r\n${HOST}x-a: 1\r\n 2: 3\r\nbad header\r\n\r\n`],
    ["a line that ends in one character", `GET /v1/x HTTP/1.1\n${HOST}x\u0000y: 1\r\n\r\n`],
    ["a header with a zero byte", `GET /v1/x HTTP/1.1\r\n${HOST}x: a\u0000b\r\n\r\n`],
    ["another protocol", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"],
    ["another version", `GET /v1/x HTTP/9.9\r\n${HOST}\r\n`],
    ["a method that is none", `GET\u0000 /v1/x HTTP/1.1\r\n${HOST}\r\n`],
    ["no host", `GET /v1/x HTTP/1.1\r\n\r\n`],
    ["two hosts", `GET /v1/x HTTP/1.1\r\n${HOST}host: y\r\n${CLOSE}\r\n`],
  ])("(%s) is refused or read once, and what hides behind it is never read", async (_what, bytes) => {
    const heard = await tell(bytes);
    expect(heard === "" || /^HTTP\/1\.1 (?:200|400|408|417|431|501|505) /.test(heard)).toBe(true);
    expect(seen.filter((one) => one.includes("hidden"))).toEqual([]);
    expect(seen.length).toBeLessThanOrEqual(1);
    expect(logged).toEqual([]);
    await stillAnswers();
  });

  it.each([
    ["another server's address", "http://169.254.169.254/latest/meta-data"],
    ["an asterisk", "*"],
    ["folders above", "/v1/../../etc/passwd"],
    ["folders above, encoded", "/v1/%2e%2e/%2e%2e/etc/passwd"],
    ["a zero byte, encoded", "/v1/%00"],
  ])("(a target of %s) is a path like any other", async (_what, target) => {
    const heard = await tell(`GET ${target} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 (?:200|400|404) /);
    expect(heard).not.toContain("root:");
    await stillAnswers();
  });
});

describe("too much", () => {
  it.each([
    ["one header of 1 MB", `GET /v1/x HTTP/1.1\r\n${HOST}x: ${"y".repeat(1_048_576)}\r\n\r\n`],
    ["50,000 headers", `GET /v1/x HTTP/1.1\r\n${HOST}${"x: y\r\n".repeat(50_000)}\r\n`],
    ["a path of 1 MB", `GET /v1/${"y".repeat(1_048_576)} HTTP/1.1\r\n${HOST}\r\n`],
  ])("(%s) is refused before it is read", async (_what, bytes) => {
    const heard = await tell(bytes);
    // Whoever still sends when the answer comes may never see it.
    expect(heard === "" || heard.startsWith("HTTP/1.1 431 ")).toBe(true);
    expect(seen).toEqual([]);
    await stillAnswers();
  });

  it("(a body without end) is refused at 6 MB, and closed", async () => {
    const before = process.memoryUsage().rss;
    const socket = await connected();
    const heard = heardBy(socket);
    socket.write(`${POST}transfer-encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${"a".repeat(65_536)}\r\n`;
    let sent = 0;
    while (!socket.destroyed && socket.writable) {
      sent += 65_536;
      if (!socket.write(chunk)) await new Promise((resolve) => socket.once("drain", resolve).once("close", resolve));
    }
    expect(await heard).toMatch(/^(?:HTTP\/1\.1 413 |$)/);
    expect(sent).toBeGreaterThan(6 * 1_048_576);
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWTH * 4);
    expect(seen).toEqual([]);
    await stillAnswers();
  });

  it("(a thousand requests at once on one connection) are answered one after the other, in order", async () => {
    const socket = await connected();
    const heard = heardBy(socket);
    const all = Array.from(
      { length: 1_000 },
      (_nothing, at) => `GET /v1/${at} HTTP/1.1\r\n${HOST}${at === 999 ? CLOSE : ""}\r\n`,
    );
    socket.write(all.join(""));
    const bodies = [...(await heard).matchAll(/\r\n\r\n\/v1\/(\d+)/g)].map(([, at]) => Number(at));
    expect(bodies).toEqual(Array.from({ length: 1_000 }, (_nothing, at) => at));
    attacks += 1_000;
  });

  it("(three thousand connections that never speak) leave room again as soon as they are given up", async () => {
    const before = process.memoryUsage().heapUsed;
    const sockets: Socket[] = [];
    for (let wave = 0; wave < 10; wave++)
      sockets.push(...(await Promise.all(Array.from({ length: 300 }, () => connected()))));
    expect(gateway.connections()).toBeLessThanOrEqual(PATIENCE.connections);
    await expect.poll(() => gateway.connections(), { timeout: MOST_WAIT_MS }).toBe(0);
    await stillAnswers();
    for (const socket of sockets) socket.destroy();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(MOST_GROWTH);
    expect(logged).toEqual([]);
    counted(attacks, "attacks, raw sockets against the local front door", "hostile input");
  });
});
