import { gunzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type Counts,
  type Lost,
  messageSent,
  type Refused,
  Reporter,
  type ReporterOptions,
  type Retry,
  type Sent,
  userActive,
} from "../../client/src/tidemark.ts";
import { type Came, type Play, PlayedDoor, problem } from "../support/played-door.ts";
import { PlayedTime } from "../support/played-time.ts";

const NOW = Date.parse("2026-03-02T09:00:00Z");

let time: PlayedTime;
let door: PlayedDoor;
let told: { sent: Sent[]; refused: Refused[]; lost: Lost[]; retries: Retry[] };
let serial: number;

beforeEach(() => {
  time = new PlayedTime(NOW);
  door = new PlayedDoor();
  told = { sent: [], refused: [], lost: [], retries: [] };
  serial = 0;
});

const open = (options: Partial<ReporterOptions> = {}): Reporter =>
  new Reporter({
    url: "http://tidemark.example/",
    credential: "key",
    source: "chat-1",
    gzip: false,
    onSent: (sent) => told.sent.push(sent),
    onRefused: (refused) => told.refused.push(refused),
    onLost: (lost) => told.lost.push(lost),
    onRetry: (retry) => told.retries.push(retry),
    ...options,
    surroundings: {
      fetch: door.fetch,
      now: time.now,
      after: time.after,
      // The longest back-off there may be, so that delays can be told.
      random: () => 0.999_999,
      uuid: () => `uuid-${serial++}`,
      ...options.surroundings,
    },
  });

const ids = (came: Came | undefined): readonly string[] => came?.events.map(({ id }) => id) ?? [];
const send = (reporter: Reporter, ...names: readonly string[]): readonly boolean[] =>
  names.map((id) => reporter.send(userActive({ id: "ann" }, { id })));
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `e${at}`);
/** Plays these in turn, then answers. */
const inTurn = (...plays: readonly (Play | ReturnType<Play>)[]): void => {
  let at = 0;
  door.play = (came) => {
    const play = plays[at++];
    if (play === undefined) return door.count(came);
    return typeof play === "function" ? play(came) : play;
  };
};
const lostOf = (reason: Lost["reason"]): readonly string[] =>
  told.lost.filter((lost) => lost.reason === reason).flatMap(({ events }) => events.map(({ id }) => id));
const balanced = ({ taken, pending, accepted, refused, lost }: Counts): void => {
  expect(pending + accepted + refused + lost).toBe(taken);
  expect(pending).toBeGreaterThanOrEqual(0);
};

