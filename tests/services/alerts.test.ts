import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { issueCredentials } from "../../functions/tasks/create-workspace.ts";
import { followPublications } from "../../functions/tasks/follow-publications.ts";
import { described } from "../support/described.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import { openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
let handler: HttpHandler;
let key: string;
beforeAll(async () => {
  scene = await openScene({ now: HOUR_ZERO });
  handler = described(serveAdmin(scene.parts, () => {}));
  key = (await issueCredentials(scene.parts)("demo", "admin-of-demo")).apiKey;
});
afterAll(() => scene.close());

const ask = (method: string, body?: unknown, headers: Record<string, string> = {}) =>
  handler(
    sending(method, "/v1/alerts", {
      headers: { "x-api-key": key, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );

const BUSY = { id: "busy", kind: "threshold", statistic: "messages.sent", above: 2 };
const RULES = [
  BUSY,
  { id: "idle", kind: "threshold", statistic: "users.seen", below: 1, clearAt: 2, forHours: 3, repeatHours: 12 },
  { id: "gaps", kind: "missed-hours" },
  { id: "late", kind: "lag", hours: 3 },
  { id: "odd", kind: "anomaly", statistics: ["users.seen"] },
  { id: "odder", kind: "anomaly" },
];

describe("the rules of a workspace", () => {
  it("are none at first", async () => {
    const answer = await ask("GET");
    expect(jsonIn(answer)).toEqual({ workspace: "demo", rules: [], raised: [] });
    expect((await ask("GET", undefined, { "if-none-match": String(answer.headers?.["etag"]) })).statusCode).toBe(304);
  });

  it("are set as a whole, answered with what was left out, and may be given again as they were answered", async () => {
    const answer = await ask("PUT", { rules: RULES });
    expect(answer.statusCode).toBe(200);
    const { rules } = jsonIn(answer) as { rules: object[] };
    expect(rules).toEqual([
      { ...BUSY, clearAt: 2, forHours: 1, repeatHours: 24 },
      RULES[1],
      { ...RULES[2], repeatHours: 24 },
      { ...RULES[3], repeatHours: 24 },
      { ...RULES[4], repeatHours: 24 },
      { ...RULES[5], repeatHours: 24 },
    ]);
    const kept = await scene.parts.alerts.rules("demo");
    scene.clock.now += 3 * HOUR_MS;
    expect(jsonIn(await ask("PUT", { rules }))).toMatchObject({ rules });
    expect(await scene.parts.alerts.rules("demo")).toEqual(kept);
    scene.clock.now -= 3 * HOUR_MS;
  });

  it("stand in the audit trail, with who set them", async () => {
    const { acts } = await scene.parts.audit.list("demo", { from: 0, to: Date.parse("2030-01-01"), limit: 9 });
    const [last] = acts.filter(({ action }) => action === "alerts.changed");
    expect(last?.by).toMatch(/^key «/);
    expect(last?.details).toMatchObject({ rules: [{ id: "busy", kind: "threshold" }, {}, {}, {}, {}, {}] });
  });

  it("tell what is raised", async () => {
    await scene.send([1, 2, 3].map((at) => message(HOUR_ZERO + at * 1_000)));
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    await scene.work();
    await followPublications(scene.parts)("demo");
    expect(jsonIn(await ask("GET"))).toMatchObject({
      raised: [{ rule: "busy", statistic: null, hour: "2026-03-02T09" }],
    });
  });

  it.each([
    ["no list", {}, "rules"],
    ["a kind that nobody knows", { rules: [{ id: "a", kind: "weather" }] }, "rules.0"],
    ["a name that is none", { rules: [{ ...BUSY, id: "A b" }] }, "rules.0.id"],
    ["two of a name", { rules: [BUSY, BUSY] }, "rules"],
    ["a time", { rules: [{ ...BUSY, statistic: "last.login" }] }, "rules.0.statistic"],
    ["both sides", { rules: [{ ...BUSY, below: 1 }] }, "rules.0"],
    ["no side", { rules: [{ id: "a", kind: "threshold", statistic: "messages.sent" }] }, "rules.0"],
    ["a way back that is none", { rules: [{ ...BUSY, clearAt: 3 }] }, "rules.0"],
    ["too many hours", { rules: [{ id: "a", kind: "lag", hours: 721 }] }, "rules.0.hours"],
    [
      "an unjudged statistic",
      { rules: [{ id: "a", kind: "anomaly", statistics: ["users.total"] }] },
      "rules.0.statistics.0",
    ],
    ["a member that nobody knows", { rules: [{ ...BUSY, loud: true }] }, "rules.0.loud"],
    ["51 rules", { rules: Array.from({ length: 51 }, (_, at) => ({ ...BUSY, id: `r${at}` })) }, "rules"],
  ])("are refused with %s, by name", async (_, body, field) => {
    const before = await scene.parts.alerts.rules("demo");
    const answer = await ask("PUT", body);
    expect(answer.statusCode).toBe(400);
    const { errors } = jsonIn(answer) as { errors: { field: string }[] };
    expect(errors.map((error) => error.field.replace(".kind", ""))).toContain(field);
    expect(await scene.parts.alerts.rules("demo")).toEqual(before);
  });

  it("need an administrator's key", async () => {
    const { imkit } = await issueCredentials(scene.parts)("demo", "reader-of-demo");
    expect((await ask("GET", undefined, { "x-api-key": imkit.apiKey })).statusCode).toBeGreaterThanOrEqual(401);
  });
});
