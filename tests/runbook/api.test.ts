import { Template } from "aws-cdk-lib/assertions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localParts } from "../../functions/adapters/compose.ts";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { MINUTE_MS } from "../../functions/core/hour.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { resourcesIn, wholeStack } from "../infra/deployment.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import { instead } from "../support/instead.ts";
import { PlayedAlarms } from "../support/runbook/alarms.ts";
import { withoutScrypt } from "../support/scene.ts";
import { type BusyEngine, type Fate, openBusyEngine } from "../support/servers/busy-engine.ts";

const TEMPLATE = resourcesIn(Template.fromStack(wholeStack()));
const PERIOD = 5 * MINUTE_MS;
/** Nobody here waits for as long as a deployment does. */
const PATIENCE = { connectionTimeout: 500, socketTimeout: 300 };
const LEASE = { leaseMs: 30_000, cooldownMs: 0 };

interface StageProperties {
  readonly AccessLogSettings: { readonly Format: string };
}

let open: OpenParts;
let busy: BusyEngine;
let fateOf: (operation: string) => Fate;
let alarms: PlayedAlarms;
let parts: Parts;
let v1: HttpHandler;
let lines: Readonly<Record<string, unknown>>[];
let accessed: Readonly<Record<string, string>>[];
let apiKey: string;
beforeEach(async () => {
  open = await openParts({ now: HOUR_ZERO + MINUTE_MS, expires: false, cooldownSeconds: 0 });
  fateOf = () => "pass";
  lines = [];
  accessed = [];
  alarms = new PlayedAlarms(TEMPLATE);
  busy = await openBusyEngine(open.engine.endpoint, (operation) => fateOf(operation));
  const { credentials } = await createWorkspace(withoutScrypt(open.parts))({
    id: "demo",
    name: "Demo",
    startsAt: HOUR_ZERO,
  });
  ({ apiKey } = credentials);
  parts = {
    ...withoutScrypt(
      localParts({
        dynamodbEndpoint: busy.endpoint,
        dynamodbClient: dynamoClient(busy.endpoint, PATIENCE),
        table: open.engine.table,
        archiveFolder: open.archiveFolder,
        clock: () => open.clock.now,
        expires: false,
        graceSeconds: 180,
        cooldownSeconds: 0,
      }),
    ),
    pause: async (milliseconds) => {
      open.clock.now += milliseconds;
    },
  };
  v1 = deployed(parts);
});
afterEach(async () => {
  await busy.close();
  await open.close();
});

/** The function that serves, of some deployment. */
const deployed = (of: Parts): HttpHandler =>
  serveV1(of, (line) => {
    lines.push(line as Record<string, unknown>);
    alarms.log("Statisticsservev1Function", line, open.clock.now);
  });

/** Asks over the API: what it measures of that is told to the alarms, and it keeps a line in the form of the template. */
const ask = async (method: string, path: string, body?: string, id?: string) => {
  const [api] = alarms.resource("AWS::ApiGatewayV2::Api", "StatisticsApi");
  const [, stage] = alarms.resource("AWS::ApiGatewayV2::Stage", "Statistics");
  const { Format } = (stage as StageProperties).AccessLogSettings;
  const began = open.clock.now;
  const headers = {
    "x-api-key": apiKey,
    "content-type": "application/json",
    ...(id === undefined ? {} : { "idempotency-key": id }),
  };
  const answer = await v1(sending(method, path, { headers, ...(body === undefined ? {} : { body }) }));
  const { now } = open.clock;
  const context: Readonly<Record<string, string>> = {
    routeKey: `${method} ${path}`,
    status: `${answer.statusCode}`,
    responseLatency: `${now - began}`,
  };
  const line = Format.replaceAll(/\$context\.(\w+)/g, (_, name: string) => context[name] ?? "");
  accessed.push(JSON.parse(line) as Record<string, string>);
  alarms.tell("Latency", api, now - began, now);
  alarms.tell("5xx", api, (answer.statusCode ?? 0) >= 500 ? 1 : 0, now);
  return answer;
};

const isRaised = (name: string): boolean => alarms.isRaised(name, open.clock.now);
const pass = (): void => {
  open.clock.now += PERIOD;
};
const batchOf = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, at) => message(HOUR_ZERO + at, `u${at}`)));

