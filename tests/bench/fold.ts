import { Counter } from "../../functions/core/counting.ts";
import { isRefusal, parseEvent } from "../../functions/core/event.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { duel, spreadOf } from "./measure.ts";
import { batchesOf, realMessages } from "./real-messages.ts";

const EVENTS = 10_000;
const ROUNDS = { warmUp: 20, rounds: 81 };

/** Parse, validate, fold: what the ingest does with a body before it stores anything. */
const fold = (bytes: Buffer): Counter => {
  const counter = new Counter();
  for (const raw of JSON.parse(bytes.toString()) as unknown[]) {
    const event = parseEvent(raw);
    if (isRefusal(event)) throw new Error(event.detail);
    counter.count(event);
  }
  return counter;
};

const run = async (): Promise<readonly Figure[]> => {
  const bodies = batchesOf(await realMessages(), EVENTS).map((batch) => Buffer.from(JSON.stringify(batch)));
  const bodyOf = (round: number): Buffer => bodies[round % bodies.length] as Buffer;
  const { ours, theirs } = await duel(
    {
      ours: (round) => fold(bodyOf(round)),
      theirs: (round) => JSON.parse(bodyOf(round).toString()) as unknown,
    },
    ROUNDS,
  );
  const ratios = ours.map((time, round) => time / (theirs[round] as number));
  return [
    figure("fold over JSON.parse", "×", spreadOf(ratios), { atMost: 2 }),
    figure("events folded on one core", "events/s", spreadOf(ours.map((time) => (EVENTS / time) * 1_000))),
    figure("events of plain JSON.parse", "events/s", spreadOf(theirs.map((time) => (EVENTS / time) * 1_000))),
  ];
};

/** How fast segments are folded. */
export const FOLD: Part = {
  name: "fold",
  title: "Folding events",
  how:
    `Bodies of ${EVENTS.toLocaleString("en")} real messages each (2 MB of JSON), in memory. One side decodes, parses, ` +
    "validates and folds the body into a delta; the other decodes the same bytes and calls JSON.parse, and nothing " +
    `more. ${ROUNDS.rounds} rounds by turns after ${ROUNDS.warmUp} to warm up; the ratio is taken within each round.`,
  run,
};
