import { beforeAll, describe, expect, it } from "vitest";
import fc from "fast-check";
import { billOf, naiveDollars, type Usage } from "../../cli/cost/bill.ts";
import { batchOf, closingOf, REFRESH } from "../../cli/cost/measured.ts";
import { HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { onField } from "../bench/field.ts";
import { meanOf } from "../bench/measure.ts";
import { onMeter, setBack } from "../bench/meter.ts";
import { refreshings } from "../bench/refreshes.ts";
import { HOUR_ZERO, message } from "../support/events.ts";

interface Taken {
  readonly reads: number;
  readonly writes: number;
}

/** What batches of so many events took, and the closings of their hours; the last hour has none. */
const measure = (
  sizes: readonly number[],
): Promise<{ readonly batches: readonly Taken[]; readonly closings: readonly Taken[] }> =>
  onField(HOUR_ZERO, (field) =>
    onMeter(field, async (parts, meter) => {
      await field.workspace("cost", HOUR_ZERO);
      const batches: Taken[] = [];
      const closings: Taken[] = [];
      for (const [hour, size] of sizes.entries()) {
        const end = HOUR_ZERO + (hour + 1) * HOUR_MS;
        field.clock.now = end - 1;
        const events = Array.from({ length: size }, (_, at) => message(end - 1 - at * 1_000, `user-${at % 50}`));
        setBack(meter);
        const batch = {
          workspace: "cost",
          id: `${hour}`,
          bodyHash: `${hour}`,
          events,
          mayAdjust: false,
          import: undefined,
        };
        if (size > 0) await ingestEvents(parts)(batch);
        batches.push({ ...meter });
        field.clock.now = end + 3 * MINUTE_MS;
        setBack(meter);
        await closeDueHours(parts)("cost");
        closings.push({ ...meter });
      }
      return { batches, closings };
    }),
  );

describe("the bill", () => {
  const SIZES = [1, 10, 100, 500, 0];
  let measured: Awaited<ReturnType<typeof measure>>;
  beforeAll(async () => {
    measured = await measure(SIZES);
  });

  it("is not below what the engine says of batches, and not far above", () => {
    for (const [at, { writes, reads }] of measured.batches.slice(0, -1).entries()) {
      const told = batchOf(SIZES[at] ?? 0);
      expect(told.writes).toBeGreaterThanOrEqual(writes);
      expect(told.writes).toBeLessThanOrEqual(1.5 * writes);
      // The first batch of a process also reads what later ones remember.
      expect(told.reads + (at === 0 ? 2 : 0)).toBeGreaterThanOrEqual(reads);
    }
  });

  it("is not below what the engine says of closings, and not far above", () => {
    for (const [at, { writes, reads }] of measured.closings.entries()) {
      const size = SIZES[at] ?? 0;
      const told = closingOf(size === 0 ? 0 : 1, size);
      expect(told.writes).toBeGreaterThanOrEqual(writes);
      expect(told.writes).toBeLessThanOrEqual(1.25 * writes);
      expect(told.reads).toBeGreaterThanOrEqual(reads);
    }
  });

  it("is not below what the engine says of refreshes, and not far above", async () => {
    const { busy } = await onField(HOUR_ZERO, (field) => refreshings(field, 1));
    const writes = meanOf(busy.map((one) => one.writes));
    const reads = meanOf(busy.map((one) => one.reads));
    expect(REFRESH.writes).toBeGreaterThanOrEqual(writes);
    expect(REFRESH.writes).toBeLessThanOrEqual(1.5 * writes);
    expect(REFRESH.reads).toBeGreaterThanOrEqual(reads);
    expect(REFRESH.reads).toBeLessThanOrEqual(1.5 * reads);
  });

  const usage: fc.Arbitrary<Usage> = fc.record({
    workspaces: fc.nat(100_000),
    messagesPerHour: fc.nat(1_000_000),
    reads: fc.nat(1_000_000),
    refreshes: fc.nat(100_000),
    gatherSeconds: fc.integer({ min: 1, max: 3_600 }),
    years: fc.nat(20),
  });
  const totalOf = (of: Usage): number => billOf(of).reduce((sum, { dollars }) => sum + dollars, 0);

  it("grows with everything that is used, and only then", () => {
    fc.assert(
      fc.property(
        usage,
        fc.constantFrom("workspaces", "reads", "refreshes", "years"),
        fc.nat(1_000),
        (of, what, more) => {
          expect(totalOf({ ...of, [what]: of[what] + more })).toBeGreaterThanOrEqual(totalOf(of));
          expect(totalOf({ ...of, workspaces: 0 })).toBe(0);
        },
      ),
    );
  });

  it("is a small part of a write for each event, once a workspace is busy", () => {
    const busy = {
      workspaces: 1,
      messagesPerHour: 100_000,
      reads: 50_000,
      refreshes: 1_000,
      gatherSeconds: 60,
      years: 1,
    };
    expect(totalOf(busy)).toBeLessThan(naiveDollars(busy) / 50);
  });
});
