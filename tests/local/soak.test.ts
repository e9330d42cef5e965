import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { counted } from "../support/counted.ts";
import { runs } from "../support/effort.ts";
import { event, HOUR_ZERO, message, type RawEvent } from "../support/events.ts";
import { type RunningRuntime, Runtimes } from "../support/local-process.ts";
import { minutes } from "../support/scene.ts";

const SECONDS = runs(60, 600);
/** Events a second that are asked for. */
const RATE = 5_000;
const SIZE = 500;
const BATCHES = (RATE * SECONDS) / SIZE;
const EVERY_MS = (1_000 * SIZE) / RATE;
/** Batches on their way at once; with more the server does not keep up, and the rate falls. */
const IN_FLIGHT = 16;
/** An hour of the drill ends so often. */
const HOUR_EVERY_MS = 5_000;
const REFRESH_EVERY_MS = 1_000;
/** The day ends while it warms up, with all that is done then. */
const BEGINNING = HOUR_ZERO + 13 * HOUR_MS + minutes(30);
const USERS = 500;
const ROOMS = 40;
const KINDS = ["channel", "private", "direct", "omnichannel"] as const;
const SUITE = `soak of ${SECONDS} s`;

/** What a pace that was kept may fall short of by timers alone. */
const KEPT = 0.98;
/** Half of it is in use when the runtime is warm; more than that for good is more than it needs. */
const HEAP_MB = 160;
/** How much higher the memory of the last third may be than that of the middle one; the first is for warming up. */
const FLAT = 1.15;
/** What is noise of a small process. */
const NOISE_BYTES = 8 * 1_048_576;

interface Expected {
  messages: number;
  readonly seen: Set<string>;
}

interface Row {
  readonly start: string;
  readonly "messages.sent": number;
  readonly "users.seen": number;
}

/** Always the same numbers; a soak that failed can be run again. */
const chanceFrom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const residentBytes = async (pid: number): Promise<number> => {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1_024;
};

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const thirdsOf = (values: readonly number[]): readonly number[] =>
  [0, 1, 2].map((third) =>
    medianOf(values.slice((third * values.length) / 3, Math.ceil(((third + 1) * values.length) / 3))),
  );

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

