import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROUTES as IMKIT } from "../../functions/dialects/imkit/routes.ts";
import { ROUTES as ROCKETCHAT } from "../../functions/dialects/rocketchat/routes.ts";
import { ADMIN_ROUTES, ROUTES as V1 } from "../../functions/dialects/v1/routes.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createOperatorKey, createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { sending } from "../support/http.ts";

const NOW = Date.parse("2026-11-21T09:30:00Z");

let open: OpenParts;
let services: readonly HttpHandler[];
let known: Record<string, string>;
const lines: object[] = [];

beforeAll(async () => {
  open = await openParts({ now: NOW });
  const log = (line: object) => lines.push(line);
  services = [serveV1, serveAdmin, serveRocketchat, serveImkit].map((serve) => serve(open.parts, log));
  const { credentials } = await createWorkspace(open.parts)({ id: "acme", name: "Acme" });
  known = {
    "x-api-key": await createOperatorKey(open.parts)(),
    "x-tidemark-workspace": "acme",
    "x-auth-token": credentials.rocketchat.authToken,
    "x-user-id": credentials.rocketchat.userId,
    "im-api-key": credentials.imkit.apiKey,
  };
});
afterAll(() => open.close());

const wild = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "%",
    "%zz",
    "%ff",
    "..",
    "__proto__",
    "\u0000",
    "💥",
    "2026-11-21T09",
    "x".repeat(3_000),
    "-1",
    "1e400",
    "null",
  ),
);
const segment = wild.map((text) => text.replaceAll(/[/?]/g, "_"));
/** All but the one that would end the token that the rest is asked with. */
const routes = [...V1, ...ADMIN_ROUTES, ...ROCKETCHAT, ...IMKIT].filter(({ path }) => path !== "/api/v1/logout");
const path = fc.oneof(
  fc.constantFrom(...routes).chain((route) => segment.map((text) => route.path.replaceAll(/\{\w+\+?\}/g, () => text))),
  fc.array(segment).map((parts) => `/${parts.join("/")}`),
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        "from",
        "to",
        "limit",
        "cursor",
        "metrics",
        "start",
        "end",
        "refresh",
        "revision",
        "import",
        "confirm",
        "%",
        "interval",
        "tz",
        "fill",
        "format",
      ),
      wild,
    ),
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value.replaceAll("?", "")}`).join("&"));
const headers = fc.dictionary(
  fc.constantFrom(
    "content-type",
    "content-encoding",
    "accept-encoding",
    "if-none-match",
    "idempotency-key",
    "x-tidemark-workspace",
    "authorization",
    "x-auth-token",
    "im-api-key",
    "host",
    "__proto__",
  ),
  fc.oneof(wild, fc.constantFrom("application/json", "application/x-ndjson", "gzip", "br, gzip", "*")),
);
const body = fc.oneof(
  fc.constant(undefined),
  fc.uint8Array({ maxLength: 50 }),
  fc.json(),
  fc.constantFrom(
    "[",
    "null",
    "{}",
    "[null]",
    '[{"__proto__":{"id":1}}]',
    "[".repeat(50_000),
    `[${"[".repeat(20_000)}${"]".repeat(20_000)}]`,
  ),
);

describe("whatever is sent", () => {
  it("is never our fault, and is always answered in full", async () => {
    const methods = fc.constantFrom("GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "BREW");

    await fc.assert(
      fc.asyncProperty(
        fc.nat(3),
        methods,
        path,
        query,
        headers,
        body,
        fc.boolean(),
        async (at, method, target, asked, given, sent, isKnown) => {
          const service = services[at] as HttpHandler;
          const result = await service(
            sending(method, `${target}?${asked}`, {
              headers: { ...(isKnown ? known : {}), "content-type": "application/json", ...given },
              ...(sent === undefined ? {} : { body: sent }),
            }),
          );

          expect([lines.splice(0), result.statusCode]).toEqual([[], expect.any(Number)]);
          expect(result.statusCode).toBeLessThan(500);
          expect(result.headers?.["x-request-id"]).toBe("request-1");
          expect(typeof result.body === "string" || [204, 304].includes(result.statusCode ?? 0)).toBe(true);
        },
      ),
      { numRuns: 1_500 },
    );
  });
});
