import type { Batch } from "../../../functions/core/batch.ts";
import { deepStrictEqual } from "node:assert/strict";
import { endOf, HOUR_MS, hourOf, MINUTE_MS, startOf } from "../../../functions/core/hour.ts";
import { documentIn, valueIn } from "../../../functions/core/document.ts";
import type { Workspace } from "../../../functions/core/workspace.ts";
import { closeDueHours } from "../../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../../functions/tasks/create-workspace.ts";
import { foldLog } from "../../../functions/tasks/fold-log.ts";
import { type Answer, ingestEvents } from "../../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../../functions/tasks/parts.ts";
import { refreshStatistics } from "../../../functions/tasks/refresh-statistics.ts";
import { takeReading } from "../../../functions/tasks/take-reading.ts";
import { brokenLinks } from "../chain.ts";
import { fill, FLOWS, LEVELS, pick, TIMES } from "../recounts/compared.ts";
import { event, HOUR_ZERO, message, type RawEvent } from "../events.ts";
import type { Begun, Scenario } from "./explore.ts";
import { MemoryArchive } from "../memory/archive.ts";
import { MemoryEngine } from "../memory/engine.ts";
import { partsOver } from "../memory/store.ts";
import { Recount } from "../recounts/oracle.ts";
import { Promises } from "./promises.ts";
import { numbered, sha256 } from "../scene.ts";
import { type Actor, Schedule, type World } from "./scheduler.ts";

/** What an actor does. Writers of one number send the same batch. */
export type Role =
  | { readonly does: "write" | "late" | "numbered"; readonly which: number }
  | { readonly does: "fold" | "close" | "refresh" };

const WORKSPACE = "demo";
/** Before it all an hour has closed; another is over and open, and a third one runs. */
const CLOSED = HOUR_ZERO;
const OVER = HOUR_ZERO + HOUR_MS;
const RUNNING = OVER + HOUR_MS;
const NOW = RUNNING + 5 * MINUTE_MS;

const user = (id: string, at: number, status: string): RawEvent =>
  event("user.changed", at, { id, kind: "user", active: true, status }, { id: `${id}-${status}` });
const said = (name: string, at: number): RawEvent => message(at, name, "general", { id: `${name}-${at}` });

type Sent = Omit<Batch, "events"> & { readonly events: readonly RawEvent[] };

const batchOf = (id: string, events: readonly RawEvent[]): Sent => ({
  workspace: WORKSPACE,
  id,
  bodyHash: sha256(events),
  events,
  mayAdjust: false,
  import: undefined,
});

const STATUSES = ["away", "busy", "online"] as const;

/** What an actor that sends sends: all change the same user, and all hours are met. */
const sentBy = (role: Role): Sent | undefined => {
  if (role.does === "write") {
    const { which } = role;
    return batchOf(`write-${which}`, [
      said(`w${which}`, OVER + which * MINUTE_MS),
      user("ann", OVER + which * MINUTE_MS, STATUSES[which % STATUSES.length] ?? ""),
      said(`w${which}`, RUNNING + which * MINUTE_MS),
    ]);
  }
  if (role.does === "late") return batchOf(`late-${role.which}`, [said(`l${role.which}`, CLOSED + role.which)]);
  if (role.does === "numbered") {
    const stream = numbered(Array.from({ length: 4 }, (_, at) => said(`n${at}`, OVER + at)));
    // They tell the same events more than once; the third one does not begin at the beginning.
    return batchOf(`numbered-${role.which}`, stream.slice(role.which === 2 ? 1 : 0, role.which + 2));
  }
  return undefined;
};

/** What was there before: of one hour, which has closed, and of the next, which nobody has folded yet. */
const WAITING = batchOf("waiting", [said("eve", OVER + 30 * MINUTE_MS), user("eve", OVER, "online")]);
const BEFORE = batchOf("before", [user("ann", CLOSED, "online"), said("ann", CLOSED + MINUTE_MS)]);

