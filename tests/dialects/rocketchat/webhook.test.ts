import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRefusal, parseEvent } from "../../../functions/core/event.ts";
import { Failure } from "../../../functions/core/failure.ts";
import { roomsQuery, webhookFeed, webhookToken } from "../../../functions/dialects/rocketchat/webhook.ts";
import {
  ANN,
  joinedHook,
  messageHook,
  PRIVATE_ROOM,
  ROOM,
  roomHook,
  uploadHook,
  userHook,
} from "../../support/webhooks.ts";

const AT = "2026-11-21T09:41:12.000Z";
const LATER = "2026-11-21T09:41:22.000Z";

const toldOf = (body: unknown, rooms?: Parameters<typeof webhookFeed>[1]): unknown[] =>
  (webhookFeed(body, rooms)?.events ?? []).map((event) => {
    const { type, data } = event as { type: string; data: object };
    return [type, data];
  });

const outcomeOf = (body: unknown): string => {
  try {
    webhookFeed(body, undefined);
    return "read";
  } catch (error) {
    return error instanceof Failure ? `${error.code} ${String(error.details["parameter"])}` : String(error);
  }
};

const IN_GENERAL = { room: ROOM._id, roomKind: "channel", user: ANN._id };
const PLANS = ["room.changed", { id: PRIVATE_ROOM._id, kind: "private", discussion: true }];
const ANN_CHANGED = ["user.changed", { id: ANN._id, kind: "user", active: true, status: "busy" }];

describe("the payload of an outgoing webhook", () => {
  it.each([
    ["a message", messageHook("m1", AT), undefined, [["message.sent", IN_GENERAL]]],
    [
      "a reply",
      messageHook("m1", AT, { tmid: "m0" }),
      undefined,
      [["message.sent", { ...IN_GENERAL, thread: "reply" }]],
    ],
    [
      "a message of an integration for private rooms",
      messageHook("m1", AT),
      "private",
      [["message.sent", { ...IN_GENERAL, roomKind: "private" }]],
    ],
    [
      "a message in a room without a name",
      messageHook("m1", AT, { channel_name: undefined }),
      undefined,
      [["message.sent", { ...IN_GENERAL, roomKind: "direct" }]],
    ],
    [
      "an upload of today's servers",
      uploadHook("m2", AT, { file: { _id: "f1", size: 4_096 } }),
      undefined,
      [["upload.added", { bytes: 4_096 }], PLANS, ANN_CHANGED],
    ],
    [
      "an upload of older servers",
      uploadHook("m2", AT, { file: { _id: "f1" }, attachments: [{ image_size: 77 }] }),
      undefined,
      [["upload.added", { bytes: 77 }], PLANS, ANN_CHANGED],
    ],
    ["a room created", roomHook(AT), undefined, [PLANS, ANN_CHANGED]],
    [
      "a room joined",
      joinedHook(AT),
      undefined,
      [["room.changed", { id: ROOM._id, kind: "channel", discussion: false }], ANN_CHANGED],
    ],
    ["a room of a kind unknown", { ...roomHook(AT), room: { ...ROOM, t: "constructor" } }, undefined, [ANN_CHANGED]],
    ["a room of no kind", { ...roomHook(AT), room: { ...ROOM, t: { toString: 1 } } }, undefined, [ANN_CHANGED]],
    ["a user created", userHook(AT), undefined, [ANN_CHANGED]],
    [
      "a guest created",
      userHook(AT, { ...ANN, roles: ["guest"], status: "unheard of" }),
      undefined,
      [["user.changed", { id: ANN._id, kind: "guest", active: true }]],
    ],
    ["a user of whom too little is said", userHook(AT, { _id: ANN._id }), undefined, []],
    ["nothing, as servers with a fault send it", { token: "t", bot: false }, undefined, []],
  ] as const)("of %s tells what happened", (_what, body, rooms, events) => {
    expect(toldOf(body, rooms)).toEqual(events);
  });

  it("has an id that is the same at each try, and another for everything else", () => {
    const ids = (bodies: readonly unknown[]): unknown[] => bodies.map((body) => webhookFeed(body, undefined)?.id);
    const [first, again, later] = ids([joinedHook(AT), joinedHook(AT), joinedHook(LATER)]);
    expect(again).toBe(first);
    // In between it may have been otherwise.
    expect(later).not.toBe(first);
    const [sent, edited] = ids([messageHook("m1", AT), messageHook("m1", AT, { isEdited: true, text: "better" })]);
    expect(edited).toBe(sent);
    const all = ids([
      messageHook("m1", AT),
      messageHook("m2", AT),
      uploadHook("m1", AT, { file: { size: 1 } }),
      roomHook(AT),
      joinedHook(AT),
      userHook(AT),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([
    ["no object", [], "parameter.invalid The body"],
    ["no time", messageHook("m1", "yesterday"), "parameter.invalid timestamp"],
    ["a time beyond all calendars", { timestamp: 253_402_300_800_000, room: ROOM }, "parameter.invalid timestamp"],
    ["no room", messageHook("m1", AT, { channel_id: undefined }), "parameter.invalid channel_id"],
    ["no user", messageHook("m1", AT, { user_id: 7 }), "parameter.invalid user_id"],
    ["an id that is none", messageHook("", AT), "parameter.invalid message_id"],
    ["an upload of unknown size", uploadHook("m2", AT, {}), "parameter.invalid message.file.size"],
  ])("with %s is refused by the field's name", (_what, body, outcome) => {
    expect(outcomeOf(body)).toBe(outcome);
  });

  it("is read or refused by name, whatever it is, and what is read are events", () => {
    const fields = fc.record(
      {
        message_id: fc.oneof(fc.string(), fc.anything()),
        timestamp: fc.oneof(fc.constant(AT), fc.anything()),
        channel_id: fc.oneof(fc.constant("GENERAL"), fc.anything()),
        user_id: fc.oneof(fc.constant("ann"), fc.anything()),
        message: fc.anything(),
        room: fc.oneof(fc.record({ _id: fc.string(), t: fc.constantFrom("c", "d", "x") }), fc.anything()),
        user: fc.oneof(fc.record({ _id: fc.string(), type: fc.string(), active: fc.boolean() }), fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fields, fc.anything()), (body) => {
        expect(outcomeOf(body)).toMatch(/^(read|parameter\.invalid .+)$/);
        if (outcomeOf(body) !== "read") return;
        for (const event of webhookFeed(body, undefined)?.events ?? [])
          expect(isRefusal(parseEvent(event))).toBe(false);
      }),
    );
  });

  it("carries its token, or none", () => {
    expect([{ token: "t" }, { token: "" }, { token: 7 }, {}, null, []].map(webhookToken)).toEqual([
      "t",
      ...Array(5).fill(undefined),
    ]);
  });

  it("may be said to be of one kind of rooms", () => {
    expect(["", "rooms=direct"].map((query) => roomsQuery(new URLSearchParams(query)))).toEqual([undefined, "direct"]);
    for (const query of ["rooms=all", "rooms=", "rooms=direct&rooms=direct"])
      expect(() => roomsQuery(new URLSearchParams(query))).toThrow("rooms is not one of");
  });
});
