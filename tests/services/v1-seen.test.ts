import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { described } from "../support/described.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { event, message } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import { withoutScrypt } from "../support/scene.ts";

const START = Date.parse("2026-03-02T09:00:00.000Z");
const PEOPLE = Array.from({ length: 1_005 }, (_, at) => `u${String(at).padStart(4, "0")}`);

let open: OpenParts;
let handler: HttpHandler;
let key: string;

beforeAll(async () => {
  open = await openParts({ now: START });
  const parts = withoutScrypt(open.parts);
  handler = described(serveV1(parts, () => {}));
  key = (await createWorkspace(parts)({ id: "acme", name: "Acme", startsAt: START })).credentials.apiKey;
  open.clock.now = START + 600_000;
  const active = PEOPLE.map((id) => event("user.active", START + 60_000, { id }));
  await handler(
    sending("POST", "/v1/events", {
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify([message(START + 60_000, "u0000"), ...active]),
    }),
  );
  open.clock.now = START + 2 * HOUR_MS;
  await closeDueHours(parts)("acme");
});
afterAll(() => open.close());

const get = (target: string) => handler(sending("GET", target, { headers: { "x-api-key": key } }));
const SEEN = "/v1/snapshots/2026-03-02T09/seen";

describe("GET /v1/snapshots/{hour}/seen", () => {
  it("tells who was seen in the hour, each once, page by page", async () => {
    const first = await get(SEEN);
    const page = jsonIn(first) as { users: string[]; next: string };
    const rest = jsonIn(await get(`${SEEN}?cursor=${page.next}`)) as { users: string[] };

    expect(first.headers).toMatchObject({ "cache-control": "private, no-store" });
    expect(page).toMatchObject({ workspace: "acme", hour: "2026-03-02T09", count: PEOPLE.length });
    expect(page.users).toHaveLength(1_000);
    expect([...page.users, ...rest.users]).toEqual(PEOPLE);
    expect(rest).not.toHaveProperty("next");
    expect(jsonIn(await get(`${SEEN}?limit=2`))).toMatchObject({ users: ["u0000", "u0001"] });
  });

  it("tells as many as the hour's document counts, none where nobody was", async () => {
    const { users } = jsonIn(await get("/v1/snapshots/2026-03-02T09")) as { users: { seen: number } };
    expect(users.seen).toBe(PEOPLE.length);
    expect(jsonIn(await get("/v1/snapshots/2026-03-02T10/seen"))).toMatchObject({ count: 0, users: [] });
  });

  it.each([
    ["/v1/snapshots/2026-03-02T11/seen", 409, "hour-still-open"],
    ["/v1/snapshots/2026-03-02T08/seen", 404, "snapshot-missing"],
    ["/v1/snapshots/yesterday/seen", 400, "parameter-invalid"],
    [`${SEEN}?limit=1001`, 400, "parameter-invalid"],
    [`${SEEN}?cursor=AA`, 400, "parameter-invalid"],
  ])("is not at %s", async (target, status, slug) => {
    const result = await get(target);
    expect([result.statusCode, jsonIn(result)]).toMatchObject([status, { type: `/problems/${slug}` }]);
  });
});
