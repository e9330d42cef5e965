import { describe, expect, it } from "vitest";
import { hourNamed } from "../../functions/core/hour.ts";
import { closingJob } from "../../functions/services/close-hours.ts";
import { leavingTrail, TRAIL, withoutTrail } from "../../functions/services/trail.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import { DASHBOARD_QUERIES, LOG_QUERIES } from "../../infra/log-queries.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { openScene } from "../support/scene.ts";

const HOUR = hourNamed("2026-03-02T09") ?? Number.NaN;

describe("the trail of a batch", () => {
  const of = { requestId: "r-1", workspace: "acme", batch: "b-1" };

  it("tells what was counted of it when the rest fails", async () => {
    const lines: object[] = [];
    const counting = leavingTrail(
      (line) => lines.push(line),
      of,
      async (tell) => {
        tell({ lane: 1, position: 7, events: 60, hours: [HOUR] });
        throw new Error("socket hang up");
      },
    );
    await expect(counting).rejects.toThrow("socket hang up");
    expect(lines).toEqual([
      {
        event: "BatchCounted",
        ...of,
        outcome: "cut-short",
        counted: 60,
        segments: [{ lane: 1, position: 7 }],
        segmentsInAll: 1,
        hours: ["2026-03-02T09"],
        hoursInAll: 1,
      },
    ]);
  });

  it("is not there when nothing was counted", async () => {
    const lines: object[] = [];
    const counting = leavingTrail(
      (line) => lines.push(line),
      of,
      async () => {
        throw new Error("refused");
      },
    );
    await expect(counting).rejects.toThrow("refused");
    expect(lines).toEqual([]);
  });

  it("is bounded, however many hours a batch is of", async () => {
    const lines: object[] = [];
    await leavingTrail(
      (line) => lines.push(line),
      of,
      async (tell) => {
        for (let at = 0; at < 200; at++)
          tell({
            lane: 0,
            position: at + 1,
            events: 1,
            hours: Array.from({ length: 60 }, (_, n) => HOUR + 60 * at + n),
          });
        return { batch: "b-1", accepted: 200, duplicates: 0, refusedCount: 0, refused: [], replayed: false };
      },
    );
    expect(lines).toMatchObject([{ counted: 200, segmentsInAll: 200, hoursInAll: 12_000 }]);
    expect(JSON.stringify(lines).length).toBeLessThan(2_000);
  });

  it("is kept from whoever watches the log go by, and what went wrong is not", () => {
    const seen: object[] = [];
    const log = withoutTrail((line) => seen.push(line));
    for (const event of [...Object.values(TRAIL), "HourFailed"]) log({ event });
    log({ message: "of another form" });
    expect(seen).toEqual([{ event: "HourFailed" }, { message: "of another form" }]);
  });
});

describe("the trail of an hour", () => {
  it("is told once more by the run that archives what an earlier one committed", async () => {
    let isDown = true;
    const scene = await openScene({
      now: HOUR_ZERO,
      change: (parts) => ({
        ...parts,
        archive: {
          ...parts.archive,
          write: async (...what: Parameters<typeof parts.archive.write>) => {
            if (isDown) throw new Error("archive down");
            return parts.archive.write(...what);
          },
        },
      }),
    });
    const lines: object[] = [];
    const job = closingJob(scene.parts, (line) => lines.push(line));
    await scene.send([message(HOUR_ZERO)]);
    scene.clock.now = HOUR_ZERO + 3_600_000;
    await expect(job("demo", { now: scene.clock.now })).rejects.toThrow("archive down");
    expect(lines).toEqual([]);
    isDown = false;
    await job("demo", { now: scene.clock.now });
    expect(lines).toMatchObject([
      {
        event: "HourClosed",
        workspace: "demo",
        hour: "2026-03-02T09",
        revision: 0,
        publication: 1,
        status: "complete",
      },
    ]);
    await scene.close();
  });

  it("tells of an hour that can't be closed", async () => {
    const scene = await openScene({
      now: HOUR_ZERO,
      change: (parts) => ({
        ...parts,
        hours: {
          ...parts.hours,
          deltas: async (workspace, hours) => {
            const deltas = new Map(await parts.hours.deltas(workspace, hours));
            for (const [hour, delta] of deltas) deltas.set(hour, { ...delta, levels: null as never });
            return deltas;
          },
        },
      }),
    });
    const lines: object[] = [];
    const job = closingJob(scene.parts, (line) => lines.push(line));
    await scene.send([message(HOUR_ZERO)]);
    await foldLog(scene.parts)("demo");
    scene.clock.now = HOUR_ZERO + 3_600_000;
    await expect(job("demo", { now: scene.clock.now })).rejects.toThrow("could not be closed");
    expect(lines).toMatchObject([{ event: "HourFailed", workspace: "demo", hour: "2026-03-02T09" }]);
    await scene.close();
  });
});

describe("the queries of a deployment", () => {
  it("go by names that are logged, and every name of the trail is asked for", () => {
    const text = JSON.stringify([...LOG_QUERIES, ...DASHBOARD_QUERIES].map(({ lines }) => lines));
    const asked = new Set([...text.matchAll(/'((?:Batch|Hour)[A-Za-z]+)'/g)].map(([, name]) => name));
    expect(asked).toEqual(new Set([...Object.values(TRAIL), "HourFailed"]));
  });
});
