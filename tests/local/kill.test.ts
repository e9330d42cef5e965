import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { verifyPublications } from "../../functions/tasks/verify-publications.ts";
import { openKeptStore } from "../../local/kept-store.ts";
import { counted } from "../support/counted.ts";
import { runs } from "../support/effort.ts";
import { event, HOUR_ZERO, message, type RawEvent } from "../support/events.ts";
import { type RunningRuntime, Runtimes } from "../support/local-process.ts";
import { minutes } from "../support/scene.ts";

const KILLS = runs(20, 100);
const SENDERS = 4;
const SIZE = 150;
/** From one life to the next, so that many of them begin with an hour to close, and take events of closed ones. */
const BETWEEN_LIVES = minutes(10);
/** How far back the events of a batch lie. */
const BACK_MINUTES = 50;

interface Sent {
  readonly id: string;
  readonly events: readonly RawEvent[];
  readonly isOfUsers: boolean;
  isAcknowledged: boolean;
}

interface Row {
  readonly start: string;
  readonly status: string;
  readonly "messages.sent": number;
  readonly "users.joined": number;
}

/** When the clock of a life starts. */
const bornAt = (life: number): number => HOUR_ZERO + minutes(5) + life * BETWEEN_LIVES;

/** Large enough that a batch takes a while, and every fifth several parts. */
const batchOf = (serial: number, now: number): Sent => {
  const isOfUsers = serial % 5 === 0;
  const back = Math.min(BACK_MINUTES, Math.floor((now - HOUR_ZERO) / minutes(1)));
  const at = (index: number): number => now - minutes((index * 7) % (back + 1));
  return {
    id: `batch-${serial}`,
    isOfUsers,
    isAcknowledged: false,
    events: Array.from({ length: SIZE }, (_, index) =>
      isOfUsers
        ? event("user.changed", at(index), { id: `u${serial}-${index}`, kind: "user", active: true })
        : message(at(index), `u${(serial * index) % 40}`),
    ),
  };
};

