import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { Table } from "../../functions/adapters/dynamodb/table.ts";
import { dynamoSeries } from "../../functions/adapters/dynamodb/series.ts";
import { anomaliesNow } from "../../functions/core/head.ts";
import { HOUR_MS, hourName, hourOf } from "../../functions/core/hour.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { message } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";

const START = Date.parse("2026-03-02T09:00:00.000Z");
const WEEK_MS = 168 * HOUR_MS;
/** The hour of the sixth week that is like no other. */
const ODD = START + 5 * WEEK_MS;

let scene: Scene;
let daysRead: number[] = [];

const watched = (parts: Parts): Parts => ({
  ...parts,
  series: {
    ...parts.series,
    between: (workspace, from, to) => {
      if (to > from) daysRead.push(to - from);
      return parts.series.between(workspace, from, to);
    },
  },
});

const say = async (at: number, messages: number): Promise<void> => {
  scene.clock.now = at + HOUR_MS / 2;
  await scene.send(Array.from({ length: messages }, (_, more) => message(at + more * 1_000, `user-${more % 3}`)));
};

const workAll = async (now: number): Promise<void> => {
  scene.clock.now = now;
  while ((await scene.work()).remaining > 0) daysRead = [];
};

beforeAll(async () => {
  scene = await openScene({ now: START, change: watched });
  for (let week = 0; week < 5; week++) await say(START + week * WEEK_MS, 20 + week);
  await workAll(ODD);
  daysRead = [];
  await say(ODD, 400);
  await workAll(ODD + HOUR_MS);
});
afterAll(() => scene.close());

const hourAt = (at: number): string => hourName(hourOf(at));

describe("closing an hour", () => {
  it("flags what is far from the same hour of the weeks before, in the document and in the head", async () => {
    const { anomalies } = await scene.published(hourAt(ODD));
    expect(anomalies).toEqual([
      { statistic: "messages.sent", value: 400, median: 22, low: 0, high: 96.16, deviation: 25.48, direction: "above" },
    ]);
    const head = await scene.parts.hours.head("demo");
    expect(head && anomaliesNow(head)).toEqual(anomalies);
  });

  it("says nothing of the first four weeks, and finds the fifth usual", async () => {
    expect((await scene.published(hourAt(START))).anomalies).toBeNull();
    expect((await scene.published(hourAt(START + 3 * WEEK_MS))).anomalies).toBeNull();
    expect((await scene.published(hourAt(START + 4 * WEEK_MS))).anomalies).toEqual([]);
  });

  it("reads one day's series for each of the weeks before, and nothing else", () => {
    expect(daysRead).toEqual([1, 1, 1, 1, 1]);
  });

  it("judges in one run over weeks as it does hour by hour", async () => {
    const other = await openScene({ now: START, id: "slow" });
    try {
      for (let week = 0; week < 5; week++) {
        other.clock.now = START + week * WEEK_MS + HOUR_MS / 2;
        const at = START + week * WEEK_MS;
        await other.send(
          Array.from({ length: 20 + week }, (_, more) => message(at + more * 1_000, `user-${more % 3}`)),
        );
        // Week by week, so that the baseline comes from packed days and not from the run's own memory.
        other.clock.now = at + WEEK_MS;
        await other.work();
      }
      const hours = [0, 3, 4].map((week) => hourAt(START + week * WEEK_MS));
      for (const hour of hours)
        expect((await other.published(hour)).anomalies).toEqual((await scene.published(hour)).anomalies);
    } finally {
      await other.close();
    }
  });

  describe("one by one on a day", () => {
    /** Forgets what is usual as soon as it is known. */
    const forgetful = (parts: Parts): Parts => ({
      ...parts,
      series: { ...parts.series, usual: () => Promise.resolve(undefined), keepUsual: () => Promise.resolve() },
    });
    const hours = [0, 1, 2, 3].map((more) => ODD + more * HOUR_MS);
    const judged: unknown[][] = [];
    const read: number[][] = [];
    beforeAll(async () => {
      for (const change of [watched, forgetful]) {
        const other = await openScene({ now: START, change });
        const talk = async (at: number, messages: number): Promise<void> => {
          other.clock.now = at + HOUR_MS / 2;
          await other.send(
            Array.from({ length: messages }, (_, more) => message(at + more * 1_000, `user-${more % 3}`)),
          );
        };
        try {
          for (let week = 0; week < 5; week++)
            for (let more = 0; more < 4; more++) await talk(START + week * WEEK_MS + more * HOUR_MS, 20 + week);
          other.clock.now = ODD;
          while ((await other.work()).remaining > 0);
          for (const at of hours) {
            await talk(at, 400);
            // A week before, somebody says more than was known: before the third hour of the day closes.
            if (at === hours[2])
              await other.send(
                Array.from({ length: 200 }, (_, more) => message(at - WEEK_MS + 2_000_000 + more, `late-${more % 2}`)),
              );
            if (at === hours[3]) await other.work();
            daysRead = [];
            other.clock.now = at + HOUR_MS;
            await other.work();
            if (change === watched) read.push(daysRead);
          }
          judged.push(await Promise.all(hours.map(async (at) => (await other.published(hourAt(at))).anomalies)));
        } finally {
          await other.close();
        }
      }
    });

    it("reads the weeks before once for all of them, and again when one of their hours is restated", () => {
      expect(read[0]).toEqual([1, 1, 1, 1, 1]);
      expect(read[1]).toEqual([]);
      expect(read[3]).toEqual([1, 1, 1, 1, 1]);
    });

    it("finds what it finds when it reads all of them for each", () => {
      expect(judged[0]).toEqual(judged[1]);
      expect(judged[0]).toMatchObject(hours.map(() => [{ statistic: "messages.sent", value: 400 }]));
    });
  });

  it("judges an hour anew when it is restated", async () => {
    await scene.send([message(ODD + 1_000, "late")]);
    await scene.work();
    expect(await scene.published(hourAt(ODD))).toMatchObject({
      revision: 1,
      anomalies: [{ statistic: "messages.sent", value: 401, median: 22 }],
    });
    expect((await scene.parts.hours.head("demo"))?.judged?.anomalies).toMatchObject([{ value: 401 }]);
  });

  it("costs less than a read unit for each of the eight weeks", async () => {
    const client = dynamoClient(scene.engine.endpoint);
    let units = 0;
    client.middlewareStack.add(
      (next) => async (call) => {
        Object.assign(call.input, { ReturnConsumedCapacity: "TOTAL" });
        const result = await next(call);
        units +=
          (result.output as { ConsumedCapacity?: { CapacityUnits?: number } }).ConsumedCapacity?.CapacityUnits ?? 0;
        return result;
      },
      { step: "initialize" },
    );
    const series = dynamoSeries(new Table({ client, name: scene.engine.table, pause: async () => {} }));
    const day = Math.floor(ODD / (24 * HOUR_MS)) - 7;
    expect((await series.between("demo", day, day + 1)).size).toBe(1);
    client.destroy();
    expect(units).toBeGreaterThan(0);
    expect(units).toBeLessThanOrEqual(1);
  });
});
