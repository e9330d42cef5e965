import { describe, expect, it } from "vitest";
import { hashOf } from "../../functions/core/credential.ts";
import { Failure } from "../../functions/core/failure.ts";
import { renderFailure as inImkitWords } from "../../functions/dialects/imkit/failure.ts";
import { renderFailure as inOurWords } from "../../functions/dialects/v1/failure.ts";
import type { Request } from "../../functions/edge/http.ts";
import { BATCHES, limitPerMinute } from "../../functions/services/call-limits.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { HANDFUL } from "../../functions/tasks/limit-together.ts";
import { openParts } from "../support/engine.ts";
import { jsonIn, sending } from "../support/http.ts";

const request = (path: string): Request => ({
  id: "1",
  method: "GET",
  sourceIp: "",
  route: { method: "GET", path, operation: "any", scope: "any" },
  path: {},
  query: new URLSearchParams(),
  headers: {},
});

describe("a limit of calls a minute", () => {
  const open = (calls: number) => {
    const clock = { now: 0 };
    const limit = limitPerMinute({ clock: () => clock.now }, calls);
    const ask = (hash: string | undefined, path = "/"): number | undefined => {
      try {
        limit(request(path), hash === undefined ? undefined : { credential: { hash } });
        return undefined;
      } catch (error) {
        if (error instanceof Failure) return Number(error.details["retryAfterSeconds"]);
        throw error;
      }
    };
    return { clock, ask };
  };

  it("is a credential's, on all routes together, and nobody's who has none", () => {
    const { clock, ask } = open(2);
    expect([ask("a"), ask("a", "/other"), ask("b")]).toEqual([undefined, undefined, undefined]);
    clock.now += 15_000;
    expect([ask("a"), ask("b"), ask("b")]).toEqual([45, undefined, 45]);
    expect(Array.from({ length: 5 }, () => ask(undefined))).toEqual(Array.from({ length: 5 }, () => undefined));
    clock.now += 45_000;
    expect(ask("a")).toBeUndefined();
  });

  it("is told in each dialect's words, with the seconds to wait", () => {
    const failure = new Failure("rate.exceeded", "Too many calls: wait 45 seconds.", { retryAfterSeconds: 45 });
    const ours = inOurWords(failure, "request-1");

    expect(ours).toMatchObject({ status: 429, headers: { "retry-after": "45" } });
    expect(JSON.parse(ours.body)).toMatchObject({ type: "/problems/too-many-requests", status: 429 });
    expect(inImkitWords(failure)).toMatchObject({ status: 429, headers: { "retry-after": "45" } });
  });

  it("is a thousand for an IMKit key", async () => {
    const { parts, close, clock } = await openParts();
    try {
      const { credentials } = await createWorkspace(parts)({ id: "acme", name: "Acme" });
      const handler = serveImkit(parts, () => {});
      const headers = { "IM-API-KEY": credentials.imkit.apiKey };
      // A range that nobody can mean is refused before anything is read, and counts all the same.
      const ask = () => handler(sending("GET", "/admin/stats?start=never&end=never", { headers }));
      for (let call = 0; call < 1_000; call++) expect((await ask()).statusCode).toBe(400);
      const refused = await ask();
      expect(refused).toMatchObject({ statusCode: 429, headers: { "retry-after": "60" } });
      expect(jsonIn(refused)).toMatchObject({ RC: 429, RM: "Too Many Requests", error: { code: "TOO_MANY_REQUESTS" } });
      clock.now += 60_000;
      expect((await ask()).statusCode).toBe(400);
    } finally {
      await close();
    }
  });
});

describe("a credential's batches of events", () => {
  it("are counted in all processes together, and told how long to wait", async () => {
    const { parts, connect, close, clock } = await openParts({ now: Date.parse("2026-11-21T09:00:20Z") });
    try {
      const { credentials } = await createWorkspace(parts)({ id: "acme", name: "Acme" });
      const window = Date.parse("2026-11-21T09:00:00Z");
      const handler = serveV1(connect(), () => {});
      const headers = { "x-api-key": credentials.apiKey, "content-type": "application/json" };
      const send = () => handler(sending("POST", "/v1/events", { headers, body: "[]" }));
      // Others have sent nearly all there may be in this minute.
      await parts.calls.count(`events of ${hashOf(credentials.apiKey)}`, window, 60_000, BATCHES);
      const statuses: unknown[] = [];
      for (let call = 0; call < HANDFUL; call++) statuses.push((await send()).statusCode);
      expect([statuses.slice(0, -1), statuses.at(-1)]).toEqual([Array(HANDFUL - 1).fill(200), 429]);
      const refused = await send();
      expect(refused).toMatchObject({ statusCode: 429, headers: { "retry-after": "40" } });
      expect(jsonIn(refused)).toMatchObject({ type: "/problems/too-many-requests", status: 429 });
      clock.now += 40_000;
      expect((await send()).statusCode).toBe(200);
    } finally {
      await close();
    }
  });
});