describe("the local runtime, killed under load", () => {
  const runtimes = new Runtimes();
  const batches: Sent[] = [];
  let folder: string;
  let runtime: RunningRuntime;
  let cutOff = 0;
  let told = 0;
  beforeAll(async () => {
    folder = await runtimes.folder();
  });
  afterAll(() => runtimes.close());

  const start = (now: number): Promise<RunningRuntime> =>
    runtimes.start(folder, "--empty", "--drill", "--now", isoOf(now));

  /** SIGKILL, nothing said: the runtime, the engine under its feet, or both. */
  const kill = async (life: number): Promise<void> => {
    const { pid } = JSON.parse(await readFile(join(folder, "engine.pid"), "utf8")) as { pid: number };
    if (life % 3 !== 0) process.kill(pid, "SIGKILL");
    if (life % 3 !== 1) await runtime.end("SIGKILL");
    // Without its engine it ends by itself.
    else await runtime.ended;
  };

  const post = async <T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method: "POST",
      headers: { "x-api-key": runtime.credentials.apiKey, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  };
  const send = ({ id, events }: Sent) =>
    post<{ readonly accepted: number; readonly replayed: boolean }>("/v1/events", events, { "idempotency-key": id });

  /** Does something again and again until it is cut off by the kill, and nothing else may fail. */
  const keepOn = async (life: { isOver: boolean }, act: () => Promise<unknown>): Promise<void> => {
    while (!life.isOver)
      try {
        await act();
      } catch (error) {
        if (!life.isOver) throw error;
        cutOff++;
      }
  };

  /** One life: batches, refreshes and closings at once, until the kill. */
  const liveUntilKilled = async (life: number): Promise<void> => {
    const now = bornAt(life);
    const state = { isOver: false };
    const warm = Promise.withResolvers<void>();
    let acknowledged = 0;
    const sending = Array.from({ length: SENDERS }, () =>
      keepOn(state, async () => {
        const batch = batchOf(batches.length, now);
        batches.push(batch);
        expect(await send(batch)).toEqual(expect.objectContaining({ accepted: SIZE, replayed: false }));
        batch.isAcknowledged = true;
        if (++acknowledged === 5 + (life % 8)) warm.resolve();
      }),
    );
    const refreshing = keepOn(state, () => post("/v1/statistics/refresh", {}));
    const closing = keepOn(state, () => post("/local/close-hours", {}));
    await Promise.race([warm.promise, ...sending]);
    // Anywhere within what is under way then.
    await setTimeout((life * 7) % 40);
    state.isOver = true;
    await kill(life);
    await Promise.all([...sending, refreshing, closing]);
  };

  it(
    `starts again after each of ${KILLS} kills`,
    async () => {
      for (let life = 0; life < KILLS; life++) {
        runtime = await start(bornAt(life));
        await liveUntilKilled(life);
      }
      runtime = await start(bornAt(KILLS) + HOUR_MS);
      expect(cutOff).toBeGreaterThan(0);
      counted(KILLS, "kills", "kill -9 under load");
    },
    6_000 * KILLS + 480_000,
  );

  it(
    "has every acknowledged batch, and takes the others once when they are sent again",
    async () => {
      const sendAgain = async (batch: Sent): Promise<void> => {
        const { accepted, replayed } = await send(batch);
        // What was cut off may have been counted; then it is told so.
        expect([batch.id, accepted, replayed || !batch.isAcknowledged]).toEqual([batch.id, SIZE, true]);
        if (replayed && !batch.isAcknowledged) told++;
      };
      for (let at = 0; at < batches.length; at += SENDERS)
        await Promise.all(batches.slice(at, at + SENDERS).map(sendAgain));
      const acknowledged = batches.filter(({ isAcknowledged }) => isAcknowledged).length;
      counted(acknowledged, "batches acknowledged before a kill", "kill -9 under load");
      counted(cutOff, `requests cut off (${told} batches of them counted, their answers lost)`, "kill -9 under load");
    },
    1_500 * KILLS + 90_000,
  );

  it("has counted each of them once, hour by hour", async () => {
    await post("/local/close-hours", {});
    // A run restates each dirty hour once.
    await post("/local/close-hours", {});
    const expected = new Map<string, { messages: number; users: number }>();
    for (const { events, isOfUsers } of batches)
      for (const { time } of events) {
        const hour = isoOf(startOf(hourOf(Date.parse(time))));
        const row = expected.get(hour) ?? { messages: 0, users: 0 };
        expected.set(hour, row);
        row[isOfUsers ? "users" : "messages"]++;
      }
    const from = isoOf(HOUR_ZERO);
    const to = isoOf(startOf(hourOf(bornAt(KILLS) + HOUR_MS)));
    const response = await fetch(
      `${runtime.baseUrl}/v1/history?metrics=messages.sent,users.joined&from=${from}&to=${to}`,
      { headers: { "x-api-key": runtime.credentials.apiKey } },
    );
    const { rows } = (await response.json()) as { rows: readonly Row[] };
    const found = rows.map((row) => [row.start, { messages: row["messages.sent"], users: row["users.joined"] }]);

    expect(found.filter(([, counts]) => JSON.stringify(counts) !== '{"messages":0,"users":0}')).toEqual(
      [...expected].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
    expect(rows.map(({ status }) => status).filter((status) => status === "missing" || status === "failed")).toEqual(
      [],
    );
    counted(rows.length, "hours equal to a recount", "kill -9 under load");
  });

  it("has published a chain without a flaw", async () => {
    const { parts, close } = await openKeptStore(folder, {});
    try {
      const verified = await verifyPublications(parts)("demo");
      expect(verified).toMatchObject({ flaws: [], unarchived: 0, isWhole: true });
      counted(verified.checked, "publications verified", "kill -9 under load");
    } finally {
      await close();
    }
  });
});
