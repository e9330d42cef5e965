import { backoffMs } from "./backoff.ts";
import { type Batch, batchOf } from "./batch.ts";
import type { Door } from "./door.ts";
import type { Settings } from "./options.ts";
import type { Patience } from "./patience.ts";
import type { Entry } from "./queue.ts";
import type { Lost, LossReason, Refusal, Refused, Sent } from "./told.ts";
import type { Answer, Setback, Verdict } from "./verdict.ts";

/** Who is told what became of events; every event that is delivered is told of once. */
export interface Outcome {
  readonly sent: (sent: Sent) => void;
  readonly refused: (refused: Refused) => void;
  readonly lost: (lost: Lost) => void;
}

/** Nobody likes to wait long for the end. */
const LAST_BACKOFF_MS = 1_000;

/** Events on their way: what was tried so far. */
interface Course {
  readonly entries: readonly Entry[];
  id: string;
  /** As it was written down; undefined before, and when the numbers have to change. */
  batch: Batch | undefined;
  tries: number;
  isUncertain: boolean;
}

/** Brings events to the server, one batch after the other, until each is settled. */
export class Delivery {
  readonly #settings: Settings;
  readonly #door: Door;
  readonly #patience: Patience;
  readonly #outcome: Outcome;
  readonly #stopped: AbortSignal;
  #isClosing = false;
  /** The number of the next event; undefined when the server has to be asked. */
  #next: number | undefined;

  /** @param stopped ends all tries; what is under way then is lost. */
  constructor(settings: Settings, door: Door, patience: Patience, outcome: Outcome, stopped: AbortSignal) {
    this.#settings = settings;
    this.#door = door;
    this.#patience = patience;
    this.#outcome = outcome;
    this.#stopped = stopped;
  }

  /** From now on failures are waited for less. */
  hurry(): void {
    this.#isClosing = true;
    this.#patience.hurry();
  }

  /** Sends events as one batch, as often as it takes; or as several, where one is too large for the server. */
  async deliver(entries: readonly Entry[]): Promise<void> {
    const course: Course = {
      entries,
      id: this.#settings.uuid(),
      batch: undefined,
      tries: 0,
      isUncertain: false,
    };
    for (;;) {
      const verdict = await this.#try(course);
      if (verdict.to === "rest") return this.#rest(course, verdict.answer);
      // Halves have ids of their own: what may have been counted as a whole must not come again in them.
      if (verdict.to === "split" && entries.length > 1 && !course.isUncertain) return this.#split(entries);
      if (verdict.to === "split") return this.#lose(course, "too-large", verdict);
      if (verdict.to === "lose") return this.#lose(course, "rejected", verdict);
      if (verdict.to === "renumber") this.#numberAnew(course);
      else course.isUncertain ||= verdict.isUncertain;
      if (!this.#stopped.aborted && course.tries >= this.#settings.tries) return this.#lose(course, "gave-up", verdict);
      if (!this.#stopped.aborted) await this.#wait(course, verdict);
      if (this.#stopped.aborted) return this.#lose(course, "deadline", verdict);
    }
  }

  async #try(course: Course): Promise<Verdict> {
    course.tries++;
    const { sequence, gzip } = this.#settings;
    if (sequence && this.#next === undefined) {
      const next = await this.#door.nextNumber();
      if (typeof next !== "number") return next;
      this.#next = next;
    }
    course.batch ??= await batchOf(course.entries, course.id, { gzip, firstNumber: this.#next });
    return this.#door.send(course.batch);
  }

  /** The server counted nothing under this id, so other bytes may go under another. */
  #numberAnew(course: Course): void {
    this.#next = undefined;
    course.batch = undefined;
    course.id = this.#settings.uuid();
  }

  async #wait(course: Course, setback: Setback): Promise<void> {
    const { backoffMs: firstMs, backoffLimitMs, random, onRetry } = this.#settings;
    const limitMs = this.#isClosing ? Math.min(backoffLimitMs, LAST_BACKOFF_MS) : backoffLimitMs;
    const askedForMs = setback.to === "try-again" ? setback.waitMs : undefined;
    const delayMs = backoffMs(course.tries, { firstMs, limitMs, random }, askedForMs);
    queueMicrotask(() => onRetry({ batch: course.id, tries: course.tries, delayMs, detail: setback.detail }));
    await this.#patience.wait(delayMs, askedForMs === undefined);
  }

  async #split(entries: readonly Entry[]): Promise<void> {
    const half = Math.ceil(entries.length / 2);
    await this.deliver(entries.slice(0, half));
    await this.deliver(entries.slice(half));
  }

  #rest({ entries, batch, id, tries }: Course, answer: Answer): void {
    const { accepted, duplicates, refusedCount, refused, replayed } = answer;
    if (batch?.firstNumber !== undefined) this.#next = batch.firstNumber + entries.length;
    this.#outcome.sent({ batch: id, accepted, duplicates, refusedCount, replayed, tries });
    if (refusedCount > 0) this.#outcome.refused({ batch: id, refusals: refusalsOf(entries, refused), refusedCount });
    if (duplicates === 0) return;
    // Numbers rise, so those that were taken are the first.
    const detail = "their numbers had been counted before: no other process may send under the same source";
    const events = entries.slice(0, duplicates).map(({ event }) => event);
    this.#next = undefined;
    this.#outcome.lost({ events, reason: "number-taken", detail, status: 200, isUncertain: false });
  }

  #lose({ entries, isUncertain }: Course, reason: LossReason, setback: Setback): void {
    // Perhaps they were counted, perhaps not: the server knows where its numbers go on.
    this.#next = undefined;
    const { detail, status } = setback;
    const events = entries.map(({ event }) => event);
    this.#outcome.lost({ events, reason, detail, isUncertain, ...(status === undefined ? {} : { status }) });
  }
}

const refusalsOf = (entries: readonly Entry[], refused: Answer["refused"]): readonly Refusal[] =>
  refused.flatMap(({ index, code, detail }) => {
    const event = entries[index]?.event;
    return event === undefined ? [] : [{ event, code, detail }];
  });
