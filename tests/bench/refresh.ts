import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { KEYS } from "../../functions/contract.ts";
import { HOUR_MS, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import type { RawEvent } from "../support/events.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { countAll, fillPostgres, type Post } from "./full-count.ts";
import { medianOf, type Spread, spreadOf, timed } from "./measure.ts";
import { onPostgres } from "./postgres.ts";

const HOURS = 600;
const SIZES = [10_000, 1_000_000, 10_000_000] as const;
/** Of those, where a full count is held against the refresh, and how many times faster it has to be. */
const COUNTED = new Map<number, number>([
  [1_000_000, 100],
  [10_000_000, 1_000],
]);
const BATCH = 10_000;
/** Messages of the present, before the first round. */
const BEFORE = 1_000;
const NEW_EVENTS = 100;
const ROUNDS = { warmUp: 8, rounds: 60 };
const COUNTS = { warmUp: 3, rounds: 15 };
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

interface Message extends RawEvent {
  readonly time: string;
  readonly data: { readonly room: string; readonly user: string };
}

/** So many messages in time order, evenly over `[from, to)`. */
const messages = (count: number, from: number, to: number, below: (bound: number) => number): Message[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${from}-${at}`,
    source: "chat-1",
    type: "message.sent",
    time: isoOf(from + Math.floor((at * (to - from)) / count)),
    data: { room: `room-${below(ROOMS)}`, roomKind: "channel", user: `user-${below(USERS)}`, thread: "reply" },
  }));

/** The past of so many messages, in batches in time order; the same at every call. */
function* pastOf(total: number): Generator<readonly Message[]> {
  const first = NOW - HOURS * HOUR_MS;
  const below = chance(total);
  const batches = total / BATCH;
  const span = (HOURS * HOUR_MS) / batches;
  for (let at = 0; at < batches; at++) yield messages(BATCH, first + at * span, first + (at + 1) * span, below);
}

const fill = async (field: Field, id: string, total: number): Promise<Workspace> => {
  const { parts } = field;
  const { workspace } = await field.workspace(id, NOW);
  const ingest = ingestEvents(parts);
  const { id: importId } = await openImport(parts)(id, {});
  let batches = 0;
  for (const events of pastOf(total)) {
    const name = `past-${batches++}`;
    await ingest({ workspace: id, id: name, bodyHash: name, events, mayAdjust: false, import: importId });
  }
  for (let remaining = 1; remaining > 0;)
    ({ remaining } = await finishImport(parts)(workspace, importId, hourOf(NOW) - 1));
  return workspace;
};

/** A workspace, how many messages it had before the present, and what its refreshes took, in milliseconds. */
interface Side {
  readonly total: number;
  readonly workspace: Workspace;
  readonly times: number[];
}

/** What the last refreshes said, and of which window. */
interface Told {
  readonly present: readonly Message[];
  readonly window: { readonly start: string; readonly end: string };
  readonly authors: number;
  readonly rooms: number;
  /** Milliseconds of a bare GetItem between the refreshes: nothing that asks the table once takes less. */
  readonly bare: readonly number[];
}

type Stated = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const refreshAll = async (field: Field, sides: readonly Side[]): Promise<Told> => {
  const { parts, clock } = field;
  const ingest = ingestEvents(parts);
  const refresh = refreshStatistics(parts);
  const present: Message[] = [];
  const send = async (name: string, count: number, from: number, to: number): Promise<void> => {
    const events = messages(count, from, to, chance(from));
    present.push(...events);
    for (const { workspace } of sides) {
      const batch = { workspace: workspace.id, id: name, bodyHash: name, events, mayAdjust: false, import: undefined };
      const { accepted } = await ingest(batch);
      if (accepted !== count) throw new Error(`${accepted} of ${count} events were accepted`);
    }
  };
  let stated: Stated = {};
  const refreshed = async ({ workspace, total }: Side): Promise<void> => {
    const { state, document } = await refresh(workspace);
    if (state !== "fresh") throw new Error(`a refresh was ${state}`);
    stated = document as unknown as Stated;
    const counted = stated["messages"]?.["channels"];
    if (counted !== total + present.length)
      throw new Error(`a refresh counts ${String(counted)} of ${total + present.length} messages`);
  };
  const client = dynamoClient(field.endpoint);
  const { pk, sk } = KEYS.latest(sides[0]?.workspace.id ?? "");
  const readLatest = new GetItemCommand({ TableName: field.table, Key: { pk: { S: pk }, sk: { S: sk } } });
  const bare: number[] = [];
  // The hour before, closed in all, is the same in all: what differs is only how much there ever was.
  clock.now = NOW + 2 * HOUR_MS;
  await send("before", BEFORE, NOW, clock.now);
  for (let round = 0; round < ROUNDS.warmUp + ROUNDS.rounds; round++) {
    const from = clock.now;
    clock.now += STEP_MS;
    await send(`live-${round}`, NEW_EVENTS, from, clock.now);
    for (const at of sides.keys()) {
      // Another begins each time.
      const side = sides[(at + round) % sides.length] as Side;
      const time = await timed(() => refreshed(side));
      if (round >= ROUNDS.warmUp) side.times.push(time);
    }
    const once = await timed(() => client.send(readLatest));
    if (round >= ROUNDS.warmUp) bare.push(once);
  }
  client.destroy();
  return {
    present,
    window: stated["window"] as unknown as Told["window"],
    authors: Number(stated["users"]?.["seen"]),
    rooms: Number(stated["rooms"]?.["used"]),
    bare,
  };
};

const postOf = ({ time, data }: Message): Post => ({ room: data.room, author: data.user, sent: time });

function* postsOf(total: number, present: readonly Message[]): Generator<Post> {
  for (const batch of pastOf(total)) for (const message of batch) yield postOf(message);
  for (const message of present) yield postOf(message);
}

/** Milliseconds of each full count of the same messages, in which PostgreSQL says the same numbers. */
const countInFull = (total: number, told: Told): Promise<readonly number[]> =>
  onPostgres(async (postgres) => {
    const rooms = new Map(Array.from({ length: ROOMS }, (_, at) => [`room-${at}`, "channel"]));
    await fillPostgres(postgres, rooms, postsOf(total, told.present));
    const times: number[] = [];
    for (let round = 0; round < COUNTS.warmUp + COUNTS.rounds; round++) {
      let counted = "";
      const time = await timed(async () => {
        const { byKind, authors, rooms: used } = await countAll(postgres.client, told.window.start, told.window.end);
        counted = JSON.stringify([byKind["channel"], authors, used]);
      });
      if (counted !== JSON.stringify([total + told.present.length, told.authors, told.rooms]))
        throw new Error(`PostgreSQL counts ${counted}, the refresh another number`);
      if (round >= COUNTS.warmUp) times.push(time);
    }
    return times;
  });

const flatness = (sides: readonly Side[]): Figure => {
  const ratioOf = (from: number, to: number): number => {
    const p50s = sides.map(({ times }) => medianOf(times.slice(from, to)));
    return Math.max(...p50s) / Math.min(...p50s);
  };
  const blocks = Array.from({ length: ROUNDS.rounds / BLOCK }, (_, at) => ratioOf(at * BLOCK, (at + 1) * BLOCK));
  return {
    ...figure("slowest p50 of a refresh over the fastest", "×", spreadOf(blocks), { atMost: 1.15 }),
    value: ratioOf(0, ROUNDS.rounds),
  };
};

const powerOf = (total: number): string => `10${"⁰¹²³⁴⁵⁶⁷⁸⁹"[Math.log10(total)] ?? ""}`;

const run = async (): Promise<readonly Figure[]> => {
  const sides: Side[] = [];
  const told = await onField(NOW + MINUTE_MS, async (field) => {
    for (const total of SIZES) sides.push({ total, workspace: await fill(field, `after-${total}`, total), times: [] });
    return refreshAll(field, sides);
  });
  const counts: Figure[] = [];
  for (const { total, times } of sides) {
    const bar = COUNTED.get(total);
    if (bar === undefined) continue;
    const full = spreadOf(await countInFull(total, told));
    const over = (side: readonly number[]): Spread => {
      const p50 = medianOf(side);
      return { min: full.min / p50, median: full.median / p50, max: full.max / p50 };
    };
    const many = `${powerOf(total)} messages`;
    counts.push(
      figure(`a full count in PostgreSQL over a refresh, ${many}`, "×", over(times), { atLeast: bar }),
      figure(`the same count over one bare GetItem, ${many}`, "×", over(told.bare)),
      figure(`the full count, ${many}`, "ms", full),
    );
  }
  return [
    flatness(sides),
    ...sides.map(({ total, times }) => figure(`refresh after ${powerOf(total)} messages`, "ms", spreadOf(times))),
    figure("a bare GetItem", "ms", spreadOf(told.bare)),
    ...counts,
  ];
};

/** How long a refresh takes, by what exists and by what is open. */
export const REFRESH: Part = {
  name: "refresh",
  title: "Refreshing stays flat",
  how:
    `Three workspaces in one engine, ${SIZES.map((size) => size.toLocaleString("en")).join(", ")} messages imported ` +
    `over ${HOURS} hours and closed; then the same two hours of present in all. In each round ${NEW_EVENTS} new events ` +
    "come to each, and a refresh (fold, read, keep as the latest; no cooldown) is timed on each, by turns. " +
    `${ROUNDS.rounds} rounds after ${ROUNDS.warmUp} to warm up. The figure is the ratio of the p50s over all rounds; its ` +
    `spread is that of blocks of ${BLOCK} rounds. Then the same messages in PostgreSQL 18 (Debian's, with indexes that ` +
    "answer both questions without the table, vacuumed, all in memory, two helpers to a scan): all messages by kind of " +
    `room, and who wrote where in the hour. ${COUNTS.rounds} counts after ${COUNTS.warmUp}, each with the numbers that ` +
    "the refresh gave. A bare GetItem, timed in between, is the limit of whatever asks a table.",
  run,
};
