import { describe, expect, it } from "vitest";
import { Failure } from "../../functions/core/failure.ts";
import { type Answer, etagOf, jsonAnswer } from "../../functions/edge/answer.ts";
import { httpHandler, type Request } from "../../functions/edge/http.ts";
import { jsonOf } from "../../functions/edge/json-body.ts";
import { jsonIn, sending, type Sending, textIn } from "../support/http.ts";

const ROUTES = [
  { method: "GET", path: "/page", operation: "page", scope: null },
  { method: "GET", path: "/long", operation: "long", scope: null },
  { method: "GET", path: "/secret", operation: "page", scope: "reader" },
  { method: "POST", path: "/echo", operation: "echo", scope: null, accepts: ["application/json"] },
  { method: "GET", path: "/crash/{word}", operation: "crash", scope: null },
] as const;
type Operation = (typeof ROUTES)[number]["operation"];

const LONG = JSON.stringify(Array.from({ length: 1_000 }, (_, at) => ({ at })));

const open = (limit?: (request: Request, caller: string) => Record<string, string>) => {
  const lines: object[] = [];
  const requests: Request[] = [];
  const handler = httpHandler<Operation, string>({
    routes: ROUTES,
    headers: { "cache-control": "private" },
    authenticate: (request) => {
      requests.push(request);
      return request.route.scope === null
        ? Promise.resolve("anyone")
        : Promise.reject(new Failure("credential.missing", "who?"));
    },
    ...(limit === undefined ? {} : { limit }),
    operations: {
      page: (): Answer => jsonAnswer('{"a":1}', { etag: etagOf("a"), "last-modified": "then" }),
      long: () => jsonAnswer(LONG),
      echo: (_request, _caller, body) => jsonAnswer(JSON.stringify(jsonOf(body.bytes)), {}, 201),
      crash: () => Promise.reject(new TypeError("no table called prod")),
    },
    renderFailure: (failure, requestId) => ({
      status: failure === undefined ? 500 : 418,
      headers: { "content-type": "text/plain" },
      body: `${failure?.code ?? "crashed"} ${requestId}`,
    }),
    newRequestId: () => "made-up",
    log: (line) => lines.push(line),
  });
  const ask = (method: string, target: string, sent?: Sending) => handler(sending(method, target, sent));
  return { handler, ask, lines, requests };
};

