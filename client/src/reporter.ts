/// <reference lib="esnext.disposable" preserve="true" />
import { Delivery } from "./delivery.ts";
import { Door } from "./door.ts";
import type { ChatEvent } from "./events.ts";
import { LONGEST_TIMER_MS, type ReporterOptions, type Settings, settingsOf } from "./options.ts";
import { Patience } from "./patience.ts";
import { type Entry, entryOf, Queue } from "./queue.ts";
import type { Counts, Lost, LossReason, ToldEvent } from "./told.ts";

/** Somebody who waits until all events up to a serial are settled. */
interface Waiter {
  readonly through: number;
  readonly resolve: () => void;
}

const sumOf = (entries: readonly Entry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * Takes events of a chat server and sends them to Tidemark in batches. A batch has the same id and the same bytes at
 * every try, so it is counted once, whatever gets lost on the way. Events that can't be sent are told of, never dropped
 * in silence. Close it before the process ends.
 */
export class Reporter {
  readonly #settings: Settings;
  readonly #queue = new Queue();
  readonly #delivery: Delivery;
  readonly #patience: Patience;
  /** Ends all that is under way. */
  readonly #stop = new AbortController();
  /** Queued entries that are being sent. */
  #underWay: readonly Entry[] = [];
  #underWayBytes = 0;
  #serial = 0;
  /** Everything up to this serial goes without waiting for others. */
  #flushThrough = -1;
  #waiters: Waiter[] = [];
  #isDraining = false;
  #cancelTimer: (() => void) | undefined;
  #closed: Promise<Counts> | undefined;
  #taken = 0;
  #accepted = 0;
  #refused = 0;
  #lost = 0;

  /** @throws TypeError, RangeError for an option that can't be. */
  constructor(options: ReporterOptions) {
    this.#settings = settingsOf(options);
    this.#patience = new Patience(this.#settings.after);
    const { onSent, onRefused } = this.#settings;
    const door = new Door(this.#settings, this.#stop.signal);
    this.#delivery = new Delivery(
      this.#settings,
      door,
      this.#patience,
      {
        sent: (sent) => {
          this.#accepted += sent.accepted;
          queueMicrotask(() => onSent(sent));
        },
        refused: (refused) => {
          this.#refused += refused.refusedCount;
          queueMicrotask(() => onRefused(refused));
        },
        lost: (lost) => this.#lose(lost),
      },
      this.#stop.signal,
    );
  }

  /** How many events there were, and what became of them. */
  get counts(): Counts {
    return {
      taken: this.#taken,
      pending: this.#taken - this.#accepted - this.#refused - this.#lost,
      accepted: this.#accepted,
      refused: this.#refused,
      lost: this.#lost,
    };
  }

  /**
   * Queues an event, as it is now; what is left out of it, id and time, is filled in. Returns at once.
   * @returns whether it will be sent; if not, `onLost` is told why.
   * @throws TypeError, RangeError for an event that can't be written as JSON.
   */
  send(event: ChatEvent): boolean {
    const { now, uuid, source, batchBytes } = this.#settings;
    const since = now();
    const told: ToldEvent = { ...event, id: event.id ?? uuid(), time: event.time ?? new Date(since) };
    const entry = entryOf(told, source, this.#serial, since);
    this.#taken++;
    if (this.#closed !== undefined) return this.#turnAway(entry, "closed", "the reporter is closed");
    if (entry.bytes > batchBytes)
      return this.#turnAway(entry, "too-large", `it takes ${entry.bytes} bytes, a batch ${batchBytes} at most`);
    if (!this.#makeRoom(entry)) return this.#turnAway(entry, "queue-full", this.#fullness());
    this.#serial++;
    this.#queue.add(entry);
    this.#plan();
    return true;
  }

  /** Sends all that is queued now, without waiting for more; resolves when each event is sent, refused or lost. */
  async flush(): Promise<void> {
    const through = this.#serial - 1;
    this.#flushThrough = Math.max(this.#flushThrough, through);
    const settled = new Promise<void>((resolve) => this.#waiters.push({ through, resolve }));
    this.#plan();
    this.#wakeWaiters();
    await settled;
  }

  /**
   * Takes no more events, and sends what it has: for so long at most, 10 seconds by default. What is left then is told
   * of as lost.
   */
  close({ deadlineMs = 10_000 }: { readonly deadlineMs?: number } = {}): Promise<Counts> {
    this.#closed ??= this.#close(deadlineMs);
    return this.#closed;
  }

  /** Closes it: `await using reporter = new Reporter(…)`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(deadlineMs: number): Promise<Counts> {
    const cancel = this.#settings.after(Math.min(deadlineMs, LONGEST_TIMER_MS), () => {
      this.#stop.abort();
      this.#patience.end();
    });
    this.#delivery.hurry();
    await this.flush();
    cancel();
    return this.counts;
  }

  /** Sends now, or sees to it that it is done in time. */
  #plan(): void {
    if (this.#isDraining) return;
    if (this.#isDue()) {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
      void this.#drain();
      return;
    }
    const { oldest } = this.#queue;
    if (oldest === undefined || this.#cancelTimer !== undefined) return;
    const { after, now, delayMs } = this.#settings;
    // The clock may be put back meanwhile, so that its word is not waited for: who has waited so long is due.
    this.#cancelTimer = after(Math.min(Math.max(oldest.since + delayMs - now(), 0), delayMs), () => {
      this.#cancelTimer = undefined;
      this.#flushThrough = Math.max(this.#flushThrough, oldest.serial);
      this.#plan();
    });
  }

  #isDue(): boolean {
    const { batchEvents, batchBytes, delayMs, now } = this.#settings;
    const { oldest, events, bytes } = this.#queue;
    if (oldest === undefined) return false;
    const isFull = events >= batchEvents || bytes >= batchBytes;
    return isFull || oldest.serial <= this.#flushThrough || now() - oldest.since >= delayMs;
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    const { batchEvents, batchBytes } = this.#settings;
    while (this.#isDue() && !this.#stop.signal.aborted) {
      this.#underWay = this.#queue.take(batchEvents, batchBytes);
      this.#underWayBytes = sumOf(this.#underWay);
      await this.#delivery.deliver(this.#underWay);
      this.#underWay = [];
      this.#underWayBytes = 0;
      this.#wakeWaiters();
    }
    if (this.#stop.signal.aborted) this.#giveUp();
    this.#isDraining = false;
    this.#plan();
  }

  #giveUp(): void {
    const left = this.#queue.take(Infinity, Infinity);
    if (left.length > 0) this.#loseEntries(left, "deadline", "closing could wait no longer");
    this.#wakeWaiters();
  }

  #wakeWaiters(): void {
    const oldest = this.#underWay[0] ?? this.#queue.oldest;
    const isSettled = ({ through }: Waiter): boolean => oldest === undefined || oldest.serial > through;
    for (const { resolve } of this.#waiters.filter(isSettled)) resolve();
    this.#waiters = this.#waiters.filter((waiter) => !isSettled(waiter));
  }

  /** Whether there is room for it, made at the oldest's cost where that is wanted. */
  #makeRoom(entry: Entry): boolean {
    const { queueEvents, queueBytes, whenFull } = this.#settings;
    const fits = (): boolean =>
      this.#queue.events + this.#underWay.length < queueEvents &&
      this.#queue.bytes + this.#underWayBytes + entry.bytes <= queueBytes;
    if (whenFull === "newest" || this.#underWayBytes + entry.bytes > queueBytes) return fits();
    const dropped: Entry[] = [];
    while (!fits() && this.#queue.oldest !== undefined) dropped.push(...this.#queue.take(1, Infinity));
    if (dropped.length > 0) {
      this.#loseEntries(dropped, "queue-full", this.#fullness());
      this.#wakeWaiters();
    }
    return fits();
  }

  #fullness(): string {
    const { queueEvents, queueBytes } = this.#settings;
    return `the queue holds ${queueEvents} events and ${queueBytes} bytes at most`;
  }

  #turnAway(entry: Entry, reason: LossReason, detail: string): false {
    this.#loseEntries([entry], reason, detail);
    return false;
  }

  #loseEntries(entries: readonly Entry[], reason: LossReason, detail: string): void {
    this.#lose({ events: entries.map(({ event }) => event), reason, detail, isUncertain: false });
  }

  #lose(lost: Lost): void {
    const { onLost } = this.#settings;
    this.#lost += lost.events.length;
    queueMicrotask(() => onLost(lost));
  }
}
