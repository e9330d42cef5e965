import fc from "fast-check";
import { type ChatEvent, parseEvent } from "../../functions/core/event.ts";
import { isoOf } from "../../functions/core/instant.ts";

/** Nine o'clock on a Monday: the hour in which most tests begin. Milliseconds since 1970 UTC. */
export const HOUR_ZERO = Date.parse("2026-03-02T09:00:00.000Z");

/** A CloudEvent as a sender writes it. */
export interface RawEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly sequence?: number | string;
  readonly data?: object;
}

let serial = 0;

/** An event with an id of its own; `at` in milliseconds since 1970 UTC. */
export const event = (type: string, at: number, data: object = {}, more: Partial<RawEvent> = {}): RawEvent => ({
  id: `e${serial++}`,
  source: "chat-1",
  type,
  time: isoOf(at),
  data,
  ...more,
});

/** A message in a channel. */
export const message = (at: number, user = "ann", room = "general", more: Partial<RawEvent> = {}): RawEvent =>
  event("message.sent", at, { room, roomKind: "channel", user }, more);

/** An event as the parser gives it; for tests of what comes after parsing. */
export const parsed = (raw: RawEvent): ChatEvent => {
  const found = parseEvent(raw);
  if ("code" in found) throw new Error(found.detail);
  return found;
};

const ids = (prefix: string, count: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: count - 1 }).map((at) => `${prefix}${at}`);
const user = ids("u", 6);
const room = ids("r", 4);
const roomKind = fc.constantFrom("channel", "private", "direct", "omnichannel");
const maybe = <T>(name: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.option(value, { nil: undefined }).map((found) => (found === undefined ? {} : { [name]: found }));
const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object);

const inRoom = merged(
  fc.record({ room, roomKind }),
  maybe("discussion", fc.boolean()),
  maybe("thread", fc.constantFrom("started", "reply")),
);

const DATA: Readonly<Record<string, fc.Arbitrary<object>>> = {
  "user.changed": merged(
    fc.record({ id: user, kind: fc.constantFrom("user", "guest", "app", "bot"), active: fc.boolean() }),
    maybe("status", fc.constantFrom("online", "away", "busy", "offline")),
    maybe(
      "lastLogin",
      fc.integer({ min: 0, max: 1_000_000 }).map((back) => isoOf(HOUR_ZERO - back)),
    ),
  ),
  "user.removed": fc.record({ id: user }),
  "user.active": fc.record({ id: user }),
  "room.changed": merged(fc.record({ id: room, kind: roomKind }), maybe("discussion", fc.boolean())),
  "room.removed": fc.record({ id: room }),
  "message.sent": merged(inRoom, fc.record({ user }), maybe("threadStarted", fc.boolean())),
  "message.removed": inRoom,
  "upload.added": fc.record({ bytes: fc.integer({ min: 0, max: 1e9 }) }),
  "upload.removed": fc.record({ bytes: fc.integer({ min: 0, max: 1e9 }) }),
  "subscription.seen": fc.constant({}),
};

const CONNECTION_DATA: Readonly<Record<string, fc.Arbitrary<object>>> = {
  "connection.opened": merged(fc.record({ connection: ids("c", 50) }), maybe("user", user)),
  "connection.closed": fc.record({ connection: ids("c", 50) }),
  "instance.reported": merged(
    fc.record({
      id: ids("i", 3),
      version: fc.constantFrom("7.0.0", "8.6.1"),
    }),
    maybe("os", fc.record({ totalmem: fc.integer({ min: 1, max: 1e10 }), freemem: fc.integer({ min: 0, max: 1e10 }) })),
    maybe("connections", fc.integer({ min: 0, max: 100 })),
    maybe("uptime", fc.integer({ min: 0, max: 10_000 })),
  ),
};

/** Types whose events change the connections' levels or tell of instances. */
export const isAboutConnections = (raw: RawEvent): boolean => raw.type in CONNECTION_DATA;

const eventOf = (
  data: Readonly<Record<string, fc.Arbitrary<object>>>,
  from: number,
  to: number,
): fc.Arbitrary<RawEvent> =>
  fc.constantFrom(...Object.keys(data)).chain((type) =>
    fc.record({
      id: fc.uuid(),
      source: ids("chat-", 3),
      type: fc.constant(type),
      time: fc.integer({ min: from, max: to - 1 }).map(isoOf),
      data: data[type] as fc.Arbitrary<object>,
    }),
  );

/** Events of any type, in `[from, to)`, milliseconds since 1970 UTC. */
export const anyEvent = (from: number, to: number): fc.Arbitrary<RawEvent> =>
  eventOf({ ...DATA, ...CONNECTION_DATA }, from, to);

/** Events of the types that tell nothing of connections or instances. */
export const anyQuietEvent = (from: number, to: number): fc.Arbitrary<RawEvent> => eventOf(DATA, from, to);
