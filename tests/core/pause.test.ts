import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOf, HOUR_MS, startOf } from "../../functions/core/hour.ts";
import { isPausedThroughout, isPausedWithin, mustTake, paused, resumed } from "../../functions/core/pause.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { SAMPLE_HOUR, sampleWorkspace } from "../support/samples.ts";

const ZERO = startOf(SAMPLE_HOUR);

describe("pauses", () => {
  it("make an hour missing, partial or neither, as a look at each of its minutes says", () => {
    const acts = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 90 })), { maxLength: 12 });
    fc.assert(
      fc.property(acts, (list) => {
        let workspace: Workspace = sampleWorkspace();
        let minute = 0;
        const lost = new Set<number>();
        for (const [isPause, pass] of list) {
          const now = ZERO + minute * 60_000;
          workspace = isPause ? paused(workspace, now, ZERO) : resumed(workspace, now);
          for (const end = minute + pass; minute < end; minute++) if (isPause) lost.add(minute);
        }
        workspace = resumed(workspace, ZERO + minute * 60_000);
        for (const [at, { from }] of workspace.pauses.entries())
          expect(from).toBeGreaterThanOrEqual(workspace.pauses[at - 1]?.to ?? -Infinity);
        for (let hour = SAMPLE_HOUR; startOf(hour) < ZERO + minute * 60_000; hour++) {
          const of = Array.from({ length: 60 }, (_, at) => (hour - SAMPLE_HOUR) * 60 + at);
          const count = of.filter((at) => lost.has(at)).length;
          expect(isPausedWithin(workspace, startOf(hour), endOf(hour))).toBe(count > 0);
          expect(isPausedThroughout(workspace, hour)).toBe(count === 60);
        }
      }),
    );
  });

  it("last for ever until they are ended", () => {
    const workspace = paused(sampleWorkspace(), ZERO, ZERO);

    expect(isPausedThroughout(workspace, SAMPLE_HOUR)).toBe(true);
    expect(isPausedThroughout(workspace, SAMPLE_HOUR - 1)).toBe(false);
    expect(isPausedThroughout(workspace, SAMPLE_HOUR + 100_000)).toBe(true);
    expect(() => mustTake(workspace)).toThrow(expect.objectContaining({ code: "workspace.paused" }));
    expect(() => mustTake(resumed(workspace, ZERO + HOUR_MS))).not.toThrow();
  });

  it("of no time are none", () => {
    expect(resumed(paused(sampleWorkspace(), ZERO, ZERO), ZERO).pauses).toEqual([]);
  });
});
