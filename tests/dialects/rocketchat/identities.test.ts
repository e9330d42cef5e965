import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, startOf } from "../../../functions/core/hour.ts";
import type { Document } from "../../../functions/core/document.ts";
import { statisticsBody } from "../../../functions/dialects/rocketchat/body.ts";
import { PartMaker } from "../../../functions/tasks/part-maker.ts";
import { anyEvent, parsed, type RawEvent } from "../../support/events.ts";
import { SAMPLE_HOUR, samplePublications } from "../../support/samples.ts";

const START = startOf(SAMPLE_HOUR);

type Record = {
  readonly [
    Name in
      | "totalUsers"
      | "activeUsers"
      | "nonActiveUsers"
      | "onlineUsers"
      | "awayUsers"
      | "busyUsers"
      | "offlineUsers"
      | "totalConnectedUsers"
      | "activeGuests"
      | "appUsers"
      | "totalRooms"
      | "totalChannels"
      | "totalPrivateGroups"
      | "totalDirect"
      | "totalLivechat"
      | "totlalLivechat"
      | "totalDiscussions"
      | "totalMessages"
      | "totalChannelMessages"
      | "totalPrivateGroupMessages"
      | "totalDirectMessages"
      | "totalLivechatMessages"
      | "totalDiscussionsMessages"
  ]: number;
};

/** The documents of two hours in which this happened. */
const documentsOf = (events: readonly RawEvent[]): readonly Document[] => {
  const maker = new PartMaker(0, new Map(), [], { isHeard: true, isAny: false });
  for (const event of events) maker.count(parsed(event));
  const { delta } = maker.counter;
  const { publications } = samplePublications([delta.get(SAMPLE_HOUR), delta.get(SAMPLE_HOUR + 1)]);
  return publications.map(({ document }) => document);
};
const recordOf = (document: Document): Record => JSON.parse(statisticsBody(document, "flat")) as Record;

/** In Rocket.Chat a discussion is a channel or a private group, and this sender knows it. */
const withoutOddDiscussions = (event: RawEvent): RawEvent => {
  const { kind, discussion, ...data } = (event.data ?? {}) as { readonly kind?: string; readonly discussion?: boolean };
  const isOdd = event.type === "room.changed" && (kind === "direct" || kind === "omnichannel");
  return isOdd && discussion !== undefined ? { ...event, data: { ...data, kind, discussion: false } } : event;
};

const anyEvents = fc
  .array(anyEvent(START, START + 2 * HOUR_MS).map(withoutOddDiscussions), { maxLength: 80 })
  // In their order: what is heard of an hour after the next has begun may contradict what was heard before.
  .map((events) => events.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time)));

/** What holds among upstream's own numbers of today, and for our own kinds of users, who are told apart. */
const IDENTITIES: readonly (readonly [says: string, holds: (record: Record) => boolean])[] = [
  [
    "offline users are those who are neither online, away nor busy",
    (r) => r.offlineUsers === r.totalUsers - r.onlineUsers - r.awayUsers - r.busyUsers,
  ],
  ["connected users are online or away", (r) => r.totalConnectedUsers === r.onlineUsers + r.awayUsers],
  [
    "messages are the sum of their kinds",
    (r) =>
      r.totalMessages ===
      r.totalChannelMessages +
        r.totalPrivateGroupMessages +
        r.totalDiscussionsMessages +
        r.totalDirectMessages +
        r.totalLivechatMessages,
  ],
  ["active and inactive users are among all", (r) => r.totalUsers >= r.activeUsers + r.nonActiveUsers],
  ["active guests are beside them", (r) => r.totalUsers >= r.activeUsers + r.nonActiveUsers + r.activeGuests],
  ["app users are among all", (r) => r.totalUsers >= r.appUsers],
  [
    "rooms are the sum of their kinds",
    (r) => r.totalRooms === r.totalChannels + r.totalPrivateGroups + r.totalDirect + r.totalLivechat,
  ],
  ["discussions are channels or private groups", (r) => r.totalDiscussions <= r.totalChannels + r.totalPrivateGroups],
  ["both spellings of omnichannel rooms are one number", (r) => r.totalLivechat === r.totlalLivechat],
  [
    "no number of users or rooms is below zero",
    (r) =>
      [r.totalUsers, r.activeUsers, r.nonActiveUsers, r.activeGuests, r.appUsers, r.offlineUsers, r.busyUsers].every(
        (value) => value >= 0,
      ) &&
      [r.totalRooms, r.totalChannels, r.totalPrivateGroups, r.totalDirect, r.totalDiscussions].every(
        (value) => value >= 0,
      ),
  ],
];

describe("the numbers of a record, whatever happened", () => {
  it.each(IDENTITIES)("hold together: %s", (_says, holds) => {
    fc.assert(fc.property(anyEvents, (events) => documentsOf(events).map(recordOf).every(holds)));
  });

  it("are published with what is wrong about them, when a status is heard of before its user", () => {
    const changed = (time: string, data: object): RawEvent => ({
      id: time,
      source: "chat-1",
      type: "user.changed",
      time,
      data: { id: "ann", kind: "user", active: true, ...data },
    });
    const [before, after] = documentsOf([
      changed("2026-11-21T10:00:00.000Z", {}),
      changed("2026-11-21T09:59:59.000Z", { status: "online" }),
    ]);
    expect(before).toMatchObject({ users: { total: 0, online: 1, offline: -1 } });
    expect(before?.integrity).toEqual(["users.offline is below zero"]);
    expect(after).toMatchObject({ users: { total: 1, online: 1, offline: 0 }, integrity: [] });
  });
});
