import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instanceReported, messageSent, Reporter, userActive } from "../../client/src/tidemark.ts";
import { counted } from "../support/counted.ts";
import { runs } from "../support/effort.ts";
import { type LossyProxy, type Mishap, startLossyProxy } from "../support/servers/lossy-proxy.ts";
import { type Play, PlayedDoor, problem } from "../support/played-door.ts";
import { PlayedTime } from "../support/played-time.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const MISHAPS: readonly Mishap[] = [
  "none",
  "refused",
  "busy",
  "reset before",
  "answer lost",
  "answer cut off",
  "delivered twice",
  "wrong page",
];
const NOW = "2026-03-02T09:30:00.000Z";
const EVENTS = 600;

describe.each([
  ["under ids of batches", false],
  ["under numbers of events", true],
])("over a way that loses requests and answers, %s,", (_title, sequence) => {
  let runtime: DrillRuntime;
  let proxy: LossyProxy;
  beforeAll(async () => {
    runtime = await startDrill(NOW);
    // Seven of eight requests meet with something, each kind as often as any other, in an order without a pattern.
    let state = 7;
    proxy = await startLossyProxy(runtime.baseUrl, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return MISHAPS[state >>> 29] ?? "none";
    });
  });
  afterAll(async () => {
    await proxy?.close();
    await runtime?.remove();
  });

  it("the real front door counts each event once", async () => {
    const lost: unknown[] = [];
    let replays = 0;
    const reporter = new Reporter({
      url: proxy.url,
      credential: runtime.credentials.apiKey,
      source: "chat-1",
      sequence,
      batchEvents: 20,
      backoffMs: 2,
      backoffLimitMs: 10,
      onLost: (one) => lost.push(one),
      onSent: ({ replayed }) => void (replays += Number(replayed)),
      surroundings: { now: () => Date.parse(NOW) },
    });
    for (let at = 0; at < EVENTS; at++)
      reporter.send(messageSent({ room: `r${at % 7}`, roomKind: "channel", user: `u${at % 11}` }));
    expect(await reporter.close({ deadlineMs: 50_000 })).toEqual({
      taken: EVENTS,
      pending: 0,
      accepted: EVENTS,
      refused: 0,
      lost: 0,
    });
    expect(lost).toEqual([]);
    const response = await fetch(`${runtime.baseUrl}/v1/statistics/refresh`, {
      method: "POST",
      headers: { "x-api-key": runtime.credentials.apiKey },
    });
    expect(await response.json()).toMatchObject({
      messages: { sent: EVENTS, total: EVENTS },
      users: { seen: 11 },
      rooms: { used: 7 },
    });
    // Every mishap happened, and some batches had been counted before their answer came through.
    expect(Object.keys(proxy.happened).toSorted()).toEqual([...MISHAPS].toSorted());
    expect(replays).toBeGreaterThan(0);
    const requests = Object.values(proxy.happened).reduce((sum, count) => sum + count, 0);
    counted(requests, "requests, seven of eight with a mishap", `client over a lossy way, ${_title}`);
  });

  it("the real front door's refusals are told, and the rest counts", async () => {
    const refused: string[] = [];
    const reporter = new Reporter({
      url: runtime.baseUrl,
      credential: () => runtime.credentials.apiKey,
      source: "chat-2",
      sequence,
      onRefused: ({ refusals }) => refused.push(...refusals.map(({ event, code }) => `${event.id} ${code}`)),
      surroundings: { now: () => Date.parse(NOW) },
    });
    reporter.send(userActive({ id: "ann" }, { id: "old", time: new Date("2020-01-01") }));
    reporter.send(userActive({ id: "" }, { id: "nobody" }));
    reporter.send(instanceReported({ id: "chat-2", version: "1.0.0", connections: 3 }));
    expect(await reporter.close()).toMatchObject({ accepted: 1, refused: 2 });
    expect(refused).toEqual(["old event-too-old", "nobody event-malformed"]);
  });

  it("a key that is unknown there loses nothing in silence", async () => {
    const lost: unknown[] = [];
    const reporter = new Reporter({
      url: runtime.baseUrl,
      credential: "unknown",
      source: "chat-3",
      sequence,
      onLost: (one) => lost.push(one),
    });
    reporter.send(userActive({ id: "ann" }));
    expect(await reporter.close()).toMatchObject({ accepted: 0, lost: 1 });
    expect(lost).toMatchObject([{ reason: "rejected", status: 401, isUncertain: false }]);
  });
});

