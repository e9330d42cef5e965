import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

/** Administration from one end to the other, over real HTTP; one step after the other. */
describe("a workspace that is administered over HTTP", () => {
  let drill: DrillRuntime;
  beforeAll(async () => {
    drill = await startDrill("2026-03-04T09:20:00Z");
  });
  afterAll(() => drill?.remove());

  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${drill.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${drill.credentials.apiKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const json = async (answer: Promise<Response>): Promise<unknown> => (await answer).json();
  const asOperator = (): Record<string, string> => ({ authorization: `Bearer ${drill.credentials.operatorKey}` });
  const pass = async (minutes: number): Promise<unknown> => {
    await ask("POST", "/local/clock", { advanceSeconds: 60 * minutes });
    return json(ask("POST", "/local/close-hours"));
  };
  const message = (id: string, time: string): object => ({
    specversion: "1.0",
    id,
    source: "chat-1",
    type: "message.sent",
    time,
    data: { room: "general", roomKind: "channel", user: "ann" },
  });

  it("is changed by a merge patch, which shows in the other dialects", async () => {
    const changed = await ask(
      "PATCH",
      "/v1/workspace",
      { name: "The demo", rocketchat: { shape: "flat" } },
      { "content-type": "application/merge-patch+json" },
    );

    expect([changed.status, await changed.json()]).toMatchObject([
      200,
      { id: "demo", name: "The demo", rocketchat: { shape: "flat", callsPerMinute: 10 } },
    ]);
    const { userId, authToken } = drill.credentials.rocketchat;
    const flat = (await json(
      ask("GET", "/api/v1/statistics", undefined, { "x-auth-token": authToken, "x-user-id": userId }),
    )) as object;
    expect(flat).toHaveProperty("totalMessages");
  });

  it("takes nothing while it is paused, and its hours are partial and missing", async () => {
    expect((await ask("POST", "/v1/events", [message("m1", "2026-03-04T09:10:00Z")])).status).toBe(200);
    expect(await json(ask("POST", "/v1/workspace/pause"))).toMatchObject({ state: "paused" });
    const refused = await ask("POST", "/v1/events", [message("m2", "2026-03-04T09:19:00Z")]);
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { type: "/problems/workspace-paused", workspace: "demo" },
    ]);
    for (const path of ["/v1/directory/users", "/v1/directory/rooms"]) {
      const list = await fetch(`${drill.baseUrl}${path}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${drill.credentials.apiKey}`, "content-type": "application/x-ndjson" },
        body: '{"id":"x","kind":"channel","active":true}\n',
      });
      expect([path, list.status]).toEqual([path, 409]);
    }
    expect(await pass(60)).toMatchObject({ closed: 1 });
    expect(await pass(60)).toMatchObject({ closed: 1 });
    expect(await json(ask("GET", "/v1/health"))).toMatchObject({ status: "ok" });
    expect((await ask("POST", "/v1/statistics/refresh")).status).toBe(200);

    expect(await json(ask("POST", "/v1/workspace/resume"))).toMatchObject({ state: "active" });
    expect((await ask("POST", "/v1/events", [message("m3", "2026-03-04T11:20:00Z")])).status).toBe(200);
    expect(await pass(60)).toMatchObject({ closed: 1 });
    const { hours } = (await json(ask("GET", "/v1/ledger?from=2026-03-04T09&to=2026-03-04T12"))) as {
      hours: { hour: string; status: string; reasons: string[] }[];
    };
    expect(hours.map(({ hour, status, reasons }) => [hour, status, reasons])).toEqual([
      ["2026-03-04T09", "partial", expect.arrayContaining(["paused"])],
      ["2026-03-04T10", "missing", ["paused"]],
      ["2026-03-04T11", "partial", ["paused"]],
    ]);
  });

  it("has a trail of what was done to it", async () => {
    const { acts } = (await json(ask("GET", "/v1/audit"))) as { acts: { action: string; by: string }[] };

    expect(acts.map(({ action }) => action).filter((action) => action.startsWith("workspace."))).toEqual([
      "workspace.resumed",
      "workspace.paused",
      "workspace.changed",
    ]);
  });

  it("ends after it was exported, and confirmed, and is gone at once", async () => {
    const first = await ask("DELETE", "/v1/workspaces/demo", undefined, asOperator());
    const offered = (await first.json()) as { export: string; confirm: string };
    expect(first.status).toBe(409);
    const exported = (await (await ask("GET", offered.export, undefined, asOperator())).text()).trimEnd().split("\n");
    expect(exported.map((line) => (JSON.parse(line) as { hour?: string }).hour)).toEqual([
      undefined,
      "2026-03-04T09",
      "2026-03-04T11",
    ]);
    expect(JSON.parse(exported[0] ?? "")).toMatchObject({
      kind: "workspace",
      id: "demo",
      missing: [{ from: "2026-03-04T10", to: "2026-03-04T11", reasons: ["paused"] }],
    });

    const ended = await ask("DELETE", offered.confirm, undefined, asOperator());
    expect([ended.status, await ended.json()]).toMatchObject([200, { id: "demo", state: "ended", remaining: false }]);
    expect((await ask("GET", "/v1/statistics")).status).toBe(401);
    expect((await ask("GET", "/v1/workspace")).status).toBe(401);
    expect(
      (await ask("GET", "/v1/workspace", undefined, { ...asOperator(), "x-tidemark-workspace": "demo" })).status,
    ).toBe(404);
    expect(await json(ask("GET", "/v1/workspaces", undefined, asOperator()))).toEqual({ workspaces: [] });
    expect(await pass(120)).toMatchObject({ closed: 0 });
    expect((await ask("GET", offered.export, undefined, asOperator())).status).toBe(200);
  });
});