describe("a service behind HTTP", () => {
  it("answers with the request's id and safe headers", async () => {
    const result = await open().ask("GET", "/page", { requestId: "given" });

    expect(result).toEqual({
      statusCode: 200,
      body: '{"a":1}',
      headers: {
        "content-type": "application/json",
        "cache-control": "private",
        etag: etagOf("a"),
        "last-modified": "then",
        "x-request-id": "given",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000",
        vary: "accept-encoding",
      },
    });
  });

  it("makes an id up for a request that has none", async () => {
    const { handler } = open();
    const event = sending("GET", "/page");
    event.requestContext.requestId = "";

    expect((await handler(event)).headers?.["x-request-id"]).toBe("made-up");
  });

  it("answers HEAD as GET, without the body", async () => {
    const { ask } = open();
    const [got, head] = [await ask("GET", "/page"), await ask("HEAD", "/page")];

    expect(head).toEqual({ ...got, body: "", isBase64Encoded: false });
  });

  it.each([
    ["gzip", "gzip"],
    ["br;q=1, gzip;q=0.5", "br"],
    ["identity", undefined],
    [undefined, undefined],
    ["", undefined],
    ["*;q=0", undefined],
    ["zstd, deflate", undefined],
    ["GZIP;q=nonsense;;;,", undefined],
  ])("compresses for accept-encoding %j by %s, and refuses nobody", async (accepted, encoding) => {
    const result = await open().ask(
      "GET",
      "/long",
      accepted === undefined ? {} : { headers: { "Accept-Encoding": accepted } },
    );

    expect(result.statusCode).toBe(200);
    expect(result.headers?.["content-encoding"]).toBe(encoding);
    expect(textIn(result)).toBe(LONG);
  });

  it.each(["*", etagOf("a"), `W/${etagOf("a")}`, `"other", ${etagOf("a")}`])(
    "tells %s that nothing changed",
    async (known) => {
      const result = await open().ask("GET", "/page", { headers: { "If-None-Match": known } });

      expect(result.statusCode).toBe(304);
      expect(result.body).toBeUndefined();
      expect(result.headers).toMatchObject({ etag: etagOf("a"), "last-modified": "then", "cache-control": "private" });
      expect(result.headers).not.toHaveProperty("content-type");
    },
  );

  it("answers in full to who knows something else", async () => {
    expect((await open().ask("GET", "/page", { headers: { "if-none-match": '"other"' } })).statusCode).toBe(200);
  });

  it("hands bodies on, whatever the case of headers", async () => {
    const result = await open().ask("POST", "/echo", {
      body: Buffer.from("[1]"),
      headers: { "CONTENT-type": "application/json" },
    });

    expect([result.statusCode, jsonIn(result)]).toEqual([201, [1]]);
  });

  it("lets the dialect word what goes wrong, and adds what HTTP wants", async () => {
    const { ask, lines } = open();

    expect(await ask("GET", "/nowhere")).toMatchObject({ statusCode: 418, body: "route.unknown request-1" });
    expect(await ask("DELETE", "/page")).toMatchObject({
      body: "route.method-not-allowed request-1",
      headers: { allow: "GET, HEAD", "x-request-id": "request-1", "content-type": "text/plain" },
    });
    expect(await ask("POST", "/echo", { body: "[", headers: { "content-type": "application/json" } })).toMatchObject({
      body: "body.malformed request-1",
    });
    expect(await ask("POST", "/echo", { body: "[]" })).toMatchObject({ body: "body.unsupported-type request-1" });
    expect(await ask("GET", "/secret")).toMatchObject({ body: "credential.missing request-1" });
    expect(lines).toEqual([]);
  });

  it("looks at who asks before it looks at what is sent", async () => {
    const { ask, requests } = open();
    await ask("GET", "/secret?a=1&a=2");

    expect(requests[0]?.query.getAll("a")).toEqual(["1", "2"]);
  });

  it("logs a crash once, by its route and not by its path, and tells nothing of it", async () => {
    const { ask, lines } = open();
    const result = await ask("GET", "/crash/token-in-path?key=secret", { headers: { authorization: "Bearer secret" } });

    expect(result).toMatchObject({ statusCode: 500, body: "crashed request-1" });
    expect(lines).toEqual([
      {
        event: "RequestFailed",
        requestId: "request-1",
        route: "GET /crash/{word}",
        error: "TypeError",
        message: "no table called prod",
        stack: expect.stringContaining("TypeError"),
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/secret|token-in-path/);
  });

  it("says what is left of a limit with every answer, failures and crashes too", async () => {
    const callers: string[] = [];
    const { ask, lines } = open(({ route }, caller) => {
      callers.push(`${caller} at ${route.path}`);
      return { "x-left": "7", etag: "never this" };
    });
    const json = { headers: { "content-type": "application/json" } };
    const answers = [
      await ask("GET", "/page"),
      await ask("GET", "/page", { headers: { "if-none-match": etagOf("a") } }),
      await ask("POST", "/echo", { body: "[", ...json }),
      await ask("GET", "/crash/it"),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 304, 418, 500]);
    for (const { headers } of answers) expect(headers).toMatchObject({ "x-left": "7" });
    expect(answers[0]?.headers?.["etag"]).toBe(etagOf("a"));
    expect(callers).toEqual(["anyone at /page", "anyone at /page", "anyone at /echo", "anyone at /crash/{word}"]);
    expect(lines).toHaveLength(1);
  });

  it("counts no call of somebody unknown, nor one with a body that no route takes", async () => {
    let calls = 0;
    const { ask } = open(() => {
      calls++;
      throw new Failure("rate.exceeded", "slower");
    });

    expect(await ask("GET", "/secret")).toMatchObject({ body: "credential.missing request-1" });
    expect(await ask("POST", "/echo", { body: "[]" })).toMatchObject({ body: "body.unsupported-type request-1" });
    expect(calls).toBe(0);
    expect(await ask("GET", "/page")).toMatchObject({ statusCode: 418, body: "rate.exceeded request-1" });
  });
});
