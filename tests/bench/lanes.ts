import { setTimeout } from "node:timers/promises";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { addLanes } from "../../functions/tasks/add-lanes.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { RawEvent } from "../support/events.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { type RaceResult, simulateRace } from "./lane-race.ts";
import { medianOf, spreadOf, timed } from "./measure.ts";
import { partsThrough } from "./meter.ts";
import { batchesOf, realMessages } from "./real-messages.ts";

const NOW = Date.parse("2026-03-02T09:00:00Z");
const WRITERS = 16;
const BATCHES = 30;
/** Of the tail that is folded at once. */
const SEGMENTS = 150;
const LANES = [1, 2, 4, 8, 16] as const;
/** Each way, of every call: a table in the same region is some milliseconds away, the engine here is not. */
const WAY_MS = 5;
const ROUNDS = 3;
const SIMULATIONS = 25;
const PAUSES = { firstPauseMs: 10, longestPauseMs: 500 };

/** A writer in a process of its own, as a function is: it knows what it wrote itself, and of nobody else. */
interface Writer {
  readonly send: (id: string) => Promise<void>;
  readonly attempts: () => number;
  readonly close: () => void;
}

const openWriter = (field: Field, workspace: string): Writer => {
  const client = dynamoClient(field.endpoint);
  let attempts = 0;
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (call) => {
        if (commandName === "TransactWriteItemsCommand") attempts++;
        await setTimeout(WAY_MS);
        try {
          return await next(call);
        } finally {
          // What failed took as long on its way back.
          await setTimeout(WAY_MS);
        }
      },
    { step: "initialize" },
  );
  const ingest = ingestEvents(partsThrough(client, field));
  const event: RawEvent = {
    id: "1",
    source: "chat-1",
    type: "message.sent",
    time: isoOf(NOW),
    data: { room: "room-1", roomKind: "channel", user: "user-1" },
  };
  return {
    send: async (id) => {
      const { accepted } = await ingest({
        workspace,
        id,
        bodyHash: id,
        events: [event],
        mayAdjust: false,
        import: undefined,
      });
      if (accepted !== 1) throw new Error(`batch ${id} was not accepted`);
    },
    attempts: () => attempts,
    close: () => client.destroy(),
  };
};

/** So many writers, each of whom sends its batches one after the other. */
const race = async (field: Field, workspace: string, writers: number, prefix: string): Promise<RaceResult> => {
  const all = Array.from({ length: writers }, () => openWriter(field, workspace));
  // Each has been asked before: what it knows of the workspace is no part of the race.
  await Promise.all(all.map((writer, at) => writer.send(`${prefix}-first-${at}`)));
  const before = all.reduce((sum, writer) => sum + writer.attempts(), 0);
  const milliseconds = await timed(() =>
    Promise.all(
      all.map(async (writer, at) => {
        for (let batch = 0; batch < BATCHES; batch++) await writer.send(`${prefix}-${at}-${batch}`);
      }),
    ),
  );
  const attempts = all.reduce((sum, writer) => sum + writer.attempts(), 0) - before;
  for (const writer of all) writer.close();
  const sent = writers * BATCHES;
  return { batchesPerSecond: (sent / milliseconds) * 1_000, attempts: attempts / sent };
};

const simulated = (lanes: number, callMs: number): RaceResult => {
  const races = Array.from({ length: SIMULATIONS }, () =>
    simulateRace({ writers: WRITERS, lanes, batches: BATCHES, callMs, betweenMs: 0, ...PAUSES }, Math.random),
  );
  return {
    batchesPerSecond: medianOf(races.map(({ batchesPerSecond }) => batchesPerSecond)),
    attempts: medianOf(races.map(({ attempts }) => attempts)),
  };
};

/** Milliseconds that folding takes for each segment of a long tail, such as a busy hour leaves when nobody refreshes. */
const foldTail = async (field: Field): Promise<number> => {
  await field.workspace("tail", NOW);
  const batches = batchesOf((await realMessages()).slice(0, SEGMENTS * 100), 100).slice(0, SEGMENTS);
  const ingest = ingestEvents(field.parts);
  for (const [batch, messages] of batches.entries()) {
    // All of one hour, as they come: the same people in the same rooms.
    const events = messages.map((message, at) => ({ ...message, time: isoOf(NOW + batch * 1_000 + at) }));
    const id = `tail-${batch}`;
    await ingest({ workspace: "tail", id, bodyHash: id, events, mayAdjust: false, import: undefined });
  }
  field.clock.now = NOW + batches.length * 1_000;
  return (await timed(() => foldLog(field.parts)("tail"))) / batches.length;
};

const run = async (): Promise<readonly Figure[]> =>
  onField(NOW, async (field) => {
    await field.workspace("alone", NOW);
    const alone = await race(field, "alone", 1, "alone");
    const callMs = 1_000 / alone.batchesPerSecond;
    const figures: Figure[] = [];
    for (const lanes of LANES) {
      const rounds: RaceResult[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const id = `lanes-${lanes}-${round}`;
        await field.workspace(id, NOW);
        await addLanes(field.parts)(id, lanes, "the bench");
        rounds.push(await race(field, id, WRITERS, id));
      }
      const told = simulated(lanes, callMs);
      const rates = rounds.map(({ batchesPerSecond }) => batchesPerSecond);
      const of = lanes === 1 ? "1 lane" : `${lanes} lanes`;
      figures.push(
        figure(`batches accepted, ${of}`, "batches/s", spreadOf(rates)),
        figure(
          `the same simulated over measured, ${of}`,
          "×",
          spreadOf(rates.map((rate) => told.batchesPerSecond / rate)),
        ),
        figure(`transactions a batch, ${of}`, "", spreadOf(rounds.map(({ attempts }) => attempts))),
        figure(`the same simulated, ${of}`, "", spreadOf([told.attempts])),
      );
    }
    return [
      figure("a batch of one writer alone", "ms", spreadOf([callMs])),
      ...figures,
      figure("folding a segment of a long tail", "ms", spreadOf([await foldTail(field)])),
    ];
  });

/** What writers lose to each other, and what lanes give back. */
export const LANES_PART: Part = {
  name: "lanes",
  title: "Lanes under contention",
  how:
    `${WRITERS} writers, each with its own client and memory as functions have, send ${BATCHES} batches one after the ` +
    `other into one workspace with so many lanes; every call to the engine is held up for ${WAY_MS} ms each way, as it ` +
    `is by a network. ${ROUNDS} rounds. Beside it the simulation of the same race (\`tests/bench/lane-race.ts\`, median ` +
    `of ${SIMULATIONS}), which is told only how long one writer alone takes. Last, ${SEGMENTS} segments of 100 real ` +
    "messages each are folded at once.",
  run,
};
