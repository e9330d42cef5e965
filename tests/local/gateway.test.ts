import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Gateway, openGateway } from "../../local/gateway.ts";
import { builtPage } from "../../local/built-page.ts";
import { readPages } from "../../local/pages.ts";

const seen: APIGatewayProxyEventV2[] = [];
const logged: object[] = [];
let gateway: Gateway;
let base: string;
beforeAll(async () => {
  gateway = await openGateway({
    host: "127.0.0.1",
    port: 0,
    mounts: [
      {
        path: "/echo",
        handler: (event) => {
          seen.push(event);
          return Promise.resolve({
            statusCode: 201,
            headers: { "content-type": "text/plain" },
            cookies: ["a=1", "b=2"],
            body: Buffer.from("ü").toString("base64"),
            isBase64Encoded: true,
          });
        },
      },
      { path: "/bodiless", handler: () => Promise.resolve({ statusCode: 200, body: "" }) },
      { path: "/crash", handler: () => Promise.reject(new Error("a secret reason")) },
    ],
    pages: await readPages(await builtPage()),
    log: (line) => logged.push(line),
  });
  base = `http://127.0.0.1:${gateway.port}`;
});
afterAll(() => gateway.stop());
beforeEach(() => {
  seen.length = 0;
  logged.length = 0;
});

/** What a server answers to bytes that no client library would send. */
const raw = async (bytes: string): Promise<string> => {
  const socket = createConnection(gateway.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(bytes);
  return text(socket);
};

/** As `fetch`, but the path goes out as it is. */
const statusOf = async (path: string, method = "GET"): Promise<number | undefined> => {
  const sent = request({ port: gateway.port, path, method }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
};

describe("a request", () => {
  it("reaches its service in API Gateway's payload format 2.0", async () => {
    await fetch(`${base}/echo/a%2Fb?x=1&x=2`, {
      method: "POST",
      headers: {
        "X-Thing": "one",
        "content-type": "application/json",
        cookie: "a=1; b=2",
        "x-forwarded-proto": "https",
      },
      body: '{"ü":1}',
    });

    expect(seen[0]).toMatchObject({
      version: "2.0",
      rawPath: "/echo/a%2Fb",
      rawQueryString: "x=1&x=2",
      cookies: ["a=1", "b=2"],
      headers: { "x-thing": "one", "x-forwarded-proto": "http", host: `127.0.0.1:${gateway.port}` },
      requestContext: { http: { method: "POST", path: "/echo/a%2Fb", sourceIp: "127.0.0.1" } },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ["compressed", { "content-type": "application/json", "content-encoding": "gzip" }, Buffer.from([31, 139])],
    ["of another type", { "content-type": "application/octet-stream" }, Buffer.from("plain")],
    ["that is no UTF-8", { "content-type": "application/json" }, Buffer.from([0xff, 0xfe])],
  ])("with a body %s carries it as base64", async (_what, headers, body) => {
    await fetch(`${base}/echo`, { method: "POST", headers, body });

    expect(seen[0]).toMatchObject({ body: body.toString("base64"), isBase64Encoded: true });
  });

  it("is answered with the service's status, headers, cookies and decoded body, under an id of its own", async () => {
    const answer = await fetch(`${base}/echo`);

    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(answer.headers.get("x-request-id")).toBe(seen[0]?.requestContext.requestId);
    expect(await answer.text()).toBe("ü");
  });

  it("by HEAD is not told of a length that its service did not say", async () => {
    const answer = await fetch(`${base}/bodiless`, { method: "HEAD" });

    expect([answer.status, answer.headers.has("content-length")]).toEqual([200, false]);
  });

  it("that no service answers gets a plain 500, and the log the reason", async () => {
    const answer = await fetch(`${base}/crash`);

    expect([answer.status, await answer.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(logged).toMatchObject([{ requestId: answer.headers.get("x-request-id"), error: "Error: a secret reason" }]);
  });

  it("for a path that only begins like a service's does not reach it", async () => {
    expect((await fetch(`${base}/echoes`)).status).toBe(404);
    expect(seen).toEqual([]);
  });
});

describe("a body over 6 MB", () => {
  const body = Buffer.alloc(6 * 1024 * 1024 + 1);

  it("is refused by its announced length", async () => {
    const answer = await fetch(`${base}/echo`, { method: "POST", body });

    expect([answer.status, answer.headers.get("connection")]).toEqual([413, "close"]);
    expect(seen).toEqual([]);
  });

  it("is refused while it is read when its length is not announced", async () => {
    const pieces = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 65_536) controller.enqueue(body.subarray(at, at + 65_536));
        controller.close();
      },
    });
    const answer = await fetch(`${base}/echo`, { method: "POST", body: pieces, duplex: "half" });

    expect(answer.status).toBe(413);
    expect(seen).toEqual([]);
  });
});

describe("what is no HTTP", () => {
  it.each([
    ["nonsense", "NONSENSE\r\n\r\n", "400 Bad Request"],
    ["headers without end", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, "431"],
  ])("(%s) is told so and closed", async (_what, bytes, status) => {
    expect(await raw(bytes)).toContain(`HTTP/1.1 ${status}`);
  });
});

describe("a page", () => {
  it("comes with a strict policy, for GET and HEAD", async () => {
    const answer = await fetch(`${base}/`);
    const head = await fetch(`${base}/`, { method: "HEAD" });

    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).not.toContain("unsafe");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
      200,
      answer.headers.get("content-length"),
      "",
    ]);
  });

  it("is not sent again to one who has it", async () => {
    const etag = (await fetch(`${base}/icon.svg`)).headers.get("etag") ?? "";

    expect((await fetch(`${base}/icon.svg`, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("takes no other method", async () => {
    const answer = await fetch(`${base}/`, { method: "DELETE" });

    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it.each([
    "/../package.json",
    "/%2e%2e/package.json",
    "/..%2fpackage.json",
    "//etc/passwd",
    "/icon.svg/",
    "/local/clock",
  ])("is nowhere but in its folder: %s", async (path) => {
    expect(await statusOf(path)).toBe(404);
  });
});
