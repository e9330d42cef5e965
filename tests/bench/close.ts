import { DISPATCH } from "../../functions/contract.ts";
import { HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import type { RawEvent } from "../support/events.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { inFlight, medianOf, type Spread, spreadOf, timed } from "./measure.ts";

const START = Date.parse("2026-03-02T00:00:00Z");
const GRACE_MS = DISPATCH.minute * MINUTE_MS;
const MANY = 1_000;
const VERY_MANY = 10 * MANY;
const AT_ONCE = 16;
const HOURS = 2;

const ingestAs = (parts: Parts, workspace: string, id: string, events: readonly object[]): Promise<unknown> =>
  ingestEvents(parts)({ workspace, id, bodyHash: id, events, mayAdjust: false, import: undefined });

const message = (workspace: string, at: number): RawEvent => ({
  id: `${workspace}-${at}`,
  source: "chat-1",
  type: "message.sent",
  time: isoOf(at),
  data: { room: "room-1", roomKind: "channel", user: "user-1" },
});

/** Seconds that so many workspaces take to close an hour; each has some events in it, unless all are idle. */
const closeMany = async (
  field: Field,
  prefix: string,
  count: number,
  hour: number,
  { isIdle = false }: { readonly isIdle?: boolean } = {},
): Promise<number> => {
  const ids = Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
  field.clock.now = START + hour * HOUR_MS + 30 * MINUTE_MS;
  const send = (id: string) => () =>
    ingestAs(field.parts, id, `hour-${hour}`, [message(id, field.clock.now), message(id, field.clock.now - 1)]);
  if (!isIdle) await inFlight(AT_ONCE, ids.map(send));
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

/** Seconds, hour by hour. */
interface Closings {
  readonly once: readonly number[];
  readonly twice: readonly number[];
  readonly idle: readonly number[];
  readonly veryMany: number;
}

const many = async (field: Field): Promise<Closings> => {
  field.clock.now = START;
  for (const [prefix, count] of [
    ["once", MANY],
    ["twice", 2 * MANY],
    ["idle", MANY],
    ["very", VERY_MANY],
  ] as const)
    await inFlight(
      AT_ONCE,
      Array.from({ length: count }, (_, at) => () => field.workspace(`${prefix}-${at}`, START)),
    );
  const once: number[] = [];
  const twice: number[] = [];
  const idle: number[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    once.push(await closeMany(field, "once", MANY, hour));
    twice.push(await closeMany(field, "twice", 2 * MANY, hour));
    idle.push(await closeMany(field, "idle", MANY, hour, { isIdle: true }));
  }
  return { once, twice, idle, veryMany: await closeMany(field, "very", VERY_MANY, 0) };
};

/** Of each hour, how many times as long one side took. */
const over = (ours: readonly number[], theirs: readonly number[]): Spread =>
  spreadOf(ours.map((seconds, at) => seconds / (theirs[at] ?? Number.NaN)));

const run = async (): Promise<readonly Figure[]> => {
  const { once, twice, idle, veryMany } = await onField(START, many);
  return [
    figure("closing 2,000 workspaces over 1,000", "×", over(twice, once), { atMost: 2.1 }),
    figure("closing 10,000 workspaces over 1,000", "×", over([veryMany], [medianOf(once)])),
    figure("closing 1,000 idle workspaces over 1,000", "×", over(idle, once)),
    figure("closing 1,000 workspaces", "s", spreadOf(once)),
    figure("closing 10,000 workspaces", "s", spreadOf([veryMany])),
  ];
};

/** How closings scale with workspaces. */
export const CLOSE: Part = {
  name: "close",
  title: "Closing many",
  how:
    `${MANY.toLocaleString("en")} and twice as many workspaces close the same hour, of which each has two messages, one ` +
    `after the other as a worker does, ${HOURS} times by turns; so do as many that are idle, and at the end ten times as ` +
    "many once. What an idle hour costs is told in docs/cost.md.",
  run,
};