describe(`the local runtime under ${RATE} events a second, for ${SECONDS} s`, () => {
  // A collector with room to spare lets the heap grow for minutes, which looks like a leak and is none.
  const runtimes = new Runtimes([`--max-old-space-size=${HEAP_MB}`]);
  const chance = chanceFrom(20_261_121);
  const expected = new Map<string, Expected>();
  const memory: { readonly server: number[]; readonly engine: number[] } = { server: [], engine: [] };
  let runtime: RunningRuntime;
  /** The drill's clock less the machine's. */
  let offset = BEGINNING - Date.now();
  const loadBefore = loadavg()[0] ?? 0;
  let achieved = 0;
  let refreshes = 0;
  let closed = 0;

  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method: "POST",
      headers: { "x-api-key": runtime.credentials.apiKey, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  };

  /** Messages of the running hour, and a few other words of a chat server; all of it counted here, too. */
  const batch = (): readonly RawEvent[] => {
    const now = Date.now() + offset;
    const events = Array.from({ length: SIZE }, (_, index) => {
      const at = now - chance(minutes(25));
      const user = `u${chance(USERS)}`;
      if (index === 0)
        return event("instance.reported", at, {
          id: "i",
          version: "1",
          os: { totalmem: 9, freemem: 1 },
          connections: chance(200),
        });
      const room = chance(ROOMS);
      return message(at, user, `r${room}`, {
        data: { room: `r${room}`, roomKind: KINDS[room % KINDS.length], user },
      });
    });
    for (const { type, time, data } of events) {
      if (type !== "message.sent") continue;
      const hour = isoOf(startOf(hourOf(Date.parse(time))));
      const sum = expected.get(hour) ?? { messages: 0, seen: new Set<string>() };
      expected.set(hour, sum);
      sum.messages++;
      sum.seen.add((data as { user: string }).user);
    }
    return events;
  };

  const send = async (events: readonly RawEvent[]): Promise<void> => {
    const { accepted } = await post<{ accepted: number }>("/v1/events", events);
    if (accepted !== SIZE) throw new Error(`of a batch of ${SIZE} events ${accepted} were accepted`);
  };

  /** Repeats something at a pace until told to stop; what fails, fails the run. */
  const repeat = async (state: { isOver: boolean }, everyMs: number, act: () => Promise<unknown>): Promise<void> => {
    while (!state.isOver) {
      await Promise.all([act(), setTimeout(everyMs)]);
    }
  };

  const endHour = async (): Promise<void> => {
    const { now } = await post<{ now: string }>("/local/clock", { advanceSeconds: HOUR_MS / 1_000 });
    offset = Date.parse(now) - Date.now();
    closed += (await post<{ closed: number }>("/local/close-hours", {})).closed;
  };

  beforeAll(
    async () => {
      const folder = await runtimes.folder();
      runtime = await runtimes.start(folder, "--empty", "--drill", "--now", isoOf(BEGINNING));
      const engine = JSON.parse(await readFile(join(folder, "engine.pid"), "utf8")) as { pid: number };
      const state = { isOver: false };
      const others = [
        repeat(state, HOUR_EVERY_MS, endHour),
        repeat(state, REFRESH_EVERY_MS, async () => {
          await post("/v1/statistics/refresh", {});
          refreshes++;
        }),
        repeat(state, 1_000, async () => {
          memory.server.push(await residentBytes(runtime.pid));
          memory.engine.push(await residentBytes(engine.pid));
        }),
      ];
      const began = performance.now();
      const onTheirWay = new Set<Promise<unknown>>();
      for (let sent = 0; sent < BATCHES; sent++) {
        await setTimeout(Math.max(began + sent * EVERY_MS - performance.now(), 0));
        while (onTheirWay.size >= IN_FLIGHT) await Promise.race(onTheirWay);
        const sending = send(batch());
        onTheirWay.add(sending);
        void sending.then(() => onTheirWay.delete(sending));
      }
      await Promise.all(onTheirWay);
      achieved = (BATCHES * SIZE * 1_000) / Math.max(performance.now() - began, SECONDS * 1_000);
      state.isOver = true;
      await Promise.all(others);
      // The last hour; then what came late to closed ones, which a run restates once.
      await endHour();
      await post("/local/close-hours", {});
    },
    (SECONDS + 300) * 1_000,
  );
  afterAll(() => runtimes.close());

  it("takes every batch at the pace that was asked", () => {
    counted(BATCHES * SIZE, `events at ${Math.round(achieved)}/s (asked: ${RATE}/s)`, SUITE);
    counted(refreshes, "refreshes meanwhile", SUITE);
    // On a machine that does other things, too, the pace says nothing of the server.
    const isIdle = loadBefore <= availableParallelism() / 2;
    expect(achieved).toBeGreaterThanOrEqual(isIdle ? KEPT * RATE : 0);
    expect(BATCHES).toBe((RATE * SECONDS) / SIZE);
  });

  it("has every hour as a recount has it", async () => {
    const hours = [...expected.keys()].toSorted();
    const to = isoOf(Date.parse(hours.at(-1) ?? "") + HOUR_MS);
    const response = await fetch(
      `${runtime.baseUrl}/v1/history?metrics=messages.sent,users.seen&from=${hours[0] ?? ""}&to=${to}`,
      { headers: { "x-api-key": runtime.credentials.apiKey } },
    );
    const { rows } = (await response.json()) as { rows: readonly Row[] };
    expect(rows.map((row) => [row.start, row["messages.sent"], row["users.seen"]])).toEqual(
      hours.map((hour) => [hour, expected.get(hour)?.messages, expected.get(hour)?.seen.size]),
    );
    expect(closed).toBeGreaterThanOrEqual(hours.length);
    counted(hours.length, "hours closed under load, equal to a recount", SUITE);
  });

  it("keeps no more in memory than it did when it was warm", () => {
    for (const [who, samples] of Object.entries(memory)) {
      const [first = 0, second = 0, third = 0] = thirdsOf(samples);
      counted(
        samples.length,
        `samples of the ${who}'s memory, its thirds ${megabytes(first)}, ${megabytes(second)} and ${megabytes(third)} MB`,
        SUITE,
      );
      const isFlat = third <= Math.max(FLAT * second, second + NOISE_BYTES);
      expect({ who, isFlat }).toEqual({ who, isFlat: true });
    }
  });

  it("says nothing of any error", async () => {
    const { code, stderr } = await runtime.end();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
