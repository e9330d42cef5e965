import { PRICES, functionDollars } from "../../cli/cost/prices.ts";
import { DISPATCH } from "../../functions/contract.ts";
import { HOUR_MS, hourOf, MINUTE_MS, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import type { RawEvent } from "../support/events.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { inFlight, meanOf, spreadOf, timed } from "./measure.ts";
import { onMeter, setBack } from "./meter.ts";
import { realMessages } from "./real-messages.ts";

const START = Date.parse("2026-03-02T00:00:00Z");
const GRACE_MS = DISPATCH.minute * MINUTE_MS;
const MANY = 1_000;
const AT_ONCE = 16;
const HOURS = 2;
/** Hours of real activity whose closings are priced: two weeks. */
const PRICED_HOURS = 14 * 24;

const ingestAs = (parts: Parts, workspace: string, id: string, events: readonly object[]): Promise<unknown> =>
  ingestEvents(parts)({ workspace, id, bodyHash: id, events, mayAdjust: false, import: undefined });

/** What it takes to close one hour. */
interface Closing {
  readonly reads: number;
  readonly writes: number;
  readonly calls: number;
  readonly cpuMs: number;
}

const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

/** Closes the hours of two weeks of real activity one by one, as the schedule does, each after its own batch. */
const priced = (field: Field): Promise<readonly Closing[]> =>
  onMeter(field, async (parts, meter) => {
    const all = await realMessages();
    const first = hourOf(Date.parse(all[0]?.time ?? ""));
    field.clock.now = startOf(first);
    await field.workspace("priced", startOf(first));
    const byHour = Map.groupBy(all, ({ time }) => hourOf(Date.parse(time)));
    const closings: Closing[] = [];
    for (let hour = first; hour < first + PRICED_HOURS; hour++) {
      field.clock.now = startOf(hour + 1) - 1;
      const events = byHour.get(hour);
      if (events !== undefined) await ingestAs(parts, "priced", `hour-${hour}`, events);
      field.clock.now = startOf(hour + 1) + GRACE_MS;
      setBack(meter);
      const before = process.cpuUsage();
      const { closed } = await closeDueHours(parts)("priced");
      if (closed !== 1) throw new Error(`${closed} hours were closed`);
      closings.push({ ...meter, cpuMs: cpuMs(before) });
    }
    return closings;
  });

/** Dollars for one snapshot: the closing, its file, and its share of a message through the queue. */
const dollarsOf = ({ reads, writes, calls, cpuMs: cpu }: Closing): number =>
  reads * PRICES.readUnit +
  writes * PRICES.writeUnit +
  PRICES.s3Put +
  functionDollars({ cpuMs: cpu, calls }) +
  // Sent, received and deleted, and one call of the worker, for so many workspaces.
  (3 * PRICES.queueRequest + PRICES.lambdaRequest) / DISPATCH.workspacesPerMessage;

const message = (workspace: string, at: number): RawEvent => ({
  id: `${workspace}-${at}`,
  source: "chat-1",
  type: "message.sent",
  time: isoOf(at),
  data: { room: "room-1", roomKind: "channel", user: "user-1" },
});

/** Seconds that so many workspaces take to close an hour of which each has some events. */
const closeMany = async (field: Field, prefix: string, count: number, hour: number): Promise<number> => {
  const ids = Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
  field.clock.now = START + hour * HOUR_MS + 30 * MINUTE_MS;
  const send = (id: string) => () =>
    ingestAs(field.parts, id, `hour-${hour}`, [message(id, field.clock.now), message(id, field.clock.now - 1)]);
  await inFlight(AT_ONCE, ids.map(send));
  field.clock.now = START + (hour + 1) * HOUR_MS + GRACE_MS;
  const close = closeDueHours(field.parts);
  // One after the other, as the worker does with a message's workspaces.
  const milliseconds = await timed(async () => {
    for (const id of ids) {
      const { closed } = await close(id);
      if (closed !== 1) throw new Error(`${closed} hours of ${id} were closed`);
    }
  });
  return milliseconds / 1_000;
};

const many = async (field: Field): Promise<{ readonly once: readonly number[]; readonly twice: readonly number[] }> => {
  field.clock.now = START;
  for (const [prefix, count] of [
    ["once", MANY],
    ["twice", 2 * MANY],
  ] as const)
    await inFlight(
      AT_ONCE,
      Array.from({ length: count }, (_, at) => () => field.workspace(`${prefix}-${at}`, START)),
    );
  const once: number[] = [];
  const twice: number[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    once.push(await closeMany(field, "once", MANY, hour));
    twice.push(await closeMany(field, "twice", 2 * MANY, hour));
  }
  return { once, twice };
};

const run = async (): Promise<readonly Figure[]> => {
  const closings = await onField(START, priced);
  const { once, twice } = await onField(START, many);
  const thousand = closings.map((closing) => 1_000 * dollarsOf(closing));
  const mean = (name: string, unit: string, of: (closing: Closing) => number): Figure => {
    const values = closings.map(of);
    return { ...figure(name, unit, spreadOf(values)), value: meanOf(values) };
  };
  return [
    { ...figure("a thousand snapshots", "$", spreadOf(thousand), { atMost: 0.012 }), value: meanOf(thousand) },
    mean("closing one hour", "write units", ({ writes }) => writes),
    mean("closing one hour ", "read units", ({ reads }) => reads),
    mean("closing one hour  ", "calls to the table", ({ calls }) => calls),
    mean("closing one hour   ", "ms of a core", ({ cpuMs: cpu }) => cpu),
    figure(
      "closing 2,000 workspaces over 1,000",
      "×",
      spreadOf(twice.map((seconds, at) => seconds / (once[at] ?? Number.NaN))),
      { atMost: 2.1 },
    ),
    figure("closing 1,000 workspaces", "s", spreadOf(once)),
  ];
};

/** What closings cost, and how they scale. */
export const CLOSE: Part = {
  name: "close",
  title: "Closing hours",
  how:
    `Two weeks of real activity, hour by hour: each hour's messages in one batch, then its closing as the schedule does ` +
    "it (fold, close, archive; the day packed once a day). Units are the engine's own word; the price adds the PUT of " +
    "statistics.json, the function's time (256 MB: its share of the core's milliseconds, and 5 ms for each call to the " +
    `table) and a share of the queue, at the list prices of \`tidemark cost\`. Then ${MANY.toLocaleString("en")} and twice ` +
    `as many workspaces close the same hour, one after the other, ${HOURS} times by turns. Prices and units are means, ` +
    "because they add up to a bill.",
  run,
};