describe("a reporter gathers", () => {
  it("events until one has waited long enough, and sends them as one batch", async () => {
    const reporter = open({ delayMs: 5_000 });
    send(reporter, "a");
    await time.pass(3_000);
    send(reporter, "b");
    await time.pass(1_999);
    expect(door.tries).toEqual([]);
    await time.pass(1);
    expect(door.tries.map(ids)).toEqual([["a", "b"]]);
    expect(told.sent).toMatchObject([{ accepted: 2, tries: 1, replayed: false }]);
    expect(time.waiting).toBe(0);
  });

  it("events for no longer when the clock is put back meanwhile", async () => {
    let isBack = false;
    const reporter = open({ surroundings: { now: () => time.now() - (isBack ? 3 * 3_600_000 : 0) } });
    send(reporter, "a");
    await time.pass(1_000);
    isBack = true;
    await time.pass(4_000);
    expect(door.counted).toEqual(["a"]);
    expect(time.waiting).toBe(0);
  });

  it("no more than a batch may hold, and sends a full one at once", async () => {
    const reporter = open({ batchEvents: 3 });
    send(reporter, ...many(7));
    await time.settle();
    expect(door.tries.map(({ events }) => events.length)).toEqual([3, 3]);
    await time.pass(5_000);
    expect(door.counted).toEqual(many(7));
  });

  it("no more bytes than a batch may have", async () => {
    const reporter = open({ batchBytes: 1_000 });
    send(reporter, ...many(20));
    await reporter.flush();
    expect(door.counted).toEqual(many(20));
    for (const { body } of door.tries) expect(body.length).toBeLessThanOrEqual(1_000);
    expect(door.tries.length).toBeLessThan(10);
  });

  it("in the order in which they came, one batch at a time", async () => {
    const reporter = open({ batchEvents: 2, backoffMs: 100 });
    inTurn("hang-up", "hang-up");
    send(reporter, ...many(6));
    await time.pass(1_000);
    expect(door.counted).toEqual(many(6));
    expect(new Set(door.tries.slice(0, 3).map(({ id }) => id)).size).toBe(1);
  });

  it("what an event is when it is sent, and fills in its id and its time", async () => {
    const reporter = open();
    const data = { room: "general", roomKind: "channel", user: "ann" } as {
      room: string;
      roomKind: "channel";
      user: string;
    };
    reporter.send(messageSent(data));
    data.room = "another";
    await time.pass(5_000);
    expect(door.tries[0]?.events).toEqual([
      {
        specversion: "1.0",
        id: "uuid-0",
        source: "chat-1",
        type: "message.sent",
        time: "2026-03-02T09:00:00.000Z",
        data: { room: "general", roomKind: "channel", user: "ann" },
      },
    ]);
  });

  it("and compresses what is worth it", async () => {
    const bodies: Uint8Array[] = [];
    const reporter = open({
      gzip: true,
      surroundings: {
        fetch: (url, request) => {
          bodies.push(request.body as Uint8Array);
          const isGzipped = (request.headers as Record<string, string>)["content-encoding"] === "gzip";
          const body = isGzipped ? gunzipSync(request.body as Uint8Array) : request.body;
          return door.fetch(url, { ...request, body: body as Uint8Array<ArrayBuffer> });
        },
      },
    });
    send(reporter, ...many(100));
    await reporter.flush();
    send(reporter, "one");
    await reporter.flush();
    expect(door.counted).toEqual([...many(100), "one"]);
    expect(bodies.map((body, at) => body.length / (door.tries[at]?.body.length ?? 0))).toEqual([
      expect.closeTo(0, 0),
      1,
    ]);
  });
});

