/* oxlint-disable vitest/no-standalone-expect -- commands are classes, and run within the test below */
import { zstdDecompressSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tableFile } from "../../functions/adapters/parquet/table-file.ts";
import { DAY_MS, endOf, type Hour, hourOf, MINUTE_MS, startOf } from "../../functions/core/hour.ts";
import { windowAt } from "../../functions/core/reading.ts";
import { dayOf, daysOver } from "../../functions/core/series.ts";
import { type Document, documentIn } from "../../functions/core/document.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { compactDays } from "../../functions/tasks/compact-days.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { type Answer, ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { pauseWorkspace, resumeWorkspace } from "../../functions/tasks/pause-workspace.ts";
import { readActivity } from "../../functions/tasks/read-activity.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { readLedger } from "../../functions/tasks/read-ledger.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { brokenLinks } from "../support/chain.ts";
import { fill, FLOWS, LEVELS, pick, TIMES } from "../support/recounts/compared.ts";
import { counted } from "../support/counted.ts";
import { exhaustive, runs } from "../support/effort.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { anyQuietEvent, HOUR_ZERO, message, type RawEvent } from "../support/events.ts";
import { befallen, Mischance } from "../support/mishaps.ts";
import { Model, type SentBatch } from "../support/recounts/model.ts";
import { numbered, sha256 } from "../support/scene.ts";

/** Milliseconds: minutes on a machine that has other things to do, and hours by hand. */
const LONGEST = exhaustive ? 12 * 3_600_000 : 15 * 60_000;

/** Calls to these may fail; in a crash the process that made them is gone with all it remembered. */
const PORTS = ["archive", "directory", "hours", "log", "series", "snapshots", "unions"] as const;

const clockOf = (event: RawEvent, at: number): RawEvent => ({ ...event, time: new Date(at).toISOString() });

/** The workspace as it is, on a real engine; what is compared with the model. */
class Real {
  readonly #open: OpenParts;
  readonly id: string;
  parts: Parts;
  #ingest: ReturnType<typeof ingestEvents>;

  constructor(open: OpenParts, id: string) {
    this.#open = open;
    this.id = id;
    this.parts = open.parts;
    this.#ingest = ingestEvents(this.parts);
  }

  /** Another process on the same store. */
  restart(): void {
    this.parts = this.#open.connect();
    this.#ingest = ingestEvents(this.parts);
  }

  setClock({ now }: Model): void {
    this.#open.clock.now = now;
  }

  send({ id, events }: Pick<SentBatch, "id" | "events">, ingest = this.#ingest): Promise<Answer> {
    const bodyHash = sha256(events);
    return ingest({ workspace: this.id, id, bodyHash, events, mayAdjust: false, import: undefined });
  }

  work(parts = this.parts): ReturnType<ReturnType<typeof closeDueHours>> {
    return closeDueHours(parts)(this.id);
  }

  compact(parts = this.parts): ReturnType<ReturnType<typeof compactDays>> {
    return compactDays({ ...parts, tableFile })(this.id);
  }

  async refresh(parts = this.parts): Promise<Document> {
    const workspace = await parts.workspaces.find(this.id);
    if (workspace === undefined) throw new Error(`${this.id} is gone`);
    return (await refreshStatistics(parts)(workspace)).document;
  }

  async reading(): Promise<Document> {
    const workspace = await this.parts.workspaces.find(this.id);
    if (workspace === undefined) throw new Error(`${this.id} is gone`);
    return (await takeReading(this.parts)(workspace, this.#open.clock.now)).document;
  }
}

/** Notes what a run of the worker has closed and restated by now, and holds each new document against the recount. */
const follow = async (model: Model, real: Real): Promise<void> => {
  const head = await real.parts.hours.head(real.id);
  const order = model.recount.taken;
  const looked: Hour[] = [...model.closed.keys()].filter((hour) => model.isDirty(hour));
  while (model.open <= (head?.closedThrough ?? 0)) {
    expect(endOf(model.open)).toBeLessThanOrEqual(model.now);
    looked.push(model.open);
    model.closed.set(model.open, { order, revisions: new Map() });
  }
  for (const hour of looked) {
    const snapshot = await real.parts.snapshots.read(real.id, hour);
    if (snapshot === undefined) continue;
    const revisions = model.closed.get(hour)?.revisions;
    const last = Math.max(...(revisions?.keys() ?? []), model.lost(hour) === 60 ? 0 : -1);
    if (snapshot.revision === last) continue;
    expect([hour, snapshot.revision]).toEqual([hour, last + 1]);
    revisions?.set(snapshot.revision, order);
    compareHour(model, hour, documentIn(snapshot.bytes));
  }
};

const compareHour = (model: Model, hour: Hour, document: Document): void => {
  const closed = model.closed.get(hour);
  const made = closed?.revisions.get(document.revision) ?? Number.NaN;
  const { recount } = model;
  const lost = model.lost(hour);
  const levels = fill(recount.levels(hour, closed?.order ?? Number.NaN), LEVELS);
  expect(pick(document, LEVELS)).toEqual(lost === 60 ? pick({} as Document, LEVELS) : levels);
  if (made === recount.taken)
    expect(pick(document, FLOWS)).toEqual(fill(recount.flows(startOf(hour), endOf(hour)), FLOWS));
  if (made === recount.taken && lost < 60)
    expect(pick(document, TIMES)).toEqual(
      recount.times((of, at) => of === hour || (of < hour && at < (closed?.order ?? Number.NaN))),
    );
  const isRestated = document.revision > 0 && lost < 60;
  const { ledger } = document;
  expect([hour, ledger.status]).toEqual([hour, lost > 0 ? "partial" : isRestated ? "restated" : "complete"]);
  expect(ledger.reasons.includes("paused")).toBe(lost > 0);
  expect(ledger.coverage).toEqual({ heardMinutes: model.heard(hour, made), of: 60 });
};

const compareReading = (model: Model, document: Document): void => {
  const { recount } = model;
  const window = windowAt(model.now);
  expect(pick(document, LEVELS)).toEqual(fill(recount.levels(Infinity, Infinity), LEVELS));
  expect(pick(document, FLOWS)).toEqual(fill(recount.flows(window.start, window.end), FLOWS));
  expect(pick(document, TIMES)).toEqual(recount.times(() => true));
};

/** What one command tries; each is followed by a look at the reading. */
abstract class Command implements fc.AsyncCommand<Model, Real> {
  // oxlint-disable-next-line no-unused-vars -- most may come at any time; others override it
  check(_: Readonly<Model>): boolean {
    return true;
  }
  abstract act(model: Model, real: Real): Promise<void>;
  abstract toString(): string;
  async run(model: Model, real: Real): Promise<void> {
    real.setClock(model);
    await this.act(model, real);
    real.setClock(model);
    compareReading(model, await real.reading());
  }
}

interface Timed {
  readonly event: RawEvent;
  /** Minutes before the sending; a little less than none is ahead of the clock. */
  readonly back: number;
}

const batchFrom = (model: Model, events: readonly Timed[]): SentBatch => {
  const batch = {
    id: `b${model.sent.length}`,
    events: events.map(({ event, back }) => clockOf(event, model.now - back * MINUTE_MS - Date.parse(event.time))),
    accepted: undefined,
  };
  model.sent.push(batch);
  return batch;
};

const takeBatch = (model: Model, batch: SentBatch): void => {
  const accepted = batch.events.filter((event) => model.accepts(event));
  batch.accepted = accepted.length;
  model.take(accepted);
};

/** What was too far ahead when a batch was counted may not be any more: its first answer stands. */
const expectAnswer = (model: Model, batch: SentBatch, answer: Answer): void => {
  const accepted = batch.accepted ?? batch.events.filter((event) => model.accepts(event)).length;
  expect(answer).toMatchObject({ accepted, refusedCount: batch.events.length - accepted });
};

class Send extends Command {
  readonly events: readonly Timed[];
  readonly copies: number;
  constructor(events: readonly Timed[], copies: number) {
    super();
    this.events = events;
    this.copies = copies;
  }
  async act(model: Model, real: Real): Promise<void> {
    const batch = batchFrom(model, this.events);
    const taking = Array.from({ length: this.copies }, () => real.send(batch));
    if (model.isPaused) {
      for (const { status, ...how } of await Promise.allSettled(taking))
        expect({ status, ...how }).toMatchObject({ status: "rejected", reason: { code: "workspace.paused" } });
      return;
    }
    const answers = await Promise.all(taking);
    for (const answer of answers) expectAnswer(model, batch, answer);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    takeBatch(model, batch);
  }
  toString(): string {
    return `send(${JSON.stringify(this.events)}, ${this.copies} copies)`;
  }
}

class Resend extends Command {
  readonly which: number;
  constructor(which: number) {
    super();
    this.which = which;
  }
  override check({ sent, isPaused }: Readonly<Model>): boolean {
    return sent.length > 0 && !isPaused;
  }
  async act(model: Model, real: Real): Promise<void> {
    const batch = model.sent[this.which % model.sent.length] as SentBatch;
    const answer = await real.send(batch);
    expect(answer.replayed).toBe(batch.accepted !== undefined);
    expectAnswer(model, batch, answer);
    if (batch.accepted === undefined) takeBatch(model, batch);
  }
  toString(): string {
    return `resend(${this.which})`;
  }
}

class SendOtherBody extends Command {
  override check({ sent, isPaused }: Readonly<Model>): boolean {
    return !isPaused && sent.some(({ accepted }) => accepted !== undefined);
  }
  async act(model: Model, real: Real): Promise<void> {
    const { id } = model.sent.find(({ accepted }) => accepted !== undefined) as SentBatch;
    await expect(real.send({ id, events: [message(model.now)] })).rejects.toMatchObject({ code: "batch.mismatch" });
  }
  toString(): string {
    return "send another body under a known id";
  }
}

/** Events with numbers, from some before the next to some after it. */
class SendNumbered extends Command {
  readonly from: number;
  readonly count: number;
  constructor(from: number, count: number) {
    super();
    this.from = from;
    this.count = count;
  }
  override check({ isPaused }: Readonly<Model>): boolean {
    return !isPaused;
  }
  async act(model: Model, real: Real): Promise<void> {
    const first = Math.max(model.next + this.from, 1);
    const events = numbered(
      Array.from({ length: this.count }, () => message(model.now - MINUTE_MS, "num", "r0", { source: "numbers" })),
      first,
    );
    const sending = real.send({ id: `numbered-${events[0]?.["id"] ?? ""}`, events });
    if (first > model.next) {
      await expect(sending).rejects.toMatchObject({ code: "sequence.gap", details: { expected: model.next } });
      return;
    }
    const fresh = events.slice(model.next - first);
    const answer = await sending;
    expect([answer.accepted, answer.duplicates]).toEqual([fresh.length, events.length - fresh.length]);
    model.take(fresh);
    model.next = Math.max(model.next, first + this.count);
  }
  toString(): string {
    return `send numbered(from ${this.from}, ${this.count})`;
  }
}

class Refresh extends Command {
  async act(model: Model, real: Real): Promise<void> {
    compareReading(model, await real.refresh());
    const latest = await real.parts.snapshots.latest(real.id);
    compareReading(model, documentIn(latest?.bytes ?? new Uint8Array()));
  }
  toString(): string {
    return "refresh";
  }
}

class Work extends Command {
  async act(model: Model, real: Real): Promise<void> {
    const { due } = model;
    expect(await real.work()).toMatchObject({ closed: due, remaining: 0 });
    await follow(model, real);
    expect(model.due).toBe(0);
    // Nothing late is left to restate.
    expect([...model.closed.keys()].filter((hour) => model.isDirty(hour))).toEqual([]);
  }
  toString(): string {
    return "work";
  }
}

class Compact extends Command {
  async act(_: Model, real: Real): Promise<void> {
    expect(await real.compact()).toMatchObject({ remaining: 0 });
    // A day that a run which crashed had packed, and the head does not call packed yet, is looked at until it does.
    const head = await real.parts.hours.head(real.id);
    const inDoubt = head === undefined ? [] : daysOver(head.unpacked, head.closedThrough);
    const again = await real.compact();
    expect(again).toEqual({ days: expect.any(Number), files: 0, remaining: 0 });
    expect(again.days).toBeLessThanOrEqual(inDoubt.length);
  }
  toString(): string {
    return "compact";
  }
}

class Pass extends Command {
  readonly minutes: number | undefined;
  constructor(minutes: number | undefined) {
    super();
    this.minutes = minutes;
  }
  async act(model: Model): Promise<void> {
    model.pass(this.minutes ?? Math.ceil((DAY_MS - (model.now % DAY_MS)) / MINUTE_MS) + 3);
  }
  toString(): string {
    return this.minutes === undefined ? "pass midnight" : `pass ${this.minutes} minutes`;
  }
}

class Pause extends Command {
  readonly isPaused: boolean;
  constructor(isPaused: boolean) {
    super();
    this.isPaused = isPaused;
  }
  async act(model: Model, real: Real): Promise<void> {
    await (this.isPaused ? pauseWorkspace : resumeWorkspace)(real.parts)(real.id);
    model.isPaused = this.isPaused;
  }
  toString(): string {
    return this.isPaused ? "pause" : "resume";
  }
}

class Restart extends Command {
  async act(_: Model, real: Real): Promise<void> {
    real.restart();
  }
  toString(): string {
    return "restart";
  }
}

type Doomed = "send" | "work" | "refresh" | "compact";

/** Begins something and crashes at one of its calls, before or after the store has done it; then another process goes on. */
class Crash extends Command {
  readonly what: Doomed;
  readonly at: number;
  readonly how: "before" | "after";
  readonly events: readonly Timed[];
  constructor(what: Doomed, at: number, how: "before" | "after", events: readonly Timed[]) {
    super();
    this.what = what;
    this.at = at;
    this.how = how;
    this.events = events;
  }
  override check({ isPaused }: Readonly<Model>): boolean {
    return this.what !== "send" || !isPaused;
  }
  async act(model: Model, real: Real): Promise<void> {
    const { parts } = befallen(real.parts, PORTS, { at: this.at, how: this.how });
    const batch = this.what === "send" ? batchFrom(model, this.events) : undefined;
    const doing = {
      send: () => real.send(batch as SentBatch, ingestEvents(parts)),
      work: () => real.work(parts),
      refresh: () => real.refresh(parts),
      compact: () => real.compact(parts),
    }[this.what]();
    await doing.catch((error: unknown) => {
      if (!isMischance(error)) throw error;
    });
    real.restart();
    if (batch !== undefined) {
      // Whether it was counted nobody knows but the record; a batch this small is counted whole or not at all.
      const record = await real.parts.log.readBatch(real.id, batch.id, model.now);
      expect([undefined, batch.events.length]).toContain(record?.done);
      if (record !== undefined) takeBatch(model, batch);
    }
    if (this.what === "work") await follow(model, real);
  }
  toString(): string {
    return `crash(${this.what} ${this.how} call ${this.at}, ${JSON.stringify(this.events)})`;
  }
}

/** A closing that fails says which hour it was about. */
const isMischance = (error: unknown): boolean =>
  error instanceof Mischance || (error instanceof Error && isMischance(error.cause));

const timed: fc.Arbitrary<readonly Timed[]> = fc.array(
  fc.record({ event: anyQuietEvent(0, MINUTE_MS), back: fc.integer({ min: -7, max: 220 }) }),
  { minLength: 1, maxLength: 8 },
);

const any = (chosen: fc.Arbitrary<fc.AsyncCommand<Model, Real>>, times: number) =>
  Array.from({ length: times }, () => chosen);

const commands = fc.commands(
  [
    ...any(
      fc.tuple(timed, fc.integer({ min: 1, max: 3 })).map((what) => new Send(...what)),
      4,
    ),
    fc.nat(20).map((which) => new Resend(which)),
    fc.constant(new SendOtherBody()),
    fc.tuple(fc.integer({ min: -4, max: 1 }), fc.integer({ min: 1, max: 5 })).map((what) => new SendNumbered(...what)),
    fc.constant(new Refresh()),
    ...any(fc.constant(new Work()), 3),
    ...any(
      fc.integer({ min: 1, max: 90 }).map((minutes) => new Pass(minutes)),
      2,
    ),
    fc.constant(new Pass(undefined)),
    fc.constant(new Compact()),
    fc.boolean().map((isPaused) => new Pause(isPaused)),
    fc.constant(new Restart()),
    ...any(
      fc
        .tuple(
          fc.constantFrom<Doomed>("send", "work", "work", "refresh", "compact"),
          fc.nat(24),
          fc.constantFrom("before" as const, "after" as const),
          timed,
        )
        .map((what) => new Crash(...what)),
      3,
    ),
  ],
  { maxCommands: 20, size: "max" },
);

describe("a workspace, whatever is done to it", () => {
  let open: OpenParts;
  let serial = 0;
  let sequences = 0;
  let done = 0;
  beforeAll(async () => {
    open = await openParts({ now: HOUR_ZERO, cooldownSeconds: 0, expires: false, storesFrom: 2 });
  });
  afterAll(() => open.close());

  const setup = async (): Promise<{ model: Model; real: Real }> => {
    const id = `w${serial++}`;
    const model = new Model();
    open.clock.now = model.now;
    await createWorkspace({ ...open.parts, hashPassword: async () => "" })({ id, name: id, startsAt: HOUR_ZERO });
    return { model, real: new Real(open, id) };
  };

  /** When all is done, everything that can be read is what a recount gives. */
  const compareAll = async (model: Model, real: Real): Promise<void> => {
    if (model.isPaused) await new Pause(false).run(model, real);
    await new Work().run(model, real);
    expect(await real.work()).toEqual({ closed: 0, restated: 0, remaining: 0 });
    await new Compact().run(model, real);
    expect(await brokenLinks(real.parts, real.id)).toEqual([]);
    const [from, to] = [hourOf(HOUR_ZERO), model.open];
    const published = (hour: Hour): boolean => (model.closed.get(hour)?.revisions.size ?? 0) > 0;
    const sentIn = (hour: Hour): number | null =>
      published(hour) ? (model.recount.flows(startOf(hour), endOf(hour))["messages.sent"] ?? 0) : null;
    const hours = Array.from({ length: to - from }, (_, at) => from + at);

    const { rows } = await readHistory(real.parts)(real.id, { statistics: [...FLOWS, ...LEVELS], from, to });
    for (const [at, hour] of hours.entries()) {
      const row = rows[at] as Record<string, unknown>;
      const isTold = published(hour) && model.lost(hour) < 60;
      const levels = model.recount.levels(hour, model.closed.get(hour)?.order ?? Number.NaN);
      expect(row["messages.sent"]).toBe(sentIn(hour));
      expect(row["users.total"]).toBe(isTold ? (levels["users.total"] ?? 0) : null);
    }
    const workspace = await real.parts.workspaces.find(real.id);
    if (workspace === undefined) throw new Error(`${real.id} is gone`);
    const ledger = await readLedger(real.parts)(workspace, { from, to, limit: 1_000 });
    expect(ledger.rows.map(({ hour, status }) => [hour, status === "missing"])).toEqual(
      hours.map((hour) => [hour, !published(hour)]),
    );
    const activity = await readActivity(real.parts)(real.id, { from, to, timeZone: "UTC" });
    const busiest = Math.max(0, ...hours.map((hour) => sentIn(hour) ?? 0));
    expect(activity.busiest[0]?.messages ?? 0).toBe(busiest);

    for (let day = dayOf(from); day < dayOf(model.open); day++) {
      const file = await real.parts.archive.readMade({ table: "hours", workspace: real.id, start: day });
      const bytes = new Uint8Array(file?.bytes ?? []).buffer;
      const inFile = await parquetReadObjects({
        file: bytes,
        columns: ["messages_sent"],
        compressors: { ZSTD: (input) => zstdDecompressSync(input) },
      });
      const ofDay = hours.filter((hour) => dayOf(hour) === day);
      expect(inFile.map((row) => (row["messages_sent"] === null ? null : Number(row["messages_sent"])))).toEqual(
        ofDay.map(sentIn),
      );
    }
  };

  it(
    "is as a naive recount says, after every command and at the end",
    async () => {
      const replay = JSON.parse(process.env["TIDEMARK_MODEL"] ?? "{}") as fc.Parameters<[object]>;
      await fc.assert(
        fc.asyncProperty(commands, async (chosen) => {
          const { model, real } = await setup();
          await fc.asyncModelRun(() => ({ model, real }), chosen);
          real.setClock(model);
          await compareAll(model, real);
          sequences++;
          done += [...chosen].length;
        }),
        { ...replay, numRuns: runs(200, 2_000) },
      );
      counted(sequences, "sequences of commands", "model");
      counted(done, "commands", "model");
    },
    LONGEST,
  );
});
