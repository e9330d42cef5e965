import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

describe("channels, deliveries and reports", () => {
  let runtime: DrillRuntime;
  beforeAll(async () => {
    runtime = await startDrill("2026-11-20T22:30:00Z");
  });
  afterAll(() => runtime.remove());

  const asked = async (
    method: string,
    path: string,
    { body, key = runtime.credentials.apiKey, accept }: { body?: unknown; key?: string; accept?: string } = {},
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        "x-tidemark-workspace": "demo",
        ...(accept === undefined ? {} : { accept }),
        ...(method === "POST" || method === "PUT" ? { "content-type": "application/json" } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const json = (answer: { readonly text: string }): Record<string, unknown> =>
    JSON.parse(answer.text) as Record<string, unknown>;
  const hook = { kind: "webhook", label: "Ops", topics: ["report.daily"], url: "https://hooks.example.org/x" };

  it("shows a webhook's secret once", async () => {
    const added = await asked("POST", "/v1/channels", { body: hook });
    expect(added.status).toBe(201);
    const { id, secret } = json(added);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{40,}=*$/);
    const listed = await asked("GET", "/v1/channels");
    expect(listed.text).toContain(String(id));
    expect(listed.text).not.toContain(String(secret));
    expect((await asked("GET", "/v1/audit")).text).not.toContain(String(secret));
    expect((await asked("DELETE", `/v1/channels/${String(id)}`)).status).toBe(204);
    expect((await asked("DELETE", `/v1/channels/${String(id)}`)).status).toBe(404);
    expect((await asked("POST", `/v1/channels/${String(id)}/test`)).status).toBe(404);
  });

  it("shows of a webhook's address what tells it from others, because who knows it all may post there", async () => {
    const url = "https://hooks.example.org/services/T024BE7LD/B01ABCDEF/q8Zt1wYxPmVn5LkR2sDfAbCd";
    const added = await asked("POST", "/v1/channels", { body: { ...hook, url } });
    const { id } = json(added);
    for (const answer of [added, await asked("GET", "/v1/channels"), await asked("GET", "/v1/audit")]) {
      expect(answer.text).toContain("https://hooks.example.org/…AbCd");
      expect(answer.text).not.toMatch(/T024BE7LD|q8Zt1wYx/);
    }
    await asked("DELETE", `/v1/channels/${String(id)}`);
  });

  it("opens the deployment's own network to nobody but an operator", async () => {
    const local = { ...hook, url: "http://127.0.0.1:9/x", allowPrivate: true };
    expect((await asked("POST", "/v1/channels", { body: local })).status).toBe(403);
    const added = await asked("POST", "/v1/channels", { body: local, key: runtime.credentials.operatorKey });
    expect(added.status).toBe(201);
    const tested = await asked("POST", `/v1/channels/${String(json(added)["id"])}/test`);
    expect(json(tested)).toMatchObject({ ok: false });
    // Mailboxes and receivers are other people's.
    for (let time = 1; time < 10; time++) await asked("POST", `/v1/channels/${String(json(added)["id"])}/test`);
    expect((await asked("POST", `/v1/channels/${String(json(added)["id"])}/test`)).status).toBe(429);
    await asked("DELETE", `/v1/channels/${String(json(added)["id"])}`);
  });

  it.each([
    [{ ...hook, url: "http://hooks.example.org" }],
    [{ ...hook, url: undefined }],
    [{ ...hook, topics: [] }],
    [{ ...hook, addresses: ["a@b.example"] }],
    [{ kind: "email", label: "x", topics: ["alert"], addresses: ["nobody"] }],
    [{ kind: "sns", label: "x", topics: ["alert"], topicArn: "ops" }],
  ])("refuses %j", async (body) => {
    expect((await asked("POST", "/v1/channels", { body })).status).toBe(400);
  });

  it("makes the reports that are wanted, tells of them, and serves them in every form", async () => {
    const wanted = { daily: true, weekly: false, monthly: false };
    expect(json(await asked("PUT", "/v1/reports/schedule", { body: wanted }))).toEqual(wanted);
    expect(json(await asked("GET", "/v1/reports/schedule"))).toEqual(wanted);
    const mail = { kind: "email", label: "Boss", topics: ["report.daily"], addresses: ["boss@example.org"] };
    // It may be given one later, so the channel is kept, and says that nothing goes out.
    const unable = "this deployment has no address to send mail from";
    expect(json(await asked("POST", "/v1/channels", { body: mail }))).toMatchObject({ unable });
    expect(json(await asked("GET", "/v1/channels"))).toMatchObject({ channels: [{ unable }] });
    await fetch(`${runtime.baseUrl}/local/clock`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ advanceSeconds: 7_200 }),
    });
    await fetch(`${runtime.baseUrl}/local/close-hours`, { method: "POST" });

    const { reports } = json(await asked("GET", "/v1/reports")) as { reports: { id: string }[] };
    expect(reports.map(({ id }) => id)).toEqual(["daily-2026-11-20"]);
    const page = await asked("GET", "/v1/reports/daily-2026-11-20", { accept: "text/html,*/*" });
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("sandbox");
    expect(page.text).toContain("Friday, 20 November 2026");
    const numbers = await asked("GET", "/v1/reports/daily-2026-11-20", { accept: "application/json" });
    expect(json(numbers)).toMatchObject({ format: 1, id: "daily-2026-11-20" });
    const table = await asked("GET", "/v1/reports/daily-2026-11-20?format=csv");
    expect(table.text).toMatch(/^section,start,name/);
    for (const id of ["daily-2026-11-19", "yearly-2026", "..%2F.."])
      expect((await asked("GET", `/v1/reports/${id}`)).status).toBe(404);
    expect((await asked("GET", "/v1/reports/daily-2026-11-20?format=pdf")).status).toBe(400);

    // No sender is set here, so the mail is given up at once, and says why.
    const { deliveries } = json(await asked("GET", "/v1/deliveries")) as { deliveries: object[] };
    expect(deliveries).toMatchObject([
      { state: "failed", topic: "report.daily", lastError: "this deployment has no address to send mail from" },
    ]);
  });
});