describe("a reporter tries again", () => {
  it.each<[string, Play | ReturnType<Play>, boolean]>([
    ["when the answer is lost, though the batch was counted", "count-and-hang-up", true],
    ["when the connection is refused", "hang-up", false],
    ["after a 500", () => problem(500, "internal-error"), false],
    ["after a 503", () => problem(503, "store-busy"), false],
    ["after a 429", () => problem(429, "too-many-requests"), false],
    ["after a 408", () => problem(408, "slow"), false],
    [
      "after a 200 whose refusals are none",
      () => Response.json({ accepted: 0, duplicates: 0, refusedCount: 2, refused: [null] }),
      false,
    ],
    ["after a 200 that is not Tidemark's", () => new Response("<html>Welcome to our wireless network</html>"), false],
    [
      "after a 200 that tells of another batch",
      () => new Response('{"accepted":9,"duplicates":0,"refusedCount":0,"refused":[]}'),
      false,
    ],
  ])("%s, with the same id and the same bytes", async (_title, play, replayed) => {
    const reporter = open({ backoffMs: 100 });
    inTurn(play, play);
    send(reporter, "a", "b");
    await time.pass(10_000);
    expect(door.tries).toHaveLength(3);
    expect(new Set(door.tries.map(({ id }) => id)).size).toBe(1);
    expect(new Set(door.tries.map(({ body }) => body)).size).toBe(1);
    expect(door.counted).toEqual(["a", "b"]);
    expect(told.sent).toMatchObject([{ accepted: 2, tries: 3, replayed }]);
    expect(told.lost).toEqual([]);
    balanced(reporter.counts);
  });

  it("when no answer comes in time", async () => {
    const reporter = open({ timeoutMs: 1_000, backoffMs: 100 });
    inTurn("stall");
    send(reporter, "a");
    await time.pass(7_000);
    expect(told.retries).toMatchObject([{ tries: 1, detail: "no answer within 1000 ms" }]);
    expect(door.counted).toEqual(["a"]);
  });

  it("after waits of any length up to a bound that doubles to its limit", async () => {
    const reporter = open({ backoffMs: 100, backoffLimitMs: 1_000, delayMs: 0 });
    inTurn(...Array.from({ length: 7 }, (): Play => () => problem(503, "store-busy")));
    send(reporter, "a");
    await time.pass(10_000);
    expect(told.retries.map(({ delayMs }) => delayMs)).toEqual([99, 199, 399, 799, 999, 999, 999]);
    const eager = open({ surroundings: { random: () => 0 } });
    inTurn("hang-up");
    send(eager, "b");
    await time.pass(5_000);
    expect(told.retries.at(-1)).toMatchObject({ delayMs: 0 });
  });

  it.each([
    ["7", 7_000],
    ["Mon, 02 Mar 2026 09:00:20 GMT", 20_000],
    ["999999999", 3_600_000],
    ["soon", 0],
    ["Mon, 02 Mar 2020 09:00:00 GMT", 0],
  ])("no sooner than a retry-after of %s asks for", async (retryAfter, ms) => {
    const reporter = open({ delayMs: 0, backoffMs: 100 });
    inTurn(() => problem(503, "store-busy", { "retry-after": retryAfter }));
    send(reporter, "a");
    await time.settle();
    expect(told.retries).toMatchObject([{ delayMs: ms + 99 }]);
    await time.pass(ms + 98);
    expect(door.tries).toHaveLength(1);
    await time.pass(1);
    expect(door.tries).toHaveLength(2);
  });

  it("with a credential that is asked for each time", async () => {
    let asked = 0;
    const reporter = open({
      backoffMs: 10,
      credential: () => {
        if (++asked === 1) throw new Error("the vault is closed");
        return Promise.resolve(`token-${asked}`);
      },
    });
    send(reporter, "a");
    await time.pass(6_000);
    expect(told.retries).toMatchObject([{ detail: "the vault is closed" }]);
    expect(door.tries.map(({ headers }) => headers["authorization"])).toEqual(["Bearer token-2"]);
  });

  it("also when what gives the credential fails without a word", async () => {
    let asked = 0;
    const wordless: Promise<string> = Promise.reject(JSON.parse("null") as Error);
    wordless.catch(() => undefined);
    const reporter = open({
      backoffMs: 10,
      // As a library of others' may.
      credential: () => (++asked === 1 ? wordless : Promise.resolve("key")),
    });
    send(reporter, "a");
    await time.pass(6_000);
    expect(told.retries).toHaveLength(1);
    expect(door.counted).toEqual(["a"]);
  });

  it("as often as it is told to, and then gives the events back", async () => {
    const reporter = open({ tries: 3, backoffMs: 10 });
    inTurn("hang-up", () => problem(503, "store-busy"), "hang-up");
    send(reporter, "a", "b");
    await time.pass(6_000);
    expect(told.lost).toMatchObject([{ reason: "gave-up", isUncertain: true, detail: "fetch failed: socket hang up" }]);
    expect(lostOf("gave-up")).toEqual(["a", "b"]);
    send(reporter, "c");
    await reporter.flush();
    expect(door.counted).toEqual(["c"]);
    balanced(reporter.counts);
  });
});

describe("a reporter does not try again", () => {
  it.each([301, 400, 401, 403, 404, 415, 422])("after a %i, and gives the events back", async (status) => {
    const reporter = open();
    inTurn(() => problem(status, "no", { location: "https://elsewhere.example" }));
    send(reporter, "a", "b");
    await time.pass(5_000);
    expect(door.tries).toHaveLength(1);
    expect(lostOf("rejected")).toEqual(["a", "b"]);
    expect(told.lost).toMatchObject([{ status, isUncertain: false, detail: `the server answered ${status}: said no` }]);
    balanced(reporter.counts);
  });

  it("says so when an earlier try may have been counted", async () => {
    const reporter = open({ backoffMs: 10 });
    inTurn("hang-up", () => problem(401, "credential-unknown"));
    send(reporter, "a");
    await time.pass(6_000);
    expect(told.lost).toMatchObject([{ reason: "rejected", isUncertain: true }]);
  });
});

