import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Parts } from "../../../functions/tasks/parts.ts";
import { ARCHIVE } from "../../../functions/contract.ts";
import { hourName } from "../../../functions/core/hour.ts";
import type { Archive } from "../../../functions/ports/archive.ts";
import type { MemoryArchive } from "../memory/archive.ts";
import { clientOf, type Command, type MemoryEngine, type Outcome } from "../memory/engine.ts";
import { partsOver } from "../memory/store.ts";

/** What several processes share. */
export interface World {
  readonly engine: MemoryEngine;
  readonly archive: MemoryArchive;
}

/** Something that runs against the world, as a process of its own. */
export interface Actor {
  readonly name: string;
  /** Equal for actors that do the same: which of them does what makes no difference. */
  readonly twins: string;
  readonly work: (parts: Parts) => Promise<unknown>;
  /** Kinds of items that it may write ({@link kindOf}); writing any other is an error. */
  readonly writes: ReadonlySet<string>;
  /** Kinds of which it uses only what nobody ever changes, so that it makes no difference when it reads them. */
  readonly readsAnytime: ReadonlySet<string>;
}

/**
 * What may happen next. `step`: a call that waits is carried out and answered. `again`: it is carried out, its answer
 * is lost, and it is carried out again, as SDKs do it. `lost`: it is carried out, and the process ends. `crash`: the
 * process ends; what it waits for never happens.
 */
export interface Option {
  readonly what: "step" | "again" | "lost" | "crash";
  readonly actor: number;
  /** Which of the calls that wait at once. */
  readonly call: number;
}

/** How one of the actors is. */
export type Standing =
  | { readonly is: "running" }
  | { readonly is: "crashed" }
  | { readonly is: "done"; readonly value: unknown }
  | { readonly is: "failed"; readonly error: unknown };

interface Call {
  readonly name: () => string;
  /** Kinds of what it reads; undefined for one that writes. */
  readonly reads: readonly string[] | undefined;
  readonly carryOut: () => Outcome | Promise<Outcome>;
  readonly settle: (outcome: Outcome) => void;
}

interface Running {
  standing: Standing;
  readonly waiting: Call[];
  /** All that it was told so far: where it stands, because tasks depend on nothing else. */
  told: string;
  hasBegun: boolean;
  /** What the world was when it began to wait for others, where it does. */
  idleSince: string | undefined;
}

const digest = (text: string): string => createHash("md5").update(text).digest("base64");
const READS = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand"]);

type Keyed = { readonly pk?: { readonly S?: string }; readonly sk?: { readonly S?: string } };

/** The kind of an item: what its keys begin with. */
export const kindOf = (pk: string, sk: string): string => {
  const [kind = "", sort = ""] = [pk, sk].map((key) => key.split("#")[0]);
  return kind === "WS" ? sort : kind;
};

/** Keys of all items that a command is about. */
const keysIn = ({ input }: Command): readonly (readonly [pk: string, sk: string])[] => {
  const all = input as {
    readonly Key?: Keyed;
    readonly Item?: Keyed;
    readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Keyed[] }>>;
    readonly TransactItems?: readonly Readonly<Record<string, { readonly Key?: Keyed; readonly Item?: Keyed }>>[];
    readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
  };
  const keys: (Keyed | undefined)[] = [
    all.Key,
    all.Item,
    ...Object.values(all.RequestItems ?? {}).flatMap(({ Keys = [] }) => Keys),
    ...(all.TransactItems ?? []).flatMap((one) => Object.values(one).map(({ Key, Item }) => Key ?? Item)),
  ];
  const asked = all.ExpressionAttributeValues?.[":pk"]?.S;
  return [
    ...keys.flatMap((key) => (key === undefined ? [] : [[key.pk?.S ?? "", key.sk?.S ?? ""] as const])),
    ...(asked === undefined ? [] : [[asked, ""] as const]),
  ];
};

/** What a command is about, for people to read. */
const nameOf = (command: Command): string =>
  `${command.constructor.name.replace("Command", "")} ${keysIn(command)
    .map((key) => key.join(" ").trim())
    .join(", ")}`;

/** Nobody writes a workspace in these scenarios, so when it is read makes no difference. */
const isImmovable = ({ input }: Command): boolean =>
  (input as { readonly Key?: { readonly sk?: { readonly S?: string } } }).Key?.sk?.S === "WORKSPACE";

