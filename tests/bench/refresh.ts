import { HOUR_MS, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import type { RawEvent } from "../support/events.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { duel, medianOf, spreadOf } from "./measure.ts";

const HOURS = 600;
const SIZES = [10_000, 1_000_000] as const;
const BATCH = 10_000;
/** Messages of the present, before the first round. */
const BEFORE = 1_000;
const NEW_EVENTS = 100;
const ROUNDS = { warmUp: 8, rounds: 60 };
/** Rounds whose p50s make one ratio of the spread. */
const BLOCK = 10;
const STEP_MS = 20_000;
const USERS = 2_000;
const ROOMS = 200;

/** Where the present begins: an hour's start. */
const NOW = Date.parse("2026-03-02T09:00:00Z");

/** Pseudo-random whole numbers below a bound, the same in every run (a linear congruential generator). */
const chance = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** So many messages in time order, evenly over `[from, to)`. */
const messages = (count: number, from: number, to: number, below: (bound: number) => number): RawEvent[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${from}-${at}`,
    source: "chat-1",
    type: "message.sent",
    time: isoOf(from + Math.floor((at * (to - from)) / count)),
    data: { room: `room-${below(ROOMS)}`, roomKind: "channel", user: `user-${below(USERS)}`, thread: "reply" },
  }));

const fill = async (field: Field, id: string, total: number): Promise<Workspace> => {
  const { parts } = field;
  const first = NOW - HOURS * HOUR_MS;
  const { workspace } = await field.workspace(id, NOW);
  const ingest = ingestEvents(parts);
  const below = chance(total);
  const { id: importId } = await openImport(parts)(id, {});
  const batches = total / BATCH;
  const span = (HOURS * HOUR_MS) / batches;
  for (let at = 0; at < batches; at++)
    await ingest({
      workspace: id,
      id: `past-${at}`,
      bodyHash: `past-${at}`,
      events: messages(BATCH, first + at * span, first + (at + 1) * span, below),
      mayAdjust: false,
      import: importId,
    });
  for (let remaining = 1; remaining > 0;)
    ({ remaining } = await finishImport(parts)(workspace, importId, hourOf(NOW) - 1));
  return workspace;
};

const run = async (): Promise<readonly Figure[]> =>
  onField(NOW + MINUTE_MS, async (field) => {
    const { parts, clock } = field;
    const ingest = ingestEvents(parts);
    const refresh = refreshStatistics(parts);
    const sides = await Promise.all(SIZES.map((total) => fill(field, `after-${total}`, total)));
    // The hour before, closed in both, is the same in both: what differs is only how much there ever was.
    const present = NOW + 2 * HOUR_MS;
    const send = async (workspace: Workspace, name: string, count: number, from: number, to: number): Promise<void> => {
      const events = messages(count, from, to, chance(from));
      const { accepted } = await ingest({
        workspace: workspace.id,
        id: name,
        bodyHash: name,
        events,
        mayAdjust: false,
        import: undefined,
      });
      if (accepted !== count) throw new Error(`${accepted} of ${count} events were accepted`);
    };
    clock.now = present;
    for (const workspace of sides) await send(workspace, "before", BEFORE, NOW, present);
    let live = BEFORE;
    const [small, large] = sides as [Workspace, Workspace];
    const refreshed = async (workspace: Workspace): Promise<void> => {
      const { state, document } = await refresh(workspace);
      if (state !== "fresh") throw new Error(`a refresh was ${state}`);
      const { channels } = document["messages"] as { readonly channels?: number };
      const counted = (workspace === small ? SIZES[0] : SIZES[1]) + live;
      if (channels !== counted) throw new Error(`a refresh counts ${channels ?? 0} of ${counted} messages`);
    };
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS.warmUp + ROUNDS.rounds; round++) {
      const from = clock.now;
      clock.now += STEP_MS;
      live += NEW_EVENTS;
      for (const workspace of sides) await send(workspace, `live-${round}`, NEW_EVENTS, from, clock.now);
      const once = await duel(
        {
          ours: () => refreshed(round % 2 === 0 ? large : small),
          theirs: () => refreshed(round % 2 === 0 ? small : large),
        },
        { warmUp: 0, rounds: 1 },
      );
      if (round < ROUNDS.warmUp) continue;
      const [first = Number.NaN, second = Number.NaN] = [once.ours[0], once.theirs[0]];
      ours.push(round % 2 === 0 ? first : second);
      theirs.push(round % 2 === 0 ? second : first);
    }
    const ratioOf = (a: readonly number[], b: readonly number[]): number => {
      const p50s = [medianOf(a), medianOf(b)];
      return Math.max(...p50s) / Math.min(...p50s);
    };
    const blocks = Array.from({ length: ROUNDS.rounds / BLOCK }, (_, at) =>
      ratioOf(ours.slice(at * BLOCK, (at + 1) * BLOCK), theirs.slice(at * BLOCK, (at + 1) * BLOCK)),
    );
    return [
      {
        ...figure("slowest p50 of a refresh over the fastest", "×", spreadOf(blocks), { atMost: 1.15 }),
        value: ratioOf(ours, theirs),
      },
      figure("refresh after 10⁴ messages", "ms", spreadOf(theirs)),
      figure("refresh after 10⁶ messages", "ms", spreadOf(ours)),
    ];
  });

export const REFRESH: Part = {
  name: "refresh",
  title: "Refreshing stays flat",
  how:
    `Two workspaces in one engine, ${SIZES.map((size) => size.toLocaleString("en")).join(" and ")} messages imported ` +
    `over ${HOURS} hours and closed; then the same two hours of present in both. In each round ${NEW_EVENTS} new events ` +
    "come to both, and a refresh (fold, read, keep as the latest; no cooldown) is timed on each, by turns. " +
    `${ROUNDS.rounds} rounds after ${ROUNDS.warmUp} to warm up. The figure is the ratio of the p50s over all rounds; its ` +
    `spread is that of blocks of ${BLOCK} rounds.`,
  run,
};