describe("a reporter", () => {
  it("cuts a batch that is too large for the server in two, each half with an id of its own", async () => {
    const reporter = open();
    door.play = (came) => (came.events.length > 2 ? problem(413, "batch-too-large") : door.count(came));
    send(reporter, ...many(5));
    await reporter.flush();
    expect(door.tries.map(({ events }) => events.length)).toEqual([5, 3, 2, 1, 2]);
    expect(new Set(door.tries.map(({ id }) => id)).size).toBe(5);
    expect(door.counted).toEqual(many(5));
  });

  it("cuts nothing in two that may have been counted as a whole", async () => {
    const reporter = open({ backoffMs: 10 });
    inTurn("count-and-hang-up", () => problem(413, "body-too-large"));
    send(reporter, "a", "b");
    await time.pass(6_000);
    expect(door.counted).toEqual(["a", "b"]);
    expect(told.lost).toMatchObject([{ reason: "too-large", isUncertain: true }]);
  });

  it("gives back one event that is too large for the server, or for a batch", async () => {
    const reporter = open({ batchBytes: 300 });
    inTurn(() => problem(413, "body-too-large"));
    send(reporter, "a");
    await reporter.flush();
    expect(send(reporter, "x".repeat(300))).toEqual([false]);
    await time.settle();
    expect(lostOf("too-large")).toEqual(["a", "x".repeat(300)]);
  });

  it("tells of every event that the server refuses, and why", async () => {
    const reporter = open();
    send(reporter, "a", "bad-1", "b", "bad-2");
    await reporter.flush();
    await time.settle();
    expect(told.refused).toMatchObject([
      {
        refusedCount: 2,
        refusals: [
          { event: { id: "bad-1", type: "user.active" }, code: "event-too-old", detail: "too old" },
          { event: { id: "bad-2" } },
        ],
      },
    ]);
    expect(reporter.counts).toEqual({ taken: 4, pending: 0, accepted: 2, refused: 2, lost: 0 });
  });

  it("turns the newest away when its queue is full", async () => {
    const reporter = open({ queueEvents: 3, batchEvents: 2, timeoutMs: 1_000, backoffMs: 10 });
    inTurn("stall");
    expect(send(reporter, ...many(5))).toEqual([true, true, true, false, false]);
    await time.settle();
    expect(lostOf("queue-full")).toEqual(["e3", "e4"]);
    await time.pass(6_100);
    expect(door.counted).toEqual(["e0", "e1", "e2"]);
    balanced(reporter.counts);
  });

  it("or lets the oldest go that is not under way", async () => {
    const reporter = open({ queueEvents: 4, batchEvents: 2, timeoutMs: 1_000, backoffMs: 10, whenFull: "oldest" });
    inTurn("stall");
    expect(send(reporter, ...many(2))).toEqual([true, true]);
    await time.settle();
    expect(send(reporter, "a", "b", "c", "d")).toEqual([true, true, true, true]);
    await time.pass(6_100);
    expect(lostOf("queue-full")).toEqual(["a", "b"]);
    expect(door.counted).toEqual(["e0", "e1", "c", "d"]);
    balanced(reporter.counts);
  });

  it("bounds the bytes that it holds, too", async () => {
    const reporter = open({ queueBytes: 1_000, batchBytes: 900, delayMs: 5_000 });
    const taken = send(reporter, ...many(20)).filter(Boolean).length;
    expect(taken).toBeGreaterThan(3);
    expect(taken).toBeLessThan(8);
    await reporter.flush();
    expect(door.counted).toEqual(many(taken));
  });

  it("flushes what was queued by then, and waits for it alone", async () => {
    const reporter = open({ batchEvents: 2 });
    send(reporter, "a");
    const flushed = reporter.flush();
    send(reporter, "b");
    await flushed;
    send(reporter, "c");
    expect(door.counted.slice(0, 1)).toEqual(["a"]);
    expect(reporter.counts.pending).toBeGreaterThan(0);
    await reporter.flush();
    await reporter.flush();
    expect(door.counted).toEqual(["a", "b", "c"]);
  });

  it.each([
    ["a url without a scheme", { url: "tidemark.example" }],
    ["a url of another scheme", { url: "ftp://tidemark.example" }],
    ["a url with a query", { url: "https://tidemark.example/?a=b" }],
    ["no source", { source: "" }],
    ["a source that is too long", { source: "x".repeat(129) }],
    ["no credential", { credential: "" }],
    // As JavaScript has it where an environment variable is not set.
    ["a credential that is undefined", { credential: undefined as unknown as string }],
    ["a source that is undefined", { source: undefined as unknown as string }],
    ["a credential that no header can hold", { credential: "schlüssel-\u{1F511}" }],
    ["a url with a password in it", { url: "https://ann:secret@tidemark.example" }],
    ["a batch of nothing", { batchEvents: 0 }],
    ["a batch beyond the server's bounds", { batchEvents: 10_001 }],
    ["a wait beyond what timers can", { delayMs: 2 ** 31 }],
    ["a number that is none", { tries: NaN }],
  ])("is not opened with %s", (_title, options) => {
    expect(() => open(options)).toThrow(/give|Invalid URL/);
  });

  it("does not let a callback that throws stop the others", async () => {
    const thrown: unknown[] = [];
    const catching = (error: unknown): void => void thrown.push(error);
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", catching);
    const reporter = open({
      onSent: () => {
        throw new Error("of the one who was told");
      },
    });
    send(reporter, "a");
    await reporter.flush();
    send(reporter, "b");
    await reporter.flush();
    await time.settle();
    process.off("uncaughtException", catching);
    for (const listener of listeners) process.on("uncaughtException", listener);
    expect(door.counted).toEqual(["a", "b"]);
    expect(thrown).toMatchObject([{ message: "of the one who was told" }, { message: "of the one who was told" }]);
  });
});

