import { createHash } from "node:crypto";
import { brotliCompressSync, constants } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { apiDescription } from "../../functions/services/api-description.ts";
import { escaped } from "../../functions/services/docs/markup.ts";
import { curlOf } from "../../functions/services/docs/operation.ts";
import { docsPage } from "../../functions/services/docs/page.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");
const BASE = "https://statistics.chat.test";
const FRONT = { host: "statistics.chat.test", "x-forwarded-proto": "https" } as const;

let open: OpenParts;
let handler: HttpHandler;
beforeAll(async () => {
  open = await openParts({ now: NOW });
  handler = serveAdmin(open.parts, (line) => {
    throw new Error(JSON.stringify(line));
  });
});
afterAll(() => open.close());
const get = (path: string, headers: Readonly<Record<string, string>> = FRONT) =>
  handler(sending("GET", path, { headers }));

describe("GET /openapi.json", () => {
  it("describes the API at the address it was asked at, to everybody", async () => {
    const result = await get("/openapi.json");

    expect(result).toMatchObject({ statusCode: 200, headers: { "content-type": "application/json" } });
    expect(jsonIn(result)).toEqual(JSON.parse(JSON.stringify(apiDescription(BASE))));
    expect(jsonIn(await get("/openapi.json", { host: "127.0.0.1:3000", "x-forwarded-proto": "http" }))).toMatchObject({
      servers: [{ url: "http://127.0.0.1:3000" }],
    });
    expect(jsonIn(await get("/openapi.json", {}))).toMatchObject({ servers: [{ url: "/" }] });
  });

  it.each(["/openapi.json", "/docs"])("is not sent twice to who has %s, and compressed to who asks", async (path) => {
    const { headers } = await get(path);
    const again = await get(path, { ...FRONT, "if-none-match": String(headers?.["etag"]) });
    const packed = await get(path, { ...FRONT, "accept-encoding": "br" });

    expect([again.statusCode, again.body]).toEqual([304, undefined]);
    expect(headers).toMatchObject({ "cache-control": "public, max-age=300" });
    expect(packed.headers).toMatchObject({ "content-encoding": "br" });
    expect((packed.body ?? "").length).toBeLessThan(textIn(packed).length / 4);
    // Higher qualities take a hundred times as long for a tenth less.
    expect(packed.body).toBe(
      brotliCompressSync(textIn(packed), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }).toString("base64"),
    );
  });
});

describe("GET /docs", () => {
  const attributes = (page: string, name: string): string[] =>
    [...page.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) => value);

  it("needs no script and nothing from elsewhere, and says so in its policy", async () => {
    const result = await get("/docs");
    const page = textIn(result);
    const policy = String(result.headers?.["content-security-policy"]);
    const [, style = ""] = /<style>(.*)<\/style>/s.exec(page) ?? [];

    expect(result.headers?.["content-type"]).toBe("text/html; charset=utf-8");
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe| style=| on\w+="|url\(|@import/);
    expect(attributes(page, "src")).toEqual([]);
    expect(attributes(page, "href").filter((target) => !/^(#|\/problems\/|\/openapi\.json$)/.test(target))).toEqual([]);
  });

  it("leads to every operation and every schema by an anchor, and nowhere that is not there", () => {
    const page = docsPage(apiDescription(BASE));
    const ids = attributes(page, "id");
    const description = apiDescription(BASE);
    const operations = Object.values(description.paths).flatMap((methods) => Object.values(methods));

    expect(new Set(ids).size).toBe(ids.length);
    for (const { operationId } of operations) expect(ids).toContain(operationId);
    for (const name of Object.keys(description.components["schemas"] ?? {})) expect(ids).toContain(`schema-${name}`);
    for (const target of attributes(page, "href").filter((one) => one.startsWith("#")))
      expect(ids).toContain(target.slice(1));
    for (const target of attributes(page, "aria-labelledby")) expect(ids).toContain(target);
  });

  it("is the same page for whoever asks with a host that is no host", async () => {
    const page = textIn(await get("/docs", { host: '"><script>', "x-forwarded-proto": "https" }));

    expect(page).not.toContain("<script");
    expect(page).toContain("<code>/</code>");
  });

  it("escapes what it shows", () => {
    expect(escaped(`<a href="x">'&`)).toBe("&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  });

  it("shows calls that a shell takes as they are", () => {
    const { paths } = apiDescription(BASE);
    const callOf = (path: string, method: string): string => {
      const operation = paths[path]?.[method];
      if (operation === undefined) throw new Error(`${path} is not described`);
      return curlOf({ method: method.toUpperCase(), path, operation }, BASE);
    };

    expect(callOf("/v1/history", "get")).toBe(
      `curl '${BASE}/v1/history?metrics=messages.sent%2Cusers.seen' \\\n  -H "authorization: Bearer $TIDEMARK_KEY"`,
    );
    expect(callOf("/v1/imports/{id}/finish", "post")).toBe(
      [
        `curl -X POST '${BASE}/v1/imports/imp7Qm2xYc/finish'`,
        '-H "authorization: Bearer $TIDEMARK_KEY"',
        "-H 'content-type: application/json'",
        `--data-binary '{"through":"2026-11-20T23"}'`,
      ].join(" \\\n  "),
    );
    expect(callOf("/api/v1/statistics", "get")).toContain(
      '-H "X-Auth-Token: $AUTH_TOKEN" \\\n  -H "X-User-Id: $USER_ID"',
    );
    expect(callOf("/openapi.json", "get")).toBe(`curl '${BASE}/openapi.json'`);
  });
});
