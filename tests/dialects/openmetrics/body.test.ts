import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Document } from "../../../functions/core/document.ts";
import { STATISTICS } from "../../../functions/core/statistic.ts";
import { type Exposed, formatFor, metricsBody } from "../../../functions/dialects/openmetrics/body.ts";
import { familyOf } from "../../../functions/dialects/openmetrics/names.ts";

const exposed = (document: object = {}, more: Partial<Exposed> = {}): Exposed => ({
  document: {
    workspace: "acme",
    takenAt: "2026-11-21T09:30:20.500Z",
    instances: { count: 0, list: [] },
    ...document,
  } as unknown as Document,
  lastSuccessAt: null,
  lagMs: 0,
  missingHours: 0,
  anomalies: null,
  ...more,
});

const linesAbout = (text: string, name: string): string[] =>
  text.split("\n").filter((line) => line.replace(/^# \w+ /, "").startsWith(name));

describe("the names of metrics", () => {
  it.each([
    ["users.total", "users", "tidemark_users", ""],
    ["instances.count", "instances", "tidemark_instances", ""],
    ["connections.dayPeak", "connections", "tidemark_connections_day_peak", ""],
    ["messages.sentByKind.privateGroups", "messages", "tidemark_messages_sent_by_kind_private_groups", ""],
    ["memory.total", "bytes", "tidemark_memory_bytes", "bytes"],
    ["uploads.bytes", "bytes", "tidemark_uploads_bytes", "bytes"],
    ["uploads.addedBytes", "bytes", "tidemark_uploads_added_bytes", "bytes"],
    ["last.login", "instant", "tidemark_last_login_timestamp_seconds", "seconds"],
  ] as const)("make %s, in %s, %s", (name, unit, family, inUnit) => {
    expect(familyOf({ name, unit })).toEqual({ name: family, unit: inUnit });
  });

  it("are different, and none has an ending that is kept for another type", () => {
    const names = STATISTICS.map((row) => familyOf(row).name);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name).toMatch(/^tidemark_[a-z][a-z0-9_]*$/);
      expect(name).not.toMatch(/_(total|count|sum|bucket|created|info)$/);
    }
  });
});

describe("the exposition", () => {
  it("tells what is unusual, how far and to which side, and nothing when nobody can say", () => {
    const anomaly = { value: 9, median: 50, low: 20, high: 80, deviation: 6.5 } as const;
    const anomalies = [
      { ...anomaly, statistic: "messages.sent", direction: "below" },
      { ...anomaly, statistic: "users.seen", direction: "above" },
    ] as const;
    const text = metricsBody(exposed({}, { anomalies }), "openmetrics");
    const samples = linesAbout(text, "tidemark_anomal").filter((line) => !line.startsWith("#"));
    expect(samples).toEqual([
      'tidemark_anomalies{workspace="acme"} 2',
      'tidemark_anomaly_deviation{workspace="acme",statistic="messages.sent"} -6.5',
      'tidemark_anomaly_deviation{workspace="acme",statistic="users.seen"} 6.5',
    ]);
    expect(linesAbout(metricsBody(exposed({}, { anomalies: [] }), "openmetrics"), "tidemark_anomal")).toContain(
      'tidemark_anomalies{workspace="acme"} 0',
    );
    expect(linesAbout(metricsBody(exposed(), "openmetrics"), "tidemark_anomal")).toEqual([]);
  });

  it("says of a value what it is, and of which workspace", () => {
    const text = metricsBody(
      exposed({ uploads: { bytes: 4_096 }, last: { login: "2026-11-21T09:15:00.250Z" } }),
      "openmetrics",
    );

    expect(linesAbout(text, "tidemark_uploads_bytes")).toEqual([
      "# TYPE tidemark_uploads_bytes gauge",
      "# UNIT tidemark_uploads_bytes bytes",
      "# HELP tidemark_uploads_bytes Size of all uploads kept.",
      'tidemark_uploads_bytes{workspace="acme"} 4096',
    ]);
    expect(text).toContain('tidemark_last_login_timestamp_seconds{workspace="acme"} 1795252500.25\n');
    expect(text).toContain('tidemark_reading_timestamp_seconds{workspace="acme"} 1795253420.5\n');
  });

  it("leaves out what is not known, and does not call it zero", () => {
    const text = metricsBody(exposed({ users: { total: null, online: 0 } }), "openmetrics");

    expect(linesAbout(text, "tidemark_users ")).toEqual([]);
    expect(text).toContain('tidemark_users_online{workspace="acme"} 0\n');
    expect(text).not.toContain("tidemark_last_success_timestamp_seconds");
    expect(text).not.toMatch(/null|NaN/);
  });

  it("describes a counter without its ending in OpenMetrics, and with it in the older format", () => {
    const counted = exposed({}, { missingHours: 7 });

    expect(linesAbout(metricsBody(counted, "openmetrics"), "tidemark_missing_hours")).toEqual([
      "# TYPE tidemark_missing_hours counter",
      "# HELP tidemark_missing_hours Hours that nobody observed.",
      'tidemark_missing_hours_total{workspace="acme"} 7',
    ]);
    expect(linesAbout(metricsBody(counted, "text"), "tidemark_missing_hours")).toEqual([
      "# TYPE tidemark_missing_hours_total counter",
      "# HELP tidemark_missing_hours_total Hours that nobody observed.",
      'tidemark_missing_hours_total{workspace="acme"} 7',
    ]);
  });

  it("tells of each instance", () => {
    const list = [
      {
        id: "a",
        version: "8.6.1",
        uptime: 60,
        connections: null,
        memory: { total: 2, free: 1 },
        lastReportedAt: "2026-11-21T09:30:00.000Z",
      },
    ];
    const text = metricsBody(exposed({ instances: { count: 1, list } }), "openmetrics");

    expect(text).toContain('tidemark_instance_info{workspace="acme",instance_id="a",version="8.6.1"} 1\n');
    expect(text).toContain('tidemark_instance_memory_free_bytes{workspace="acme",instance_id="a"} 1\n');
    expect(text).toContain(
      'tidemark_instance_last_report_timestamp_seconds{workspace="acme",instance_id="a"} 1795253400\n',
    );
    expect(text).not.toContain("tidemark_instance_connections");
  });

  it("is read back as it was written, whatever an instance calls itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (id) => {
        const list = [
          {
            id,
            version: "1",
            uptime: 1,
            connections: 1,
            memory: { total: 1, free: 1 },
            lastReportedAt: "2026-11-21T09:30:00.000Z",
          },
        ];
        const text = metricsBody(exposed({ instances: { count: 1, list } }), "openmetrics");
        const [line = ""] = text.split("\n").filter((one) => one.startsWith("tidemark_instance_uptime_seconds{"));
        const read = /instance_id="((?:[^"\\]|\\[\\n"])*)"\} 1$/s.exec(line)?.[1];
        const meant: Readonly<Record<string, string>> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };
        expect(read?.replace(/\\./g, (pair) => meant[pair] ?? "")).toBe(id);
      }),
    );
  });

  it("ends in its mark, once", () => {
    const text = metricsBody(exposed(), "openmetrics");

    expect(text.endsWith("\n# EOF\n")).toBe(true);
    expect(text.split("# EOF")).toHaveLength(2);
    expect(text).not.toContain("\n\n");
  });
});

describe("the format", () => {
  it.each([
    [undefined, "openmetrics"],
    ["*/*", "openmetrics"],
    ["text/html,*/*", "openmetrics"],
    [
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1",
      "openmetrics",
    ],
    ["text/plain;version=0.0.4", "text"],
  ])("for accept: %s is %s", (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});