describe("a reporter that closes", () => {
  it("sends what it has, takes no more, and can be closed twice", async () => {
    const reporter = open();
    send(reporter, "a", "b");
    const closing = reporter.close();
    expect(send(reporter, "c")).toEqual([false]);
    expect(await closing).toMatchObject({ accepted: 2, pending: 0 });
    expect(await reporter.close()).toMatchObject({ taken: 3, accepted: 2, lost: 1 });
    expect(lostOf("closed")).toEqual(["c"]);
    expect(time.waiting).toBe(0);
  });

  it("ends a wait for a failure of its own, and tries once more at once", async () => {
    const reporter = open({ delayMs: 0, backoffMs: 60_000 });
    inTurn("hang-up");
    send(reporter, "a");
    await time.settle();
    expect(told.retries).toMatchObject([{ delayMs: 59_999 }]);
    expect(await reporter.close()).toMatchObject({ accepted: 1 });
    expect(time.now()).toBe(NOW);
  });

  it("keeps to what the server asked for", async () => {
    const reporter = open({ delayMs: 0 });
    inTurn(() => problem(429, "too-many-requests", { "retry-after": "5" }));
    send(reporter, "a");
    await time.settle();
    const closing = reporter.close();
    await time.pass(4_999);
    expect(door.tries).toHaveLength(1);
    await time.pass(1_000);
    expect(await closing).toMatchObject({ accepted: 1 });
  });

  it.each<[string, ReturnType<Play> | Play]>([
    ["while a try is under way", "stall"],
    ["while it waits", () => problem(503, "store-busy", { "retry-after": "600" })],
  ])("ends at its deadline %s, and tells what it could not send", async (_title, play) => {
    const reporter = open({ batchEvents: 2 });
    door.play = typeof play === "function" ? play : () => play;
    send(reporter, ...many(5));
    const closing = reporter.close({ deadlineMs: 3_000 });
    await time.pass(3_000);
    expect(await closing).toEqual({ taken: 5, pending: 0, accepted: 0, refused: 0, lost: 5 });
    expect(lostOf("deadline")).toEqual(many(5));
    expect(told.lost.map(({ isUncertain }) => isUncertain)).toEqual([true, false]);
    expect(time.waiting).toBe(0);
  });

  it("waits as long as it takes when it is told to, for no timer takes so long a time", async () => {
    const waits: number[] = [];
    const after = (ms: number, call: () => void): (() => void) => {
      waits.push(ms);
      return time.after(ms, call);
    };
    const reporter = open({ surroundings: { after } });
    send(reporter, "a");
    expect(await reporter.close({ deadlineMs: Infinity })).toMatchObject({ accepted: 1, lost: 0 });
    expect(Math.max(...waits)).toBeLessThan(2 ** 31);
  });

  it("closes itself at the end of its block", async () => {
    {
      await using reporter = open();
      send(reporter, "a");
    }
    expect(door.counted).toEqual(["a"]);
  });
});

