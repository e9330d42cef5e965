import { functionDollars, MEMORY_MB, PRICES } from "../../cli/cost/prices.ts";
import { DISPATCH } from "../../functions/contract.ts";
import { type Hour, HOUR_MS, hourOf, MINUTE_MS, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import type { CloudEvent } from "../../local/import/lean-zulip.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { meanOf, spreadOf } from "./measure.ts";
import { onMeter, setBack } from "./meter.ts";
import { realMessages } from "./real-messages.ts";

const START = Date.parse("2026-03-02T00:00:00Z");
const GRACE_MS = DISPATCH.minute * MINUTE_MS;
/** Hours of real activity whose closings are priced: two weeks. */
const PRICED_WEEKS = 2;
const PRICED_HOURS = PRICED_WEEKS * 7 * 24;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** What is usual is said by the eight weeks before: reading them belongs to the price. */
const PAST_WEEKS = 8;

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

/** The same messages so much earlier, and with what is usual known when the first hour is priced. */
const movedBack = (events: readonly CloudEvent[], weeks: number): readonly CloudEvent[] =>
  events.map((event) => ({
    ...event,
    id: `${weeks} weeks before ${event.id}`,
    time: isoOf(Date.parse(event.time) - weeks * WEEK_MS),
  }));

/** Fills the eight weeks before with the priced two over and over, and closes them: by then the workspace has a past. */
const fillPast = async (
  field: Field,
  parts: Parts,
  { events, first }: { readonly events: readonly CloudEvent[]; readonly first: Hour },
): Promise<void> => {
  const { workspace } = await field.workspace("priced", startOf(first));
  const { id } = await openImport(parts)(workspace.id, {});
  for (let weeks = PAST_WEEKS; weeks > 0; weeks -= PRICED_WEEKS) {
    const batch = `past-${weeks}`;
    const past = movedBack(events, weeks);
    await ingestEvents(parts)({
      workspace: workspace.id,
      id: batch,
      bodyHash: batch,
      events: past,
      mayAdjust: false,
      import: id,
    });
  }
  for (let remaining = 1; remaining > 0;) ({ remaining } = await finishImport(parts)(workspace, id, first - 1));
};

/** Closes the hours of two weeks of real activity one by one, as the schedule does, each after its own batch. */
const priced = (field: Field): Promise<readonly Closing[]> =>
  onMeter(field, async (parts, meter) => {
    const all = await realMessages();
    const first = hourOf(Date.parse(all[0]?.time ?? ""));
    field.clock.now = startOf(first);
    const events = all.filter(({ time }) => hourOf(Date.parse(time)) < first + PRICED_HOURS);
    await fillPast(field, parts, { events, first });
    const byHour = Map.groupBy(all, ({ time }) => hourOf(Date.parse(time)));
    const closings: Closing[] = [];
    for (let hour = first; hour < first + PRICED_HOURS; hour++) {
      field.clock.now = startOf(hour + 1) - 1;
      const said = byHour.get(hour);
      if (said !== undefined) {
        const id = `hour-${hour}`;
        await ingestEvents(parts)({
          workspace: "priced",
          id,
          bodyHash: id,
          events: said,
          mayAdjust: false,
          import: undefined,
        });
      }
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
  functionDollars({ cpuMs: cpu, calls }, MEMORY_MB.working) +
  // Sent, received and deleted, and one call of the worker, for so many workspaces.
  (3 * PRICES.queueRequest + PRICES.lambdaRequest) / DISPATCH.workspacesPerMessage;

const run = async (): Promise<readonly Figure[]> => {
  const closings = await onField(START, priced);
  const mean = (name: string, unit: string, of: (closing: Closing) => number, bar?: Figure["bar"]): Figure => {
    const values = closings.map(of);
    return { ...figure(name, unit, spreadOf(values), bar), value: meanOf(values) };
  };
  return [
    mean("a thousand snapshots", "$", (closing) => 1_000 * dollarsOf(closing), { atMost: 0.012 }),
    mean("written to close one hour", "write units", ({ writes }) => writes),
    mean("read to close one hour", "read units", ({ reads }) => reads),
    mean("calls to the table", "calls", ({ calls }) => calls),
    mean("time of a core", "ms", ({ cpuMs: cpu }) => cpu),
  ];
};

/** What snapshots cost. */
export const SNAPSHOTS: Part = {
  name: "snapshots",
  title: "What a snapshot costs",
  how:
    "Two weeks of real activity, hour by hour, after eight weeks of the same that say what is usual: each hour's messages in one batch, then its closing as the schedule does " +
    "it (fold, close, archive; the day packed once a day). Units are the engine's own word; the price adds the PUT of " +
    "statistics.json, the function's time (256 MB: its share of the core's milliseconds, and 5 ms for each call to the " +
    "table) and a share of the queue, at list prices. Figures are means, because they add up to a bill.",
  run,
};
