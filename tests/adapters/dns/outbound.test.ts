import { createServer as createTlsServer, type Server } from "node:https";
import { type AddressInfo, createServer as createRawServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boundedOutbound, type OutboundOptions } from "../../../functions/adapters/dns/outbound.ts";
import { isNeighbouringAddress } from "../../../functions/adapters/dns/public-address.ts";
import type { Reply } from "../../../functions/ports/outbound.ts";
import { certificateFor } from "../../support/servers/certificate.ts";
import {
  answering,
  cuttingOff,
  pouring,
  redirecting,
  stalling,
  stallingHalfWay,
  startUpstream,
  type UpstreamServer,
} from "../../support/servers/upstream-server.ts";

const SECRET = "token-that-nobody-else-may-see";
const MOST = 100_000;

let server: UpstreamServer;
beforeEach(async () => {
  server = await startUpstream();
});
afterEach(() => server.close());

const ask = (url: string, isNeighbour: boolean, options: OutboundOptions = { deadlineMs: 1_500 }): Promise<Reply> =>
  boundedOutbound(options)({
    url: new URL(url),
    headers: { "x-auth-token": SECRET },
    isNeighbour,
    maxBytes: MOST,
  });

const why = async (url = server.url, isNeighbour = true): Promise<string> => {
  const reply = await ask(url, isNeighbour);
  expect(JSON.stringify(reply)).not.toContain(SECRET);
  return "none" in reply ? reply.none : `status ${reply.status}`;
};

describe("a question to somebody else's server", () => {
  it("carries its headers, and brings status, headers and body back", async () => {
    server.play(answering({ ok: true }, 429, { "retry-after": "7" }));
    expect(await ask(`${server.url}/api`, true)).toMatchObject({
      status: 429,
      headers: { "retry-after": "7" },
      body: '{"ok":true}',
    });
    expect(server.asked).toMatchObject([{ path: "/api", headers: { "x-auth-token": SECRET } }]);
  });

  it("goes to no loopback address unless that was allowed, and by plain http to neighbours only", async () => {
    expect(await why(server.url, false)).toBe("not-secret");
    expect(await why(server.url.replace("http:", "https:"), false)).toBe("not-public");
    expect(await why("https://localhost:1", false)).toBe("not-public");
    expect(await why("http://192.0.2.1", true)).toBe("not-public");
    expect(server.asked).toEqual([]);
  });

  it.each(["169.254.169.254", "[fd00:ec2::254]", "168.63.129.16", "0.0.0.0", "[::ffff:169.254.169.254]"])(
    "never goes to %s, whatever was allowed",
    async (host) => {
      expect(await why(`http://${host}/latest/meta-data`)).toBe("not-public");
    },
  );

  it("checks the address where the connection takes it, so that a name can't lead elsewhere in between", async () => {
    const answers = [["203.0.113.7"], ["127.0.0.1"]];
    const addressesOf = (): Promise<string[]> => Promise.resolve(answers.pop() ?? []);
    const reply = await ask(server.url.replace("127.0.0.1", "chat.example").replace("http:", "https:"), false, {
      addressesOf,
    });
    expect(reply).toMatchObject({ none: "not-public" });
    expect(answers).toHaveLength(1);
    expect(server.asked).toEqual([]);
  });

  it("follows redirects on the same origin, and to no other", async () => {
    const other = await startUpstream();
    try {
      server.play((request, response) =>
        (request.url === "/" ? redirecting("/there") : answering("there"))(request, response),
      );
      expect(await ask(server.url, true)).toMatchObject({ status: 200, body: '"there"' });
      for (const location of [other.url, "http://169.254.169.254/", "file:///etc/passwd", "//", "\\\\other"]) {
        server.play(redirecting(location));
        expect(await why()).toBe("redirected");
      }
      expect(other.asked).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("does not run in circles", async () => {
    server.play(redirecting("/again"));
    expect(await why()).toBe("redirected");
    expect(server.asked.length).toBeLessThan(6);
  });

  it.each([
    ["stalls", stalling, "timeout"],
    ["stalls half-way", stallingHalfWay, "timeout"],
    ["lies about its length and hangs up", cuttingOff, "cut-off"],
    ["answers 1 GB", pouring(1_000), "too-large"],
    ["never ends", pouring(Infinity), "too-large"],
  ])("is given up when the server %s", async (_what, play, none) => {
    server.play(play);
    expect(await why()).toBe(none);
  });

  it("has an answer when the server wants to talk in another protocol", async () => {
    const raw = createRawServer((socket) => {
      socket.once("data", () =>
        socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
      );
    });
    await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
    expect(await why(`http://127.0.0.1:${(raw.address() as AddressInfo).port}`)).toBe("status 101");
    await new Promise<void>((resolve) => raw.close(() => resolve()));
  });

  it("is given up when nobody is there", async () => {
    const { url } = server;
    await server.close();
    expect(await why(url)).toBe("unreachable");
    server = await startUpstream();
  });
});

describe("a server with a certificate", () => {
  let tls: Server;
  const { key, cert } = certificateFor("chat.example");
  beforeEach(async () => {
    tls = createTlsServer({ key, cert }, (_request, response) => response.end("{}"));
    await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => new Promise<void>((resolve) => tls.close(() => resolve())));

  it("is believed when the certificate is good for its name, and only then", async () => {
    const url = `https://chat.example:${(tls.address() as AddressInfo).port}`;
    const addressesOf = (): Promise<string[]> => Promise.resolve(["127.0.0.1"]);
    expect(await ask(url, true, { addressesOf, ca: cert })).toMatchObject({ status: 200 });
    expect(await ask(url, true, { addressesOf })).toMatchObject({ none: "certificate" });
    expect(await ask(url, false, { addressesOf, ca: cert })).toMatchObject({ none: "not-public" });
  });
});

describe("a neighbouring address", () => {
  it.each([
    ["127.0.0.1", true],
    ["10.1.2.3", true],
    ["192.168.0.9", true],
    ["::1", true],
    ["fd12::1", true],
    ["::ffff:10.0.0.1", true],
    ["8.8.8.8", false],
    ["169.254.169.254", false],
    ["fd00:ec2::254", false],
    ["fd20:ce::254", false],
    ["fd00:c1::a9fe:a9fe", false],
    ["fe80::1", false],
    ["224.0.0.1", false],
    ["chat.example", false],
  ])("%s: %s", (address, is) => {
    expect(isNeighbouringAddress(address)).toBe(is);
  });
});
