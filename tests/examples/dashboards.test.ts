import { describe, expect, it } from "vitest";
import type { Document } from "../../functions/core/document.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { metricsBody } from "../../functions/dialects/openmetrics/body.ts";
import { familyOf } from "../../functions/dialects/openmetrics/names.ts";
import { dashboard, exampleText, metricsIn, type Panel, queriesOf } from "../support/dashboards.ts";

/** Every name of a sample, and its labels, that a page can have. */
const page = metricsBody(
  {
    document: {
      workspace: "demo",
      takenAt: "2026-11-21T09:30:00.000Z",
      instances: {
        count: 1,
        list: [
          {
            id: "chat-1",
            version: "8.6.1",
            uptime: 1,
            connections: 1,
            memory: { total: 2, free: 1 },
            lastReportedAt: "2026-11-21T09:30:00.000Z",
          },
        ],
      },
    } as unknown as Document,
    lastSuccessAt: 0,
    lagMs: 0,
    missingHours: 0,
    anomalies: [{ statistic: "users.seen", value: 9, median: 5, low: 4, high: 6, deviation: 6, direction: "above" }],
  },
  "openmetrics",
);
const samples = page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const NAMES = new Set([
  ...STATISTICS.map((row) => familyOf(row).name),
  ...samples.map((line) => line.replace(/[{ ].*$/, "")),
]);
const LABELS = new Set([...samples.join("\n").matchAll(/([a-z_]+)="/g)].map(([, label]) => label));

const { panels, templating, schemaVersion, uid } = dashboard();
const overlaps = (a: Panel["gridPos"], b: Panel["gridPos"]): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe("the Grafana dashboard", () => {
  it.each(panels)("«$title» asks for what the page has, of one workspace, by the chosen Prometheus", ({ targets }) => {
    expect(targets.length).toBeGreaterThan(0);
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    for (const { expr, legendFormat, datasource } of targets) {
      expect(metricsIn(expr).length).toBeGreaterThan(0);
      expect(metricsIn(expr).filter((name) => !NAMES.has(name))).toEqual([]);
      expect(expr).toContain('{workspace="$workspace"}');
      expect([...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].filter(([, label]) => !LABELS.has(label ?? ""))).toEqual([]);
      expect(datasource).toEqual({ type: "prometheus", uid: "${datasource}" });
    }
  });

  it("has its variables, an id for each panel, and a place of its own for it", () => {
    expect(uid).toBe("tidemark");
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    expect(templating.list.map(({ name }) => name)).toEqual(["datasource", "workspace"]);
    expect(metricsIn(templating.list[1]?.definition ?? "").every((name) => NAMES.has(name))).toBe(true);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    const pairs = panels.flatMap((one, at) => panels.slice(at + 1).map((other) => [one, other] as const));
    expect(pairs.filter(([one, other]) => overlaps(one.gridPos, other.gridPos))).toEqual([]);
    expect(queriesOf(dashboard(), "demo").length).toBeGreaterThan(15);
  });
});

describe("the rules of Prometheus", () => {
  it.each(["tidemark.rules.yml", "tidemark.rules.test.yml"])("in %s name nothing that the page has not", (file) => {
    const named = metricsIn(exampleText(`prometheus/${file}`));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !NAMES.has(name))).toEqual([]);
  });

  it("have each alert tried by a test of promtool", () => {
    const alertsIn = (text: string): readonly string[] =>
      [...text.matchAll(/alert(?:name)?: (\w+)/g)].map(([, name = ""]) => name);
    const tried = new Set(alertsIn(exampleText("prometheus/tidemark.rules.test.yml")));
    expect(alertsIn(exampleText("prometheus/tidemark.rules.yml")).filter((name) => !tried.has(name))).toEqual([]);
  });
});