/** What the server does with a try: counts it where nothing else is said. */
const play: fc.Arbitrary<Play | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("count-and-hang-up" as const, "hang-up" as const, "stall" as const).map(
      (one): Play =>
        () =>
          one,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(400, 401, 413, 429, 500, 503).map(
      (status): Play =>
        () =>
          problem(status, "no"),
    ),
  },
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("send" as const), count: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 3_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("flush" as const) }) },
);

describe("whatever a server does", () => {
  it("each event ends in one place: counted, refused or lost, and what is certainly lost was not counted", async () => {
    const ran = runs(150, 2_000);
    let events = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.array(play, { maxLength: 20 }),
        fc.record({
          sequence: fc.boolean(),
          whenFull: fc.constantFrom("newest" as const, "oldest" as const),
          queueEvents: fc.integer({ min: 3, max: 20 }),
          batchEvents: fc.integer({ min: 1, max: 8 }),
          tries: fc.constantFrom(1, 3, Infinity),
        }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        async (steps, plays, options, chance) => {
          const time = new PlayedTime(Date.parse(NOW));
          const door = new PlayedDoor();
          const queue = [...plays];
          door.play = (came) => (queue.shift() ?? door.count)(came);
          const ends: string[] = [];
          const certain = new Set<string>();
          let accepted = 0;
          const reporter = new Reporter({
            url: "http://tidemark.example",
            credential: "key",
            source: "chat-1",
            gzip: false,
            delayMs: 1_000,
            timeoutMs: 500,
            backoffMs: 100,
            ...options,
            onSent: (sent) => void (accepted += sent.accepted),
            onRefused: ({ refusals }) => ends.push(...refusals.map(({ event }) => event.id)),
            onLost: ({ events: gone, isUncertain }) => {
              ends.push(...gone.map(({ id }) => id));
              for (const { id } of gone) if (!isUncertain) certain.add(id);
            },
            surroundings: {
              fetch: door.fetch,
              now: time.now,
              after: time.after,
              random: () => chance.next().value ?? 0,
            },
          });
          let given = 0;
          for (const one of steps) {
            if (one.do === "send")
              for (let at = 0; at < one.count; at++)
                reporter.send(userActive({ id: "ann" }, { id: given % 9 === 8 ? `bad-${given++}` : `e${given++}` }));
            else if (one.do === "pass") await time.pass(one.ms);
            else void reporter.flush();
            const { taken, pending, ...others } = reporter.counts;
            expect(pending).toBeGreaterThanOrEqual(0);
            expect(pending).toBeLessThanOrEqual(options.queueEvents);
            expect(pending + others.accepted + others.refused + others.lost).toBe(taken);
          }
          const closing = reporter.close({ deadlineMs: 5_000 });
          await time.pass(5_000);
          expect(await closing).toMatchObject({ taken: given, pending: 0, accepted });
          expect(accepted + ends.length).toBe(given);
          expect(new Set(ends).size).toBe(ends.length);
          expect(new Set(door.counted).size).toBe(door.counted.length);
          expect(door.counted.length).toBeGreaterThanOrEqual(accepted);
          expect(door.counted.filter((id) => certain.has(id))).toEqual([]);
          expect(time.waiting).toBe(0);
          events += given;
        },
      ),
      { numRuns: ran },
    );
    counted(events, `events in ${ran} lives of a client`, "client against a server of any mood");
  });
});
