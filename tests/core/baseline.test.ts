import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anomaliesIn, bandOf, type Baseline, baselineOf, JUDGED, weeksBefore } from "../../functions/core/baseline.ts";
import { hourName, hourNamed } from "../../functions/core/hour.ts";
import type { HourlyRow } from "../../functions/core/roll-up.ts";
import type { Document } from "../../functions/core/document.ts";
import { STATISTICS, type StatisticName } from "../../functions/core/statistic.ts";

const NAME = "messages.sent";

/** An hour with so many messages. */
const row = (messages: number | null, status: HourlyRow["status"] = "complete"): HourlyRow => ({
  status,
  published: { heardMinutes: 60, of: 60, values: { [NAME]: messages } },
});

const documentWith = (messages: number | null, status = "complete"): Document =>
  ({ ledger: { status }, messages: { sent: messages } }) as unknown as Document;

const judged = (messages: number, weeks: readonly (HourlyRow | undefined)[]) =>
  anomaliesIn(documentWith(messages), baselineOf(weeks));

const counts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 4, maxLength: 8 });
const statistic = fc.constantFrom(...JUDGED);

describe("a baseline", () => {
  it("is of the same hour of the eight weeks before", () => {
    const hour = hourNamed("2026-03-02T09") ?? 0;
    const names = weeksBefore(hour).map(hourName);
    expect(names.slice(0, 2)).toEqual(["2026-02-23T09", "2026-02-16T09"]);
    expect(names.at(-1)).toBe("2026-01-05T09");
    expect(names).toHaveLength(8);
  });

  it("has no statistic that only grows, nor any that is not registered", () => {
    const kinds = JUDGED.map((name) => STATISTICS.find((one) => one.name === name)?.kind);
    expect(kinds).not.toContain("level");
    expect(kinds).not.toContain(undefined);
  });

  it("is the median and five scaled deviations to each side", () => {
    expect(bandOf(NAME, [100, 110, 120, 130, 140, 150, 160, 170])).toEqual({
      median: 135,
      low: 0,
      high: 318.71,
      scale: Math.sqrt(1_350),
    });
    expect(bandOf("memory.freeLow", [1_000, 2_000, 3_000, 4_000])).toEqual({
      median: 2_500,
      low: 0,
      high: 9_913,
      scale: 1_482.6,
    });
  });

  it("says nothing with fewer than four weeks known", () => {
    expect(bandOf(NAME, [1, 2, 3])).toBeUndefined();
    expect(bandOf(NAME, [1, 2, 3, null, null])).toBeUndefined();
    expect(bandOf(NAME, [1, 2, 3, null, 4])).toBeDefined();
    expect(judged(9_999, [row(1), row(1), row(1), undefined])).toBeNull();
  });

  it.each([
    ["missing", { status: "missing", published: null }],
    ["failed", { status: "failed", published: null }],
    ["partial", row(1, "partial")],
    ["open", row(1, "open")],
    ["unknown", row(null)],
  ] as const)("leaves hours out that are %s", (_, hour) => {
    expect(judged(9_999, [row(1), row(1), row(1), hour])).toBeNull();
    expect(judged(9_999, [row(1), row(1), row(1), row(1), hour])).toHaveLength(1);
  });

  it.each(["imported", "restated"] as const)("takes hours that are %s", (status) => {
    expect(judged(9_999, [row(1), row(1), row(1), row(1, status)])).toHaveLength(1);
  });

  it("always holds its median, and equals itself in any order", () => {
    fc.assert(
      fc.property(statistic, counts, (name, values) => {
        const band = bandOf(name, values);
        expect(band).toBeDefined();
        if (band === undefined) return;
        expect(band.low).toBeLessThanOrEqual(band.median);
        expect(band.high).toBeGreaterThanOrEqual(band.median);
        expect(band.low).toBeGreaterThanOrEqual(0);
        expect(bandOf(name, values.toReversed())).toEqual(band);
      }),
    );
  });

  it("is moved by fewer than half of its weeks to no more than the others reach", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.array(fc.integer({ min: 0 }), { maxLength: 3 }),
        (usual, odd) => {
          const band = bandOf(NAME, [usual, usual, usual, usual, ...odd]);
          expect(band?.median).toBe(usual);
          expect(band?.high).toBe(bandOf(NAME, [usual, usual, usual, usual])?.high);
        },
      ),
    );
  });
});

describe("an anomaly", () => {
  it("says how far the value is from usual, and to which side", () => {
    const weeks = [960, 970, 980, 990, 1_010, 1_020, 1_030, 1_040].map((messages) => row(messages));
    expect(judged(2_000, weeks)).toEqual([
      { statistic: NAME, value: 2_000, median: 1_000, low: 500, high: 1_500, deviation: 10, direction: "above" },
    ]);
    expect(judged(10, weeks)).toMatchObject([{ value: 10, deviation: 9.9, direction: "below" }]);
    expect(judged(1_500, weeks)).toEqual([]);
    expect(judged(500, weeks)).toEqual([]);
  });

  it.each([
    ["messages.sent", 15],
    ["messages.removed", 15],
    ["uploads.added", 10],
    ["users.joined", 5],
    ["users.seen", 5],
    ["connections.peak", 5],
  ] as const)("is no chance among hours without any: %s up to %i", (name, most) => {
    const band = bandOf(name, [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(band?.low).toBe(0);
    expect(Math.floor(band?.high ?? 0)).toBe(most);
  });

  it.each(["partial", "open"])("is not looked for in an hour that is %s", (status) => {
    const baseline = baselineOf([row(1), row(1), row(1), row(1)]);
    expect(anomaliesIn(documentWith(9_999, status), baseline)).toBeNull();
  });

  it("is not known where the hour's own number is not", () => {
    const baseline = baselineOf([row(1), row(1), row(1), row(1)]);
    expect(anomaliesIn(documentWith(null), baseline)).toBeNull();
  });

  it("is outside of its band, and nothing inside is one", () => {
    fc.assert(
      fc.property(statistic, counts, fc.integer({ min: 0, max: 10_000_000 }), (name, values, value) => {
        const band = bandOf(name, values);
        if (band === undefined) throw new Error("four weeks are enough");
        const baseline: Baseline = new Map<StatisticName, typeof band>([[name, band]]);
        const [area = "", field = ""] = name.split(".");
        const document = { ledger: { status: "complete" }, [area]: { [field]: value } } as unknown as Document;
        const [anomaly, ...others] = anomaliesIn(document, baseline) ?? [];
        expect(others).toEqual([]);
        expect(anomaly !== undefined).toBe(value < band.low || value > band.high);
        if (anomaly === undefined) return;
        expect(anomaly.deviation).toBeGreaterThanOrEqual(4.99);
        expect(anomaly.direction).toBe(value > band.median ? "above" : "below");
      }),
    );
  });
});