const MEANS = { step: "", again: ", its answer lost and asked again", lost: ", and crashes" } as const;

/** What others may tell of one that has ended: whatever it was told before makes no difference any more. */
const endOf = (standing: Standing): string =>
  `${standing.is} ${standing.is === "done" ? JSON.stringify(standing.value) : ""}`;

/**
 * Runs actors against one world, each call to the engine or the archive when it is told to, and no other way: a
 * schedule is a list of {@link Option}s, and the same schedule comes to the same.
 */
export class Schedule {
  readonly world: World;
  readonly #actors: readonly Actor[];
  readonly #clock: () => number;
  readonly #running: Running[] = [];
  readonly #story: (() => string)[] = [];
  #faults = 0;
  /** Told before an actor's first call is carried out. */
  onBegin: ((actor: number) => void) | undefined;

  constructor(world: World, actors: readonly Actor[], clock: () => number) {
    this.world = world;
    this.#actors = actors;
    this.#clock = clock;
  }

  /** What was done, for people to read. */
  get story(): readonly string[] {
    return this.#story.map((line) => line());
  }

  /** Starts every actor, up to its first call. */
  async start(): Promise<void> {
    for (const [at, actor] of this.#actors.entries()) {
      const running: Running = {
        standing: { is: "running" },
        waiting: [],
        told: "",
        hasBegun: false,
        idleSince: undefined,
      };
      this.#running.push(running);
      void actor.work(this.#partsOf(at)).then(
        (value) => this.#end(running, { is: "done", value }),
        (error: unknown) => this.#end(running, { is: "failed", error }),
      );
    }
    await this.#untilAllWait();
  }

  standing(actor: number): Standing {
    return (this.#running[actor] as Running).standing;
  }

  /** Everything that decides what may happen from here on. */
  get fingerprint(): string {
    const actors = this.#running.map(({ standing, told, idleSince }, at) => {
      const print = standing.is === "running" ? `${told} ${idleSince ?? ""}` : endOf(standing);
      return `${this.#actors[at]?.twins ?? ""}: ${print}`;
    });
    return [this.#worldPrint, ...actors.toSorted(), this.#faults].join("\n");
  }

  /**
   * What may happen next, within so many faults. A read of what nobody who still runs may write comes alone: whenever
   * it is made, it is told the same, and changes nothing. For the same reason a process crashes only before it writes
   * and after: a crash at a read is one at the write that it had made last.
   */
  options(faults: number): readonly Option[] {
    const options: Option[] = [];
    for (const [actor, running] of this.#running.entries()) {
      if (running.standing.is !== "running") continue;
      const alone = running.waiting.findIndex((call) => this.#isAlone(actor, call));
      if (alone !== -1) return [{ what: "step", actor, call: alone }];
      if (!this.#isAwake(running)) continue;
      for (const call of running.waiting.keys()) options.push({ what: "step", actor, call });
    }
    if (this.#faults >= faults) return options;
    for (const [actor, running] of this.#running.entries()) {
      if (running.standing.is !== "running" || running.waiting.every(({ reads }) => reads !== undefined)) continue;
      options.push({ what: "crash", actor, call: 0 });
      for (const [call, { reads }] of running.waiting.entries())
        if (reads === undefined) options.push({ what: "again", actor, call }, { what: "lost", actor, call });
    }
    return options;
  }

  /** Lets something happen, and everything that follows from it without another call. */
  async take({ what, actor, call }: Option): Promise<void> {
    const running = this.#running[actor] as Running;
    const name = this.#actors[actor]?.name ?? "";
    if (what !== "step") this.#faults++;
    if (what === "crash") {
      this.#crash(running);
      this.#story.push(() => `${name} crashes`);
      return;
    }
    const [waiting] = running.waiting.splice(call, 1);
    if (waiting === undefined) throw new Error(`${name} does not wait for call ${call}: it is of another scenario`);
    if (!running.hasBegun) this.onBegin?.(actor);
    running.hasBegun = true;
    let outcome = await waiting.carryOut();
    if (what === "again") outcome = await waiting.carryOut();
    const { isThrown } = outcome;
    this.#story.push(() => `${name}: ${waiting.name()}${MEANS[what]}${isThrown ? ", refused" : ""}`);
    if (what === "lost") {
      this.#crash(running);
      return;
    }
    const told = this.#isAnytime(actor, waiting) ? "as ever" : outcome.print;
    running.told = digest(`${running.told} ${call} ${told}`);
    waiting.settle(outcome);
    await this.#untilAllWait();
  }

  #crash(running: Running): void {
    running.standing = { is: "crashed" };
    running.waiting.splice(0);
  }

  #isAnytime(actor: number, { reads }: Call): boolean {
    return reads?.every((kind) => this.#actors[actor]?.readsAnytime.has(kind)) === true;
  }

  /** Whether a call is a read of what no other process that still runs may write. */
  #isAlone(actor: number, call: Call): boolean {
    if (call.reads === undefined) return false;
    if (this.#isAnytime(actor, call)) return true;
    return this.#running.every(
      ({ standing }, other) =>
        other === actor ||
        standing.is !== "running" ||
        call.reads?.every((kind) => this.#actors[other]?.writes.has(kind) === false),
    );
  }

  get #worldPrint(): string {
    return `${this.world.engine.fingerprint} ${this.world.archive.fingerprint}`;
  }

  /** One that waits for others goes on when something has changed, or nobody else is left. */
  #isAwake({ idleSince }: Running): boolean {
    if (idleSince === undefined || idleSince !== this.#worldPrint) return true;
    return this.#running.every((other) => other.standing.is !== "running" || other.idleSince === this.#worldPrint);
  }

  #end(running: Running, standing: Standing): void {
    if (running.standing.is === "running") running.standing = standing;
  }

