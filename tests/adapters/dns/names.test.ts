import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type NamesOptions, publicNames } from "../../../functions/adapters/dns/names.ts";
import type { Names } from "../../../functions/ports/names.ts";
import { certificateFor } from "../../support/servers/certificate.ts";
import { a, type NameServer, srv, startNameServer, txt } from "../../support/servers/name-server.ts";

let server: NameServer;
beforeAll(async () => {
  server = await startNameServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.said.clear();
  server.asked.length = 0;
});

const namesWith = (options: NamesOptions = {}): Names =>
  publicNames({ servers: [server.address], timeoutMs: 5_000, tries: 1, deadlineMs: 10_000, ...options });

describe("names in DNS", () => {
  it("have service records", async () => {
    server.said.set("SRV _matrix-fed._tcp.example.test", [srv("chat.example.test", 443)]);

    expect(await namesWith().services("_matrix-fed._tcp.example.test")).toEqual({
      found: [{ target: "chat.example.test", port: 443, priority: 1, weight: 1 }],
    });
  });

  it("have texts, each joined from the strings it was split into", async () => {
    server.said.set("TXT key.example.test", [txt("one ", "key"), txt("another")]);

    expect(await namesWith().texts("key.example.test")).toEqual({ found: ["one key", "another"] });
  });

  it("are missing when there is no such name", async () => {
    expect(await namesWith().services("_matrix-fed._tcp.example.test")).toEqual({ missing: true });
    expect(await namesWith().texts("key.example.test")).toEqual({ missing: true });
  });

  it("are missing when the name has nothing of the kind", async () => {
    server.said.set("TXT key.example.test", []);

    expect(await namesWith().texts("key.example.test")).toEqual({ missing: true });
  });

  it("come over TCP when they are too long for one packet", async () => {
    const key = "k".repeat(255);
    server.said.set("TXT key.example.test", [txt(...Array.from({ length: 12 }, () => key))]);

    expect(await namesWith().texts("key.example.test")).toEqual({ found: [key.repeat(12)] });
    expect(server.asked).toEqual(["TXT key.example.test", "TXT key.example.test"]);
  });

  it("fail when no name server answers", async () => {
    server.said.set("TXT key.example.test", "silence");

    expect(await namesWith({ timeoutMs: 50 }).texts("key.example.test")).toEqual({
      failed: "there was no answer in time",
    });
  });

  it("fail when the whole time is over, however often one might still ask", async () => {
    server.said.set("SRV slow.example.test", "silence");

    expect(await namesWith({ timeoutMs: 60_000, deadlineMs: 50 }).services("slow.example.test")).toEqual({
      failed: "there was no answer in time",
    });
  });

  it.each([
    ["half", "its name servers gave an answer that can't be read"],
    ["failure", "its name servers failed"],
  ] as const)("fail when the answer is a %s", async (said, failed) => {
    server.said.set("SRV odd.example.test", said);

    expect(await namesWith().services("odd.example.test")).toEqual({ failed });
  });

  it("can't be read when there are too many or too long ones", async () => {
    const many = Array.from({ length: 21 }, (_, at) => at);
    server.said.set(
      "TXT many.example.test",
      many.map((at) => txt(`text ${at}`)),
    );
    server.said.set(
      "SRV many.example.test",
      many.map((at) => srv(`host${at}.example.test`, 443)),
    );
    server.said.set("TXT long.example.test", [txt(...Array.from({ length: 17 }, () => "x".repeat(255)))]);

    expect(await namesWith().texts("many.example.test")).toEqual({ unreadable: "there are more than 20 records" });
    expect(await namesWith().services("many.example.test")).toEqual({ unreadable: "there are more than 20 records" });
    expect(await namesWith().texts("long.example.test")).toEqual({
      unreadable: "a record is longer than 4096 characters",
    });
  });
});

