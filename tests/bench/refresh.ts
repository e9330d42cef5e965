import { HOUR_MS, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import type { RawEvent } from "../support/events.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { medianOf, spreadOf, timed } from "./measure.ts";

const HOURS = 600;
const SIZES = [10_000, 1_000_000, 10_000_000] as const;
const BATCH = 10_000;
/** Messages of the present, before the first round. */
const BEFORE = 1_000;
const NEW_EVENTS = 100;
const ROUNDS = { warmUp: 9, rounds: 60 };
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

/** A workspace with so much past, and what refreshing it took, round by round. */
interface Side {
  readonly past: number;
  readonly workspace: Workspace;
  readonly milliseconds: number[];
}

const largestOver = (p50s: readonly number[]): number => Math.max(...p50s) / Math.min(...p50s);

/** A power of ten, as it is written. */
const powerOf = (count: number): string =>
  `10${[...String(Math.log10(count))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;

const run = async (): Promise<readonly Figure[]> =>
  onField(NOW + MINUTE_MS, async (field) => {
    const { parts, clock } = field;
    const ingest = ingestEvents(parts);
    const refresh = refreshStatistics(parts);
    const sides: Side[] = [];
    for (const past of SIZES)
      sides.push({ past, workspace: await fill(field, `after-${past}`, past), milliseconds: [] });
    // The hour before, closed in all, is the same in all: what differs is only how much there ever was.
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
    for (const { workspace } of sides) await send(workspace, "before", BEFORE, NOW, present);
    let live = BEFORE;
    const refreshed = async ({ workspace, past }: Side): Promise<void> => {
      const { state, document } = await refresh(workspace);
      if (state !== "fresh") throw new Error(`a refresh was ${state}`);
      const { channels } = document["messages"] as { readonly channels?: number };
      const counted = past + live;
      if (channels !== counted) throw new Error(`a refresh counts ${channels ?? 0} of ${counted} messages`);
    };
    for (let round = 0; round < ROUNDS.warmUp + ROUNDS.rounds; round++) {
      const from = clock.now;
      clock.now += STEP_MS;
      live += NEW_EVENTS;
      for (const { workspace } of sides) await send(workspace, `live-${round}`, NEW_EVENTS, from, clock.now);
      // Whoever begins meets what the sending has left behind: everybody does, as often as the others.
      const first = round % sides.length;
      for (const side of [...sides.slice(first), ...sides.slice(0, first)]) {
        const milliseconds = await timed(() => refreshed(side));
        if (round >= ROUNDS.warmUp) side.milliseconds.push(milliseconds);
      }
    }
    const ratioIn = (from: number, to: number): number =>
      largestOver(sides.map(({ milliseconds }) => medianOf(milliseconds.slice(from, to))));
    const blocks = Array.from({ length: ROUNDS.rounds / BLOCK }, (_, at) => ratioIn(at * BLOCK, (at + 1) * BLOCK));
    return [
      {
        ...figure("slowest p50 of a refresh over the fastest", "×", spreadOf(blocks), { atMost: 1.15 }),
        value: ratioIn(0, ROUNDS.rounds),
      },
      ...sides.map(({ past, milliseconds }) =>
        figure(`refresh after ${powerOf(past)} messages`, "ms", spreadOf(milliseconds)),
      ),
    ];
  });

export const REFRESH: Part = {
  name: "refresh",
  title: "Refreshing stays flat",
  how:
    `Three workspaces in one engine, ${SIZES.map((size) => size.toLocaleString("en")).join(", ")} messages imported ` +
    `over ${HOURS} hours, each of them counted, and closed; then the same two hours of present in all. In each round ` +
    `${NEW_EVENTS} new events come to all, and a refresh (fold, read, keep as the latest; no cooldown) is timed on each, ` +
    "by turns, and its total of messages checked. " +
    `${ROUNDS.rounds} rounds after ${ROUNDS.warmUp} to warm up. The figure is the ratio of the p50s over all rounds; its ` +
    `spread is that of blocks of ${BLOCK} rounds.`,
  run,
};