  async #untilAllWait(): Promise<void> {
    do await setImmediate();
    while (this.#running.some(({ standing, waiting }) => standing.is === "running" && waiting.length === 0));
  }

  /** Puts a call into the line of those that wait. */
  #wait(actor: number, call: Omit<Call, "settle">): Promise<Outcome> {
    const { promise, resolve: settle } = Promise.withResolvers<Outcome>();
    // One that has crashed is still there, and waits for ever.
    const running = this.#running[actor] as Running;
    if (running.standing.is === "running") running.waiting.push({ ...call, settle });
    return promise;
  }

  #partsOf(actor: number): Parts {
    const { engine, archive } = this.world;
    const client = clientOf((command) => {
      if (isImmovable(command)) return engine.apply(command);
      const isRead = READS.has(command.constructor.name);
      const kinds = keysIn(command).map((key) => kindOf(...key));
      const stray = isRead ? undefined : kinds.find((kind) => this.#actors[actor]?.writes.has(kind) === false);
      if (stray !== undefined) throw new Error(`${this.#actors[actor]?.name ?? ""} is not known to write ${stray}`);
      return this.#wait(actor, {
        name: () => nameOf(command),
        reads: isRead ? kinds : undefined,
        carryOut: () => engine.apply(command),
      });
    });
    const parts = partsOver({
      client,
      archive: this.#archiveOf(actor),
      blobs: archive.blobs(),
      clock: this.#clock,
      expires: false,
    });
    return { ...parts, pause: () => this.#idle(actor) };
  }

  /** Waits for others to do something; when nobody is left to, its caller has gone. */
  async #idle(actor: number): Promise<void> {
    const running = this.#running[actor] as Running;
    running.idleSince = this.#worldPrint;
    const { answer, isThrown } = await this.#wait(actor, {
      name: () => "waits for others",
      reads: ["everything"],
      carryOut: () => {
        const isAlone = running.idleSince === this.#worldPrint;
        running.idleSince = undefined;
        return { answer: new Error("nobody is left to wait for"), isThrown: isAlone, print: String(isAlone) };
      },
    });
    if (isThrown) throw answer;
  }

  #archiveOf(actor: number): Archive {
    const port = this.world.archive.port();
    return {
      ...port,
      write: async (workspace, hour, revision, bytes) => {
        await this.#wait(actor, {
          name: () => `writes ${ARCHIVE.statistics(workspace, hourName(hour))} revision ${revision}`,
          reads: undefined,
          carryOut: async () => {
            await port.write(workspace, hour, revision, bytes);
            return { answer: undefined, isThrown: false, print: "done" };
          },
        });
      },
    };
  }
}