const worldPartsOf = ({ engine, archive }: World, now: number): Parts =>
  partsOver({
    client: engine.client(),
    archive: archive.port(),
    blobs: archive.blobs(),
    clock: () => now,
    expires: false,
  });

interface Base {
  readonly world: World;
  readonly workspace: Workspace;
}

let base: Promise<Base> | undefined;

/** The world before any actor. */
const theBase = (): Promise<Base> =>
  (base ??= (async () => {
    const world = { engine: new MemoryEngine(), archive: new MemoryArchive() };
    let serial = 0;
    const parts = {
      ...worldPartsOf(world, OVER),
      secret: (characters: number) => `${serial++}`.padStart(characters, "x"),
    };
    const { workspace } = await createWorkspace(parts)({ id: WORKSPACE, name: "Demo", startsAt: CLOSED });
    await ingestEvents(parts)(BEFORE);
    await closeDueHours(parts)(WORKSPACE);
    await ingestEvents(worldPartsOf(world, NOW))(WAITING);
    return { world, workspace };
  })());

const nameOf = (role: Role): string => ("which" in role ? `${role.does} ${role.which}` : role.does);

const actorOf = (role: Role, place: number, workspace: Workspace, change: (parts: Parts) => Parts): Actor => {
  const batch = sentBy(role);
  return {
    name: `${place + 1} (${nameOf(role)})`,
    // What a reader has to know depends on when it began, so readers are told apart.
    twins: role.does === "refresh" ? `refresh ${place}` : nameOf(role),
    writes: new Set(WRITES[role.does]),
    readsAnytime: new Set(batch === undefined ? [] : ["HEAD"]),
    work: async (own) => {
      // By chance, the same state would never be met twice.
      const parts = change({ ...own, secret: (characters) => `${place}`.padStart(characters, "x") });
      if (batch !== undefined) return ingestEvents(parts)(batch);
      if (role.does === "fold") return void (await foldLog(parts)(WORKSPACE));
      if (role.does === "close") return void (await closeDueHours(parts)(WORKSPACE));
      return refreshStatistics(parts)(workspace);
    },
  };
};

/** What actors do, by name. */
export const KINDS = ["write", "again", "late", "numbered", "fold", "close", "refresh"] as const;
/** What an actor may be; one that does it again sends what the first writer sends. */
export type Kind = (typeof KINDS)[number];

/** Every choice of so many kinds, in any number each; nobody does again what nobody does. */
export const choicesOf = (kinds: readonly Kind[], count: number): readonly (readonly Kind[])[] =>
  pickedFrom(kinds, count).filter((picked) => picked.includes("write") || !picked.includes("again"));

const pickedFrom = (kinds: readonly Kind[], count: number): readonly (readonly Kind[])[] =>
  count === 0
    ? [[]]
    : kinds.flatMap((kind, at) => pickedFrom(kinds.slice(at), count - 1).map((others) => [kind, ...others]));

/** Roles of actors of these kinds: those who send each send something of their own, but for one who does it again. */
export const rolesOf = (kinds: readonly Kind[]): readonly Role[] => {
  const counts = new Map<Kind, number>();
  return kinds.map((kind): Role => {
    const which = counts.get(kind) ?? 0;
    counts.set(kind, which + 1);
    if (kind === "again") return { does: "write", which: 0 };
    return kind === "fold" || kind === "close" || kind === "refresh" ? { does: kind } : { does: kind, which };
  });
};

/** What each may write, and what it may read at any time: of the head, senders use what never changes here. */
const WRITES: Readonly<Record<Role["does"], readonly string[]>> = {
  write: ["BATCH", "LOG", "DIR"],
  late: ["BATCH", "LOG"],
  numbered: ["BATCH", "LOG", "REPORTER"],
  fold: ["HEAD", "DELTA"],
  close: ["HEAD", "DELTA", "SNAP", "SET", "PUBLISHED", "LATEST"],
  refresh: ["HEAD", "DELTA", "LATEST", "REFRESH"],
};

