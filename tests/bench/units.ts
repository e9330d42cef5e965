import { batchOf } from "../../cli/cost/measured.ts";
import { functionDollars, MEMORY_MB, PRICES } from "../../cli/cost/prices.ts";
import { Counter } from "../../functions/core/counting.ts";
import { encodeDelta } from "../../functions/core/delta-encoding.ts";
import { isRefusal, parseEvent } from "../../functions/core/event.ts";
import { HOUR_MS, hourOf, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { CloudEvent } from "../../local/import/lean-zulip.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { meanOf, spreadOf } from "./measure.ts";
import { onMeter, setBack } from "./meter.ts";
import { batchesOf, realMessages } from "./real-messages.ts";

const EVENTS = 500;
const BATCHES_AT_MOST = 330;

/** Write units of each batch, sent one after the other as time goes on. */
const unitsOf = async (
  field: Field,
  id: string,
  batches: readonly (readonly CloudEvent[])[],
  isNumbered: boolean,
): Promise<readonly number[]> => {
  await field.workspace(id, startOf(hourOf(Date.parse(batches[0]?.[0]?.time ?? ""))));
  return onMeter(field, async (parts, meter) => {
    const ingest = ingestEvents(parts);
    const units: number[] = [];
    for (const [at, batch] of batches.entries()) {
      field.clock.now = Date.parse(batch.at(-1)?.time ?? "");
      const events = isNumbered ? batch.map((event, row) => ({ ...event, sequence: at * EVENTS + row + 1 })) : batch;
      setBack(meter);
      const { accepted } = await ingest({
        workspace: id,
        id: `${"0".repeat(16)}:${String(at).padStart(64, "0")}`,
        bodyHash: String(at).padStart(64, "0"),
        events,
        mayAdjust: false,
        import: undefined,
      });
      if (accepted !== EVENTS) throw new Error(`${accepted} of ${EVENTS} events were accepted`);
      units.push(meter.writes);
    }
    return units;
  });
};

/** The same people in the same rooms, but all within one hour. */
const inOneHour = (batch: readonly CloudEvent[]): readonly CloudEvent[] => {
  const start = startOf(hourOf(Date.parse(batch[0]?.time ?? "")));
  return batch.map((event, at) => ({ ...event, time: isoOf(start + Math.floor((at * HOUR_MS) / batch.length)) }));
};

const segmentBytes = (batch: readonly CloudEvent[]): number => {
  const counter = new Counter();
  for (const raw of batch) {
    const event = parseEvent(raw);
    if (isRefusal(event)) throw new Error(event.detail);
    counter.count(event);
  }
  return encodeDelta(counter.delta).length;
};

const MILLION = 1_000_000;

/** US dollars for a million events in such batches: the table, the request, and the function that takes it. */
const dollarsOf = (writes: number): number => {
  const { reads, calls, cpuMs } = batchOf(EVENTS);
  const batch =
    writes * PRICES.writeUnit +
    reads * PRICES.readUnit +
    PRICES.httpRequest +
    PRICES.lambdaRequest +
    functionDollars({ calls, cpuMs }, MEMORY_MB.serving);
  return (MILLION / EVENTS) * batch;
};

const PLAIN_BAR = { atMost: 7 };
const NUMBERED_BAR = { atMost: 9 };

const run = async (): Promise<readonly Figure[]> => {
  const real = batchesOf(await realMessages(), EVENTS).slice(0, BATCHES_AT_MOST);
  const lively = real.map(inOneHour);
  const start = Date.parse(real[0]?.[0]?.time ?? "");
  return onField(start, async (field) => {
    const judged = (name: string, units: readonly number[], bar: { readonly atMost: number }): Figure => ({
      ...figure(name, "write units", spreadOf(units), bar),
      // Units add up to a bill, so their mean is what counts.
      value: meanOf(units),
    });
    const plain = await unitsOf(field, "real", real, false);
    return [
      judged("500 consecutive messages", plain, PLAIN_BAR),
      {
        ...figure("a million events", "$", spreadOf(plain.map(dollarsOf)), { atMost: 0.012 }),
        value: dollarsOf(meanOf(plain)),
      },
      judged("the same with sequence", await unitsOf(field, "real-numbered", real, true), NUMBERED_BAR),
      judged("500 messages of one lively hour", await unitsOf(field, "lively", lively, false), PLAIN_BAR),
      judged("the same with sequence ", await unitsOf(field, "lively-numbered", lively, true), NUMBERED_BAR),
      figure("segment of 500 consecutive messages", "bytes", spreadOf(real.map(segmentBytes))),
      figure("segment of one lively hour", "bytes", spreadOf(lively.map(segmentBytes))),
      figure("hours in 500 consecutive messages", "hours", spreadOf(real.map((batch) => hoursIn(batch)))),
    ];
  });
};

const hoursIn = (batch: readonly CloudEvent[]): number =>
  new Set(batch.map(({ time }) => hourOf(Date.parse(time)))).size;

/** What capacity of the store each act takes. */
export const UNITS: Part = {
  name: "units",
  title: "What a batch costs",
  how:
    `Batches of ${EVENTS} messages are ingested one after the other; each write asks the engine for the capacity it ` +
    "consumed (ReturnConsumedCapacity), in DynamoDB's rules: a started KB of an item costs one unit, in a transaction " +
    "two. A batch writes its segment and its record, with `sequence` also the reporter's. Consecutive messages span " +
    "many hours; for the lively hour the same messages are spread evenly over one. The figure is the mean over all " +
    "batches, because units add up to a bill. A million events are 2,000 such batches at list price, with their " +
    "requests and the time of a function (`tidemark cost` reckons the same way); the hours that they belong to are " +
    "closed whether they come or not.",
  run,
};
