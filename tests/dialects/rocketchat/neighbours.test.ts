import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../functions/core/failure.ts";
import type { Heard } from "../../../functions/core/instances.ts";
import { renderFailure } from "../../../functions/dialects/rocketchat/failure.ts";
import { infoBody, shortInfoBody } from "../../../functions/dialects/rocketchat/info.ts";
import { instancesBody } from "../../../functions/dialects/rocketchat/instances.ts";
import { checkTelemetry } from "../../../functions/dialects/rocketchat/telemetry.ts";
import { BARE_DOCUMENT, DOCUMENT } from "../documents.ts";

const TIME = Date.parse("2026-11-21T10:00:00.000Z");
const REPORT: Heard["report"] = {
  id: "i1",
  address: "10.0.0.1:3000",
  version: "8.6.1",
  nodeVersion: "v22.1.0",
  pid: 17,
  uptime: 90.5,
  os: {
    type: "Linux",
    platform: "linux",
    arch: "x64",
    release: "6.1",
    uptime: 1_000,
    loadavg: [0.1, 0.2, 0.3],
    totalmem: 100,
    freemem: 50,
    cpus: [{ model: "a" }, { model: "b" }],
  },
  connections: 12,
};

describe("instances", () => {
  it("are listed as upstream lists them", () => {
    expect(JSON.parse(instancesBody([{ time: TIME, report: REPORT, isLive: true }]))).toEqual({
      instances: [
        {
          address: "10.0.0.1",
          currentStatus: { connected: true, lastHeartbeatTime: TIME, local: false },
          instanceRecord: {
            _id: "i1",
            _createdAt: "2026-11-21T09:58:29.500Z",
            _updatedAt: "2026-11-21T10:00:00.000Z",
            name: "rocket.chat",
            pid: 17,
            extraInformation: {
              host: "10.0.0.1",
              port: "3000",
              nodeVersion: "v22.1.0",
              conns: 12,
              os: { ...REPORT.os, cpus: 2 },
            },
          },
          broadcastAuth: true,
        },
      ],
      success: true,
    });
    expect(instancesBody([])).toBe('{"instances":[],"success":true}');
  });

  it("are as many as one answer holds", () => {
    const os = { totalmem: 2, freemem: 1, note: "x".repeat(15_000) };
    const many = Array.from({ length: 500 }, () => ({ time: TIME, report: { ...REPORT, os }, isLive: true }));
    const { instances } = JSON.parse(instancesBody(many)) as { instances: object[] };

    expect(instances.length).toBeGreaterThan(200);
    expect(instances.length).toBeLessThan(270);
  });

  it("say of themselves what is known and no more", () => {
    const bare = { id: "i2", version: "8.6.1", os: { totalmem: 100, freemem: 50 } };

    expect(JSON.parse(instancesBody([{ time: TIME, report: bare, isLive: false }]))).toEqual({
      instances: [
        {
          currentStatus: { connected: false, lastHeartbeatTime: TIME, local: false },
          instanceRecord: {
            _id: "i2",
            _updatedAt: "2026-11-21T10:00:00.000Z",
            name: "rocket.chat",
            extraInformation: { os: { totalmem: 100, freemem: 50 } },
          },
          broadcastAuth: true,
        },
      ],
      success: true,
    });
  });

  it.each([
    ["127.0.0.1", "127.0.0.1", undefined],
    ["chat-1.internal:3001", "chat-1.internal", "3001"],
    ["http://chat-1:3000/", "chat-1", "3000"],
    ["[::1]:3000", "::1", "3000"],
    ["fe80::1", "fe80::1", undefined],
    ["somewhere else", "somewhere else", undefined],
  ])("at %s have a host and perhaps a port", (address, host, port) => {
    const { instances } = JSON.parse(instancesBody([{ time: TIME, report: { ...REPORT, address }, isLive: true }])) as {
      instances: { address: string; instanceRecord: { extraInformation: { host?: string; port?: string } } }[];
    };

    expect(instances[0]?.address).toBe(host);
    expect(instances[0]?.instanceRecord.extraInformation).toMatchObject({ host });
    expect(instances[0]?.instanceRecord.extraInformation.port).toBe(port);
  });
});

describe("the server's info", () => {
  it("is short without permission", () => {
    expect(shortInfoBody("8.6.1", "0.1.0")).toBe('{"version":"8.6","success":true}');
    expect(shortInfoBody("0.61.0-develop", "0.1.0")).toBe('{"version":"0.61","success":true}');
    expect(shortInfoBody(null, "0.1.0")).toBe('{"version":"0.1","success":true}');
    expect(shortInfoBody("develop", "0.1.0")).toBe('{"version":"develop","success":true}');
  });

  it("tells with permission what is known of the server", () => {
    const os = { platform: "linux", arch: "x64", release: "6.1", totalmem: 100, freemem: 50, cpus: [{}, {}] };
    const commit = { hash: "abc", branch: "main" };

    expect(JSON.parse(infoBody({ ...DOCUMENT.deployment, os, commit }, "0.1.0"))).toEqual({
      version: "0.61.0-develop",
      info: {
        version: "0.61.0-develop",
        build: {
          nodeVersion: "v8.9.4",
          arch: "x64",
          platform: "linux",
          osRelease: "6.1",
          totalMemory: 100,
          freeMemory: 50,
          cpus: 2,
        },
        commit,
        marketplaceApiVersion: "1.2.3",
      },
      success: true,
    });
  });

  it("has its parts although nothing is known yet", () => {
    const { deployment } = BARE_DOCUMENT;

    expect(JSON.parse(infoBody({ ...deployment, nodeVersion: null }, "0.1.0"))).toEqual({
      version: "0.1.0",
      info: { version: "0.1.0", build: {}, commit: {} },
      success: true,
    });
  });
});

const refusedBody = (body: unknown): string => {
  try {
    checkTelemetry(body);
    return "taken";
  } catch (error) {
    if (error instanceof Failure) return renderFailure(error).body;
    throw error;
  }
};

describe("telemetry", () => {
  it.each([
    { params: [] },
    { params: [{ eventName: "updateCounter", settingsId: "Jitsi_Click_To_Join_Count" }] },
    { params: [{ eventName: "slashCommandsStats", command: "jitsi", timestamp: 1 }, { eventName: "updateCounter" }] },
  ])("of known events is taken: %j", (body) => {
    expect(refusedBody(body)).toBe("taken");
  });

  it.each([
    [undefined, "must have required property 'params'"],
    [{}, "must have required property 'params'"],
    [{ other: 1 }, "must have required property 'params'"],
    [[], "must be object"],
    ["params", "must be object"],
    [{ params: [], more: 1 }, "must NOT have additional properties"],
    [{ params: {} }, "must be array"],
    [{ params: [1] }, "must be object"],
    [{ params: [{}] }, "must have required property 'eventName'"],
    [{ params: [{ eventName: 1 }] }, "must be string"],
    [{ params: [{ eventName: "updateCounter", timestamp: "now" }] }, "must be number"],
  ])("of another form is refused: %j", (body, message) => {
    expect(refusedBody(body)).toBe(JSON.stringify({ success: false, errorType: "invalid-params", error: message }));
  });

  it("of an event that nobody knows is refused", () => {
    expect(refusedBody({ params: [{ eventName: "updateCounter" }, { eventName: "toString" }] })).toBe(
      '{"success":false,"error":"event not found"}',
    );
  });

  it("is refused or taken, whatever it is, and never fails otherwise", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ params: fc.array(fc.jsonValue()) })), (body) =>
        /^(taken|\{"success":false,)/.test(refusedBody(body)),
      ),
    );
  });
});