/** Refusals that a sender may meet because of another, and after which sending again is right. */
const isExpected = (role: Role, error: unknown): boolean => {
  const { code, message: told } = error as { readonly code?: unknown; readonly message?: string };
  if (role.does === "numbered") return code === "sequence.gap";
  return role.does === "refresh" && told === "nobody is left to wait for";
};

/** One run: three processes, what was promised to them, and what they are held to. */
class Run implements Begun {
  readonly schedule: Schedule;
  readonly #world: World;
  readonly #roles: readonly Role[];
  readonly #workspace: Workspace;
  readonly #promises: Promises;
  /** For each reader, the batches that had been acknowledged when it began. */
  readonly #known = new Map<number, readonly string[]>();

  constructor(
    { world, workspace }: Base,
    roles: readonly Role[],
    change: (parts: Parts) => Parts,
    spoil: (engine: MemoryEngine) => void,
  ) {
    this.#world = { engine: world.engine.copy(), archive: world.archive.copy() };
    spoil(this.#world.engine);
    this.#roles = roles;
    this.#workspace = workspace;
    this.#promises = new Promises(this.#world);
    const actors = roles.map((role, at) => actorOf(role, at, workspace, change));
    this.schedule = new Schedule(this.#world, actors, () => NOW);
    this.schedule.onBegin = (actor) => {
      if (this.#roles[actor]?.does === "refresh") this.#known.set(actor, this.#acknowledged());
    };
  }

  memory(): string {
    return JSON.stringify([...this.#known]);
  }

  check(): void {
    this.#promises.check();
    for (const [at, role] of this.#roles.entries()) {
      const standing = this.schedule.standing(at);
      if (standing.is === "failed" && !isExpected(role, standing.error))
        throw new Error(`${nameOf(role)} failed`, { cause: standing.error });
      if (standing.is === "done" && role.does === "refresh") this.#checkReading(at, standing.value);
    }
  }

  end(): string {
    const { engine, archive } = this.#world;
    const answers = this.#roles.map((role, at) => {
      const standing = this.schedule.standing(at);
      return sentBy(role) !== undefined && standing.is === "done" ? JSON.stringify(standing.value) : "";
    });
    const { commits, closedAt } = this.#promises;
    return JSON.stringify([engine.fingerprint, archive.fingerprint, answers, commits, [...closedAt]]);
  }

  async finish(): Promise<void> {
    const parts = worldPartsOf(this.#world, NOW);
    // Whoever got no answer sends again.
    for (const [at, role] of this.#roles.entries()) {
      const batch = sentBy(role);
      if (batch === undefined || this.schedule.standing(at).is === "done") continue;
      const { accepted, duplicates } = await ingestEvents(parts)(batch);
      deepStrictEqual([role, accepted + duplicates], [role, batch.events.length]);
    }
    await closeDueHours(parts)(WORKSPACE);
    this.#promises.check();
    deepStrictEqual(await closeDueHours(parts)(WORKSPACE), { closed: 0, restated: 0, remaining: 0 });
    this.#promises.check();
    deepStrictEqual(await brokenLinks(parts, WORKSPACE), []);
    this.#checkAnswers();
    this.#checkCounted();
    await this.#compare(parts);
  }

  #acknowledged(): readonly string[] {
    return this.#roles.flatMap((role, at) =>
      this.schedule.standing(at).is === "done" ? (sentBy(role)?.id ?? []) : [],
    );
  }

  #messagesIn(batches: readonly string[]): number {
    const sent = this.#roles.flatMap((role) => sentBy(role) ?? []).filter(({ id }) => batches.includes(id));
    const events = [BEFORE, WAITING, ...sent].flatMap((batch) => batch.events);
    return new Set(events.filter(({ type }) => type === "message.sent").map(({ id }) => id)).size;
  }

  /** A reading that was taken for its caller has all that was acknowledged before, and nothing that was not sent. */
  #checkReading(at: number, refreshed: unknown): void {
    const { document, state } = refreshed as Awaited<ReturnType<ReturnType<typeof refreshStatistics>>>;
    if (state !== "fresh") return;
    const read = valueIn(document, "messages.channels") as number;
    const atLeast = this.#messagesIn(this.#known.get(at) ?? []);
    const atMost = this.#messagesIn(this.#promises.commits.map(({ batch }) => batch));
    if (read < atLeast || read > atMost)
      throw new Error(`a reading has ${read} messages: acknowledged before were ${atLeast}, counted after ${atMost}`);
  }

