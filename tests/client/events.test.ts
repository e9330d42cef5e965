import { describe, expect, it } from "vitest";
import * as client from "../../client/src/tidemark.ts";
import { EVENT_TYPE_NAMES, type EventType, parseEvent } from "../../functions/core/event.ts";
import { eventSchema } from "../../functions/core/event-schema.ts";
import { ADJUSTABLE } from "../../functions/core/statistic.ts";

/** `data` with every field there is: the compiler asks for those that the client knows, the test for those of the server. */
type Whole<T> = { readonly [K in keyof T]-?: T[K] };

const inRoom = { room: "general", roomKind: "channel", discussion: false, thread: "reply" } as const;
const connection = { connection: "c1", user: "ann" };

const WHOLE: { readonly [T in client.EventType]: Whole<client.EventData[T]> } = {
  "user.changed": { id: "ann", kind: "user", active: true, status: "away", lastLogin: "2026-03-02T09:00:00.000Z" },
  "user.removed": { id: "ann" },
  "user.active": { id: "ann" },
  "room.changed": { id: "general", kind: "private", discussion: true },
  "room.removed": { id: "general" },
  "message.sent": { ...inRoom, user: "ann", threadStarted: true },
  "message.removed": inRoom,
  "upload.added": { bytes: 4_096 },
  "upload.removed": { bytes: 4_096 },
  "connection.opened": connection,
  "connection.closed": connection,
  "subscription.seen": {},
  "instance.reported": {
    id: "chat-1",
    version: "8.6.1",
    address: "10.0.0.1:3000",
    appsEngineVersion: "1.61.0",
    nodeVersion: "v24.11.0",
    pid: 1,
    uptime: 1.5,
    os: { totalmem: 2, freemem: 1 },
    process: {},
    deploy: {},
    migration: {},
    database: {},
    commit: {},
    connections: 3,
  },
  "totals.adjusted": {
    "messages.channels": 1,
    "messages.privateGroups": 1,
    "messages.direct": 1,
    "messages.omnichannel": 1,
    "messages.discussions": 1,
    "messages.threads": 1,
    "uploads.total": 1,
    "uploads.bytes": 1,
    reason: "opening balance",
  },
};

const BUILT = [
  client.userChanged(WHOLE["user.changed"]),
  client.userRemoved(WHOLE["user.removed"]),
  client.userActive(WHOLE["user.active"]),
  client.roomChanged(WHOLE["room.changed"]),
  client.roomRemoved(WHOLE["room.removed"]),
  client.messageSent(WHOLE["message.sent"]),
  client.messageRemoved(WHOLE["message.removed"]),
  client.uploadAdded(WHOLE["upload.added"]),
  client.uploadRemoved(WHOLE["upload.removed"]),
  client.connectionOpened(WHOLE["connection.opened"]),
  client.connectionClosed(WHOLE["connection.closed"]),
  client.subscriptionSeen(),
  client.instanceReported(WHOLE["instance.reported"]),
  client.totalsAdjusted(WHOLE["totals.adjusted"]),
] as const satisfies readonly client.ChatEvent[];

const fieldsOf = (type: EventType): readonly string[] => {
  const { properties } = eventSchema(type) as { properties: { data?: { properties: object } } };
  return Object.keys(properties.data?.properties ?? {});
};

describe("the builders of events", () => {
  it("are one for each type that the server counts", () => {
    expect(BUILT.map(({ type }) => type)).toEqual(EVENT_TYPE_NAMES);
  });

  it.each(BUILT)("know every field of $type, and the server takes them", ({ type, data }) => {
    expect(Object.keys(data).toSorted()).toEqual(fieldsOf(type).toSorted());
    const event = { id: "1", source: "chat-1", type, time: "2026-03-02T09:00:00.000Z", data };
    expect(parseEvent(event)).toMatchObject({ type, data });
  });

  it("move every total that can be adjusted", () => {
    const { reason: _, ...totals } = WHOLE["totals.adjusted"];
    expect(Object.keys(totals).toSorted()).toEqual([...ADJUSTABLE].toSorted());
  });

  it("leave id and time to the reporter unless they are given", () => {
    const time = new Date("2026-03-02T09:00:00Z");
    expect(client.userActive({ id: "ann" })).toEqual({ type: "user.active", data: { id: "ann" } });
    expect(client.userActive({ id: "ann" }, { id: "m1", time })).toMatchObject({ id: "m1", time });
    expect(client.subscriptionSeen({ time })).toEqual({ type: "subscription.seen", data: {}, time });
  });
});
