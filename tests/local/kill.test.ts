import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { HOUR_ZERO, event, message, type RawEvent } from "../support/events.ts";
import { type RunningRuntime, Runtimes } from "../support/local-process.ts";
import { minutes } from "../support/scene.ts";

const KILLS = 10;
const SENDERS = 4;
const NOW = new Date(HOUR_ZERO + minutes(30)).toISOString();

interface Sent {
  readonly id: string;
  readonly events: readonly RawEvent[];
  isAcknowledged: boolean;
}

/** Large enough that a batch takes a while, and some of them several parts. */
const batchOf = (serial: number): Sent => ({
  id: `batch-${serial}`,
  isAcknowledged: false,
  events: Array.from({ length: 150 }, (_, at) =>
    serial % 5 === 0
      ? event("user.changed", HOUR_ZERO + at, { id: `u${serial}-${at}`, kind: "user", active: true })
      : message(HOUR_ZERO + minutes(at % 30), `u${(serial * at) % 40}`),
  ),
});

describe("the local runtime, killed while it ingests", () => {
  const runtimes = new Runtimes();
  let runtime: RunningRuntime | undefined;
  afterAll(() => runtimes.close());

  /** SIGKILL, nothing said: the runtime alone, or its engine with it. */
  const kill = async (folder: string, withEngine: boolean): Promise<void> => {
    const { pid } = JSON.parse(await readFile(join(folder, "engine.pid"), "utf8")) as { pid: number };
    if (withEngine) process.kill(pid, "SIGKILL");
    await runtime?.end("SIGKILL");
  };

  const post = async (batch: Sent): Promise<{ readonly accepted: number; readonly replayed: boolean }> => {
    if (runtime === undefined) throw new Error("not running");
    const response = await fetch(`${runtime.baseUrl}/v1/events`, {
      method: "POST",
      headers: {
        "x-api-key": runtime.credentials.apiKey,
        "content-type": "application/json",
        "idempotency-key": batch.id,
      },
      body: JSON.stringify(batch.events),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as { accepted: number; replayed: boolean };
  };

  it(`counts every acknowledged batch once, ${KILLS} times over`, async () => {
    const folder = await runtimes.folder();
    const start = (): Promise<RunningRuntime> => runtimes.start(folder, "--empty", "--drill", "--now", NOW);
    runtime = await start();
    const batches: Sent[] = [];
    let lost = 0;
    for (let round = 0; round < KILLS; round++) {
      const life = { isOver: false };
      const senders = Array.from({ length: SENDERS }, async () => {
        while (!life.isOver) {
          const batch = batchOf(batches.length);
          batches.push(batch);
          try {
            expect(await post(batch)).toMatchObject({ accepted: 150 });
            batch.isAcknowledged = true;
          } catch (error) {
            if (!life.isOver) throw error;
            lost++;
          }
        }
      });
      await setTimeout(100 + 37 * round);
      life.isOver = true;
      await kill(folder, round % 2 === 1);
      await Promise.all(senders);
      runtime = await start();
    }
    expect(lost).toBeGreaterThan(0);
    for (const batch of batches) {
      const { accepted, replayed } = await post(batch);
      expect([accepted, replayed || !batch.isAcknowledged]).toEqual([150, true]);
    }
    const response = await fetch(`${runtime.baseUrl}/v1/statistics/refresh`, {
      method: "POST",
      headers: { "x-api-key": runtime.credentials.apiKey },
    });
    const users = batches.filter((_, serial) => serial % 5 === 0).length * 150;
    expect(await response.json()).toMatchObject({
      users: { total: users, joined: users },
      messages: { total: batches.length * 150 - users, sent: batches.length * 150 - users },
    });
    console.log(
      `${batches.length} batches, ${batches.filter(({ isAcknowledged }) => isAcknowledged).length} acknowledged before a kill, ${lost} cut off by one`,
    );
  }, 120_000);
});