describe("a well-known file", () => {
  const certificate = certificateFor("example.test");
  let web: Server;
  let answer: RequestListener;
  const requests: string[] = [];

  beforeAll(async () => {
    web = createServer(certificate, (request, response) => {
      requests.push(request.url ?? "");
      answer(request, response);
    }).listen(0, "127.0.0.1");
    await once(web, "listening");
  });
  afterAll(async () => {
    web.closeAllConnections();
    web.close();
    await once(web, "close");
  });
  beforeEach(() => {
    requests.length = 0;
    server.said.set("A example.test", [a("127.0.0.1")]);
    answer = (_request, response) => response.end(JSON.stringify({ "m.server": "chat.example.test:443" }));
  });

  /** Names that may connect to loopback, where the test's own server is. */
  const allowed = (options: NamesOptions = {}): Names =>
    namesWith({
      httpsPort: (web.address() as AddressInfo).port,
      ca: certificate.cert,
      mayConnect: (address) => address === "127.0.0.1",
      ...options,
    });
  const asked = (options?: NamesOptions) => allowed(options).wellKnown("example.test", "matrix/server");

  it("is read from the host that the name leads to", async () => {
    expect(await asked()).toEqual({ found: { "m.server": "chat.example.test:443" } });
    expect(requests).toEqual(["/.well-known/matrix/server"]);
  });

  it("is never asked for at an address that is not public", async () => {
    const httpsPort = (web.address() as AddressInfo).port;
    const guarded = namesWith({ httpsPort, ca: certificate.cert });

    expect(await guarded.wellKnown("example.test", "matrix/server")).toEqual({
      unreadable: "example.test leads to an address that is not public",
    });
    expect(requests).toEqual([]);
  });

  it("is not asked for when one of several addresses is not public", async () => {
    server.said.set("A example.test", [a("127.0.0.1"), a("169.254.169.254")]);

    expect(await asked()).toEqual({ unreadable: "example.test leads to an address that is not public" });
    expect(requests).toEqual([]);
  });

  it("is not asked for at an address in the place of a name", async () => {
    const httpsPort = (web.address() as AddressInfo).port;
    const guarded = namesWith({ httpsPort, ca: certificate.cert });

    for (const address of ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433"])
      expect(await guarded.wellKnown(address, "matrix/server")).toHaveProperty("unreadable");
    expect(requests).toEqual([]);
  });

  it("is missing without a host, and when the host has none", async () => {
    expect(await allowed().wellKnown("other.example.test", "matrix/server")).toEqual({ missing: true });

    answer = (_request, response) => response.writeHead(404).end();
    expect(await asked()).toEqual({ missing: true });
  });

  it.each([
    [500, { failed: "it was answered with status 500" }],
    [403, { failed: "it was answered with status 403" }],
  ])("fails with status %i", async (status, outcome) => {
    answer = (_request, response) => response.writeHead(status).end("{}");

    expect(await asked()).toEqual(outcome);
  });

  it("can't be read when it is no JSON", async () => {
    answer = (_request, response) => response.end("<html>");

    expect(await asked()).toEqual({ unreadable: "it is no JSON" });
  });

  it("can't be read when it is too large, whatever it says of its length", async () => {
    answer = (_request, response) => {
      response.on("error", () => undefined);
      const write = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(16_384, " "), write);
      };
      write();
    };

    expect(await asked()).toEqual({ unreadable: "the answer is over 65536 bytes" });
  });

  it("fails when it never ends", async () => {
    answer = (_request, response) => {
      response.write("{");
    };

    expect(await asked({ deadlineMs: 200 })).toEqual({ failed: "there was no answer in time" });
  });

  it("fails when the connection breaks", async () => {
    answer = (request) => request.socket.destroy();

    expect(await asked()).toEqual({ failed: "it could not be asked for (ECONNRESET)" });
  });

  it("fails when nobody listens", async () => {
    expect(await asked({ httpsPort: 1 })).toEqual({ failed: "the connection was refused" });
  });

  it("follows a redirect on its host", async () => {
    answer = (request, response) => {
      if (request.url === "/elsewhere") response.end('{"found":true}');
      else response.writeHead(302, { location: "/elsewhere" }).end();
    };

    expect(await asked()).toEqual({ found: { found: true } });
  });

  it.each(["https://other.example.test/", "http://example.test/", "https://169.254.169.254/latest/", "https://["])(
    "does not follow a redirect to %s",
    async (location) => {
      answer = (_request, response) => response.writeHead(307, { location }).end();

      expect(await asked()).toEqual({ unreadable: "it redirects to another host, which is not followed" });
      expect(requests).toHaveLength(1);
    },
  );

  it("does not go round in circles", async () => {
    answer = (request, response) => response.writeHead(301, { location: request.url }).end();

    expect(await asked()).toEqual({ unreadable: "it redirects more than 3 times" });
    expect(requests).toHaveLength(4);
  });

  it("can't be read with a certificate that nobody trusts", async () => {
    const stranger = certificateFor("example.test");

    expect(await asked({ ca: stranger.cert })).toEqual({
      unreadable: expect.stringMatching(/^its certificate is not good \([A-Z_]+\)$/) as string,
    });
    expect(requests).toEqual([]);
  });

  it("can't be read with a certificate for another host", async () => {
    server.said.set("A other.test", [a("127.0.0.1")]);

    expect(await allowed().wellKnown("other.test", "matrix/server")).toEqual({
      unreadable: "its certificate is not good (ERR_TLS_CERT_ALTNAME_INVALID)",
    });
  });
});
