import { functionDollars, MEMORY_MB, PRICES } from "../../cli/cost/prices.ts";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { message } from "../support/events.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { meanOf, spreadOf } from "./measure.ts";
import { type Meter, onMeter, setBack } from "./meter.ts";

const START = Date.parse("2026-03-02T00:00:00Z");
const GRACE_MS = 180_000;
const EVENTS = 100;
const PEOPLE = 50;
/** A minute passes between one refresh and the next. */
const STEP_MS = 60_000;

/** What one refresh takes. */
export interface Refreshing extends Readonly<Meter> {
  readonly cpuMs: number;
}

/** What refreshes take after new events, and after none. */
export interface Refreshings {
  readonly busy: readonly Refreshing[];
  readonly quiet: readonly Refreshing[];
}

const refreshed = async (parts: Parts, meter: Meter, workspace: Workspace): Promise<Refreshing> => {
  setBack(meter);
  const before = process.cpuUsage();
  const { state } = await refreshStatistics(parts)(workspace);
  const { user, system } = process.cpuUsage(before);
  if (state !== "fresh") throw new Error(`a refresh was ${state}`);
  return { ...meter, cpuMs: (user + system) / 1_000 };
};

/**
 * Refreshes a workspace every minute of some hours, in turn after a batch of 100 messages and after nothing; each hour
 * is closed when it is over.
 */
export const refreshings = (field: Field, hours: number): Promise<Refreshings> =>
  onMeter(field, async (parts, meter) => {
    const { workspace } = await field.workspace("refreshed", START);
    const busy: Refreshing[] = [];
    const quiet: Refreshing[] = [];
    for (let hour = 0; hour < hours; hour++) {
      const start = START + hour * HOUR_MS;
      for (let at = STEP_MS; at < HOUR_MS; at += 2 * STEP_MS) {
        field.clock.now = start + at;
        const id = `${hour}-${at}`;
        const events = Array.from({ length: EVENTS }, (_, one) =>
          message(field.clock.now - (one + 1) * 300, `user-${(one * 7) % PEOPLE}`),
        );
        await ingestEvents(parts)({
          workspace: workspace.id,
          id,
          bodyHash: id,
          events,
          mayAdjust: false,
          import: undefined,
        });
        busy.push(await refreshed(parts, meter, workspace));
        field.clock.now += STEP_MS;
        // The next hour's has its turn when this one is closed.
        if (at + STEP_MS < HOUR_MS) quiet.push(await refreshed(parts, meter, workspace));
      }
      field.clock.now = start + HOUR_MS + GRACE_MS;
      const { closed } = await closeDueHours(parts)(workspace.id);
      if (closed !== 1) throw new Error(`${closed} hours were closed`);
    }
    return { busy, quiet };
  });

const HOURS = 6;

/** Dollars for one refresh, its request and the function's included. */
const dollarsOf = ({ reads, writes, calls, cpuMs }: Refreshing): number =>
  reads * PRICES.readUnit +
  writes * PRICES.writeUnit +
  PRICES.httpRequest +
  PRICES.lambdaRequest +
  functionDollars({ cpuMs, calls }, MEMORY_MB.serving);

const run = async (): Promise<readonly Figure[]> => {
  const { busy, quiet } = await onField(START, (field) => refreshings(field, HOURS));
  const mean = (name: string, unit: string, some: readonly Refreshing[], of: (one: Refreshing) => number): Figure => {
    const values = some.map(of);
    return { ...figure(name, unit, spreadOf(values)), value: meanOf(values) };
  };
  const sides = [
    [`after ${EVENTS} new events`, busy],
    ["after none", quiet],
  ] as const;
  return sides.flatMap(([when, some]) => [
    mean(`written ${when}`, "write units", some, ({ writes }) => writes),
    mean(`read ${when}`, "read units", some, ({ reads }) => reads),
    mean(`calls to the table ${when}`, "calls", some, ({ calls }) => calls),
    mean(`time of a core ${when}`, "ms", some, ({ cpuMs }) => cpuMs),
    mean(`a thousand refreshes ${when}`, "$", some, (one) => 1_000 * dollarsOf(one)),
  ]);
};

/** What refreshes cost. */
export const REFRESHES: Part = {
  name: "refreshes",
  title: "What a refresh costs",
  how:
    `A workspace is refreshed every minute of ${HOURS} hours, by turns after a batch of ${EVENTS} messages by ${PEOPLE} ` +
    "people and after nothing new; each hour is closed when it is over. Units are the engine's own word, of the lease and " +
    "of keeping the reading too; the price adds the request and the function's time, as `tidemark cost` reckons it. " +
    "Figures are means, because they add up to a bill.",
  run,
};