  /** Of all answers to one batch at most one says that it was counted just now. */
  #checkAnswers(): void {
    const answers = new Map<string, boolean[]>();
    for (const [at, role] of this.#roles.entries()) {
      const standing = this.schedule.standing(at);
      if (standing.is !== "done" || sentBy(role) === undefined) continue;
      const { batch, replayed } = standing.value as Answer;
      answers.set(batch, [...(answers.get(batch) ?? []), replayed]);
    }
    for (const [batch, replayed] of answers)
      deepStrictEqual({ batch, counted: replayed.filter((was) => !was).length <= 1 }, { batch, counted: true });
  }

  /** Whatever was acknowledged, at once or when it was sent again, was counted to its end. */
  #checkCounted(): void {
    for (const batch of this.#roles.flatMap((role) => sentBy(role) ?? [])) {
      const parts = this.#promises.commits.filter((commit) => commit.batch === batch.id);
      if (parts.at(-1)?.to !== batch.events.length) throw new Error(`${batch.id} was acknowledged and is lost`);
    }
  }

  /** Holds everything that is told against a recount of what was counted, in the order of the log. */
  async #compare(parts: Parts): Promise<void> {
    const recount = new Recount();
    const batches = new Map(this.#roles.map((role) => [sentBy(role)?.id, sentBy(role)?.events ?? []] as const));
    const numbers = new Set<unknown>();
    /** How many events had been taken at each position of the log. */
    const takenAt = [0];
    const take = (events: readonly RawEvent[]): void => {
      const before = recount.taken;
      for (const one of events) {
        if (one.sequence !== undefined && numbers.has(one.sequence)) continue;
        numbers.add(one.sequence);
        recount.take(one);
      }
      if (recount.taken > before) takenAt.push(recount.taken);
    };
    take(BEFORE.events);
    take(WAITING.events);
    for (const { batch, from, to } of this.#promises.commits) take(batches.get(batch)?.slice(from, to) ?? []);
    for (const start of [CLOSED, OVER]) {
      const hour = hourOf(start);
      const order = takenAt[this.#promises.closedAt.get(hour) ?? 1] ?? Number.NaN;
      const snapshot = await parts.snapshots.read(WORKSPACE, hour);
      const document = documentIn(snapshot?.bytes ?? new Uint8Array());
      deepStrictEqual(pick(document, LEVELS), fill(recount.levels(hour, order), LEVELS));
      deepStrictEqual(pick(document, FLOWS), fill(recount.flows(startOf(hour), endOf(hour)), FLOWS));
      deepStrictEqual(
        pick(document, TIMES),
        recount.times((of, at) => of === hour || (of < hour && at < order)),
      );
    }
    const { document } = await takeReading(parts)(this.#workspace, NOW);
    deepStrictEqual(pick(document, LEVELS), fill(recount.levels(Infinity, Infinity), LEVELS));
    deepStrictEqual(
      pick(document, TIMES),
      recount.times(() => true),
    );
  }
}

/** A scenario of actors with these roles. `change` and `spoil` break on purpose what they run on. */
export const scenarioOf = (
  roles: readonly Role[],
  faults: Scenario["faults"],
  {
    change = (parts) => parts,
    spoil = () => undefined,
  }: {
    readonly change?: (parts: Parts) => Parts;
    readonly spoil?: (engine: MemoryEngine) => void;
  } = {},
): Scenario => ({
  name: roles.map(nameOf).join(", "),
  recipe: JSON.stringify(roles),
  faults,
  begin: async () => {
    const run = new Run(await theBase(), roles, change, spoil);
    await run.schedule.start();
    return run;
  },
});