describe("a reporter that numbers its events", () => {
  it("goes on where the server says, and asks once", async () => {
    door.next = 41;
    const reporter = open({ sequence: true, batchEvents: 2 });
    send(reporter, ...many(3));
    await reporter.flush();
    expect(door.tries.flatMap(({ events }) => events.map(({ sequence }) => sequence))).toEqual(["41", "42", "43"]);
    expect(door.next).toBe(44);
  });

  it("keeps the numbers when it tries again", async () => {
    const reporter = open({ sequence: true, backoffMs: 10 });
    inTurn("count-and-hang-up", "hang-up");
    send(reporter, "a", "b");
    await time.pass(6_000);
    expect(new Set(door.tries.map(({ body }) => body)).size).toBe(1);
    expect(door.counted).toEqual(["a", "b"]);
  });

  it("numbers anew when the server has forgotten some", async () => {
    const reporter = open({ sequence: true, backoffMs: 10 });
    send(reporter, "a", "b");
    await reporter.flush();
    door.next = 1;
    send(reporter, "c");
    await time.pass(6_000);
    expect(door.tries.map(({ events }) => events[0]?.sequence)).toEqual(["1", "3", "1"]);
    expect(new Set(door.tries.map(({ id }) => id)).size).toBe(3);
    expect(door.counted).toEqual(["a", "b", "c"]);
  });

  it("leaves no gap behind a batch that was rejected", async () => {
    const reporter = open({ sequence: true });
    inTurn(() => problem(400, "body-malformed"));
    send(reporter, "a");
    await reporter.flush();
    send(reporter, "b");
    await reporter.flush();
    expect(door.counted).toEqual(["b"]);
    expect(door.tries).toHaveLength(2);
  });

  it("tells of events whose numbers somebody else had used", async () => {
    const reporter = open({ sequence: true });
    send(reporter, "a");
    await reporter.flush();
    door.next = 4;
    send(reporter, "b", "c", "d");
    await reporter.flush();
    await time.settle();
    expect(lostOf("number-taken")).toEqual(["b", "c"]);
    expect(door.counted).toEqual(["a", "d"]);
    balanced(reporter.counts);
    expect(reporter.counts).toMatchObject({ pending: 0, lost: 2, accepted: 2 });
  });

  it("waits until it learns the number", async () => {
    let refusals = 2;
    const reporter = open({
      sequence: true,
      backoffMs: 10,
      surroundings: {
        fetch: (url, request) =>
          request.method === "GET" && refusals-- > 0
            ? Promise.resolve(problem(503, "store-busy"))
            : door.fetch(url, request),
      },
    });
    send(reporter, "a");
    await time.pass(6_000);
    expect(told.retries).toHaveLength(2);
    expect(door.counted).toEqual(["a"]);
  });
});
