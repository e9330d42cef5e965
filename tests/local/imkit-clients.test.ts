import axios from "axios";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { minutes } from "../support/scene.ts";

const USERS = 50_000;
const BATCH = 10_000;
/** As long as the ids that a MongoDB gives. */
const idOf = (at: number): string => `6512bd43d9caa6e02c${at.toString(16).padStart(6, "0")}`;
/** A server that is asked once an hour may take this long; API Gateway gives up after 30 s. */
const PATIENCE_MS = 10_000;

interface Report {
  readonly RC: number;
  readonly result: {
    readonly start: number;
    readonly end: number;
    readonly startTime: string;
    readonly userList: readonly string[];
    readonly messageCount: number;
    readonly roomCount: number;
  };
}

describe("a client of IMKit's, and a workspace of 50,000 users in an hour", () => {
  let runtime: DrillRuntime;
  const ids = Array.from({ length: USERS }, (_, at) => idOf(at)).toSorted();

  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const report = async (params: Record<string, string | number> = {}): Promise<Report> => {
    const began = performance.now();
    // As on IMKit's page, but for what is asked beside.
    const response = await axios.get<Report>(`${runtime.baseUrl}/admin/stats`, {
      headers: {
        "IM-API-KEY": runtime.credentials.imkit.apiKey,
      },
      params,
    });
    expect(response.status).toBe(200);
    expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
    return response.data;
  };

  beforeAll(async () => {
    runtime = await startDrill(new Date(HOUR_ZERO).toISOString());
    await post("/local/clock", { advanceSeconds: 3_540 });
    for (let at = 0; at < USERS; at += BATCH) {
      await post(
        "/v1/events",
        ids.slice(at, at + BATCH).map((id, place) => event("user.active", HOUR_ZERO + minutes(place % 50), { id })),
      );
    }
    await post("/v1/events", [message(HOUR_ZERO + minutes(10), ids[0]), message(HOUR_ZERO + minutes(50), ids[0])]);
  });
  afterAll(() => runtime.remove());

  it("gets every one of them, sorted, in one answer, while the hour is open", async () => {
    const { RC, result } = await report();

    expect(RC).toBe(0);
    expect(result.userList).toEqual(ids);
    expect(result).toMatchObject({ messageCount: 2, roomCount: 1 });
    expect(result).not.toHaveProperty("next");
  });

  it("gets them of the closed hour, by any notation, and fewer for a part of it", async () => {
    await post("/local/clock", { advanceSeconds: 300 });
    await post("/local/close-hours", {});
    const end = HOUR_ZERO + minutes(60);
    const answers = [
      await report({ start: HOUR_ZERO / 1_000, end: end / 1_000 }),
      await report({ start: HOUR_ZERO, end }),
      await report({ start: new Date(HOUR_ZERO).toISOString(), end: new Date(end).toISOString() }),
    ];

    for (const { result } of answers) {
      expect(result).toMatchObject({ start: HOUR_ZERO / 1_000, end: end / 1_000, messageCount: 2 });
      expect(result.userList).toEqual(ids);
    }
    const { result } = await report({ start: HOUR_ZERO / 1_000, end: HOUR_ZERO / 1_000 + 25 * 60 });
    expect(result.userList).toHaveLength(USERS / 2);
    expect(result).toMatchObject({ messageCount: 1 });
  });

  it("gets them over more than two months, once each", async () => {
    await post("/local/clock", { advanceSeconds: 37 * 86_400 });
    await post("/v1/events", [message(HOUR_ZERO + minutes(37 * 24 * 60), "late-comer")]);
    await post("/local/close-hours", {});
    const day = 86_400;
    const first = HOUR_ZERO / 1_000;
    const { result } = await report({ start: first - 30 * day, end: first + 37 * day + 3_600 });

    expect(result.userList).toEqual([...ids, "late-comer"].toSorted());
    expect(result).toMatchObject({ startTime: "2026-01-31T09:00:00.000Z", messageCount: 3, roomCount: 1 });
  });

  it.each([
    ["start=2026-04-01T09:00:01Z", "whole minutes"],
    [`start=${HOUR_ZERO / 1_000 - 60}&end=${HOUR_ZERO / 1_000 + 3_600}`, "whole hours"],
    ["start=2026-01-01&end=2026-05-01", "at most 92 days"],
    ["end=2027-01-01", "future"],
    ["start=soon", "ISO 8601"],
  ])("is told what is wrong with %s", async (query, why) => {
    const { status, data } = await axios.get<unknown>(`${runtime.baseUrl}/admin/stats?${query}`, {
      headers: { "IM-API-KEY": runtime.credentials.imkit.apiKey },
      validateStatus: () => true,
    });

    expect(status).toBe(400);
    expect(data).toEqual({
      RC: 400,
      RM: "Bad Request",
      error: { code: "INVALID_PARAMETER", message: expect.stringContaining(why) as string },
    });
  });
});