describe("api-failing", () => {
  const failing = async (): Promise<void> => {
    for (let periods = 0; periods < 2; periods++) {
      expect(isRaised("api-failing")).toBe(false);
      pass();
      for (let requests = 0; requests < 5; requests++) await ask("GET", "/v1/statistics");
    }
  };

  it("tells what the store said, and when it is well again what was turned away counts once", async () => {
    const batch = batchOf(3);
    fateOf = () => "InternalServerError";
    expect((await ask("POST", "/v1/events", batch, "b")).statusCode).toBe(503);
    await failing();
    expect(isRaised("api-failing")).toBe(true);
    expect(lines.length).toBeGreaterThanOrEqual(11);
    for (const line of lines)
      expect(line).toMatchObject({
        event: "RequestTurnedAway",
        why: expect.stringContaining("InternalServerError"),
        route: expect.any(String),
      });
    expect(new Set(accessed.map(({ route, status }) => `${route} ${status}`))).toEqual(
      new Set(["POST /v1/events 503", "GET /v1/statistics 503"]),
    );

    fateOf = () => "pass";
    pass();
    expect(jsonIn(await ask("POST", "/v1/events", batch, "b"))).toMatchObject({ accepted: 3, replayed: false });
    expect(isRaised("api-failing")).toBe(false);
  });

  it("tells of a crash with its error and its place, and the version before serves", async () => {
    const latest = (): never => {
      throw new TypeError("reading of undefined");
    };
    v1 = deployed({ ...parts, snapshots: instead(parts.snapshots, { latest }) });
    await failing();
    expect(isRaised("api-failing")).toBe(true);
    expect(lines[0]).toMatchObject({
      event: "RequestFailed",
      error: "TypeError",
      message: "reading of undefined",
      stack: expect.stringContaining("functions/"),
    });

    v1 = deployed(parts);
    pass();
    expect((await ask("GET", "/v1/statistics")).statusCode).toBe(200);
    expect(isRaised("api-failing")).toBe(false);
  });
});

describe("api-slow", () => {
  it("shows the route in the access log: here a refresh that waits for another, which ends", async () => {
    for (let periods = 0; periods < 3; periods++) {
      expect(isRaised("api-slow")).toBe(false);
      pass();
      for (let requests = 0; requests < 10; requests++) await ask("GET", "/v1/statistics");
      open.clock.now++;
      await open.parts.refreshes.begin("demo", { owner: "other", at: open.clock.now }, LEASE);
      expect((await ask("POST", "/v1/statistics/refresh")).statusCode).toBe(429);
    }
    expect(isRaised("api-slow")).toBe(true);
    const slow = accessed.filter(({ milliseconds }) => Number(milliseconds) >= 5_000);
    expect(slow.map(({ route }) => route)).toEqual(Array.from({ length: 3 }, () => "POST /v1/statistics/refresh"));

    await open.parts.refreshes.end("demo", "other");
    pass();
    expect((await ask("POST", "/v1/statistics/refresh")).statusCode).toBe(200);
    expect(isRaised("api-slow")).toBe(false);
  });
});

describe("table-throttled", () => {
  const READS = new Set(["GetItem", "BatchGetItem", "Query"]);
  /** DynamoDB's metrics name the table, which is of the other stack. */
  const TABLE = "CountersTable";

  it("tells reads from writes, while all is answered still; the log tells who sends the most; larger batches end it", async () => {
    const throttling = (every: (operation: string) => boolean): void => {
      let calls = 0;
      fateOf = (operation) => {
        if (!every(operation) || ++calls % 2 === 0) return "pass";
        const name = READS.has(operation) ? "ReadThrottleEvents" : "WriteThrottleEvents";
        alarms.tell(name, TABLE, 1, open.clock.now);
        return "ProvisionedThroughputExceededException";
      };
    };
    throttling((operation) => !READS.has(operation));
    for (let periods = 0; periods < 3; periods++) {
      expect(isRaised("table-throttled")).toBe(false);
      pass();
      const batches = Array.from({ length: 12 }, (_, at) => ask("POST", "/v1/events", batchOf(1), `${periods} ${at}`));
      expect((await Promise.all(batches)).map(({ statusCode }) => statusCode)).toEqual(batches.map(() => 200));
    }
    expect(isRaised("table-throttled")).toBe(true);
    expect(lines.filter(({ event, workspace }) => event === "BatchCounted" && workspace === "demo")).toHaveLength(36);

    pass();
    expect((await ask("POST", "/v1/events", batchOf(20), "one")).statusCode).toBe(200);
    expect(isRaised("table-throttled")).toBe(false);
  });
});
