import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { type Document, valueIn } from "../../functions/core/document.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { anyQuietEvent, event, HOUR_ZERO, type RawEvent } from "../support/events.ts";
import { minutes, openScene, type Scene, sha256 } from "../support/scene.ts";

const NOW = HOUR_ZERO + minutes(30);

let scene: Scene;
let serial = 0;
beforeAll(async () => {
  scene = await openScene({ now: NOW, startsAt: HOUR_ZERO });
});
afterAll(() => scene.close());

const newWorkspace = async (): Promise<Workspace> => {
  const { workspace } = await createWorkspace(scene.parts)({ id: `w${serial++}`, name: "W", startsAt: HOUR_ZERO });
  return workspace;
};
const send = (workspace: Workspace, events: readonly RawEvent[]): Promise<unknown> =>
  ingestEvents(scene.parts)({
    workspace: workspace.id,
    id: sha256(events),
    bodyHash: sha256(events),
    events,
    mayAdjust: false,
    import: undefined,
  });
const readingOf = async (workspace: Workspace): Promise<Document> =>
  (await takeReading(scene.parts)(workspace, scene.clock.now)).document;
const levels = (document: Document, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, valueIn(document, name)]));

const USERS = ["total", "activated", "deactivated", "guests", "apps", "bots", "online", "away", "busy", "offline"]
  .concat("connected", "joined")
  .map((name) => `users.${name}`);
const ROOMS = ["total", "channels", "privateGroups", "direct", "omnichannel", "discussions", "opened"].map(
  (name) => `rooms.${name}`,
);

/** Minutes into the hour, type and data of what happened. */
type Happened = readonly [minute: number, type: string, data: Readonly<Record<string, unknown>>];
const user = (id: string, changes: object = {}): Readonly<Record<string, unknown>> => ({
  id,
  kind: "user",
  active: true,
  ...changes,
});

/** What is not named is 0; `users.offline` is what the other three leave. */
const CASES: readonly (readonly [title: string, happened: readonly Happened[], counts: Record<string, number>])[] = [
  [
    "each presence once, and who is away as connected, who is busy not",
    [
      [0, "user.changed", user("a", { status: "online" })],
      [0, "user.changed", user("b", { status: "away" })],
      [0, "user.changed", user("c", { status: "busy" })],
      [0, "user.changed", user("d", { status: "offline" })],
      [0, "user.changed", user("e")],
    ],
    { "users.total": 5, "users.activated": 5, "users.online": 1, "users.away": 1, "users.busy": 1, "users.offline": 2 },
  ],
  [
    "the last presence of a user, and keeps it when a change says nothing of it",
    [
      [0, "user.changed", user("a", { status: "online" })],
      [1, "user.changed", user("a", { status: "away" })],
      [2, "user.changed", user("a", { status: "busy" })],
      [3, "user.changed", user("a", { active: false })],
    ],
    { "users.total": 1, "users.deactivated": 1, "users.busy": 1 },
  ],
  [
    "kinds apart: only active people are activated, guests only while active, apps and bots always",
    ["user", "guest", "app", "bot"].flatMap((kind): Happened[] => [
      [0, "user.changed", user(`${kind} on`, { kind })],
      [0, "user.changed", user(`${kind} off`, { kind, active: false })],
    ]),
    {
      "users.total": 8,
      "users.activated": 1,
      "users.deactivated": 4,
      "users.guests": 1,
      "users.apps": 2,
      "users.bots": 2,
      "users.offline": 8,
    },
  ],
  [
    "a user who becomes a guest, and is deactivated and activated again, as what they are at last",
    [
      [0, "user.changed", user("a", { status: "online" })],
      [1, "user.changed", user("a", { kind: "guest" })],
      [2, "user.changed", user("a", { kind: "guest", active: false, status: "offline" })],
      [3, "user.changed", user("a", { kind: "guest" })],
    ],
    { "users.total": 1, "users.guests": 1, "users.offline": 1 },
  ],
  [
    "nobody who was removed, and once who came back, with nothing of the first life",
    [
      [0, "user.changed", user("a", { status: "online" })],
      [0, "user.changed", user("b", { status: "busy" })],
      [1, "user.removed", { id: "a" }],
      [1, "user.removed", { id: "b" }],
      [2, "user.changed", user("b")],
    ],
    { "users.total": 1, "users.activated": 1, "users.offline": 1, "users.joined": 2 },
  ],
  [
    "nobody for the removal of one who was never known, or for a change older than the removal",
    [
      [2, "user.removed", { id: "a" }],
      [1, "user.changed", user("a", { status: "online" })],
      [3, "user.removed", { id: "b" }],
    ],
    {},
  ],
  [
    "rooms by kind, and discussions in their kind and beside it",
    [
      [0, "room.changed", { id: "a", kind: "channel" }],
      [0, "room.changed", { id: "b", kind: "channel", discussion: true }],
      [0, "room.changed", { id: "c", kind: "private", discussion: true }],
      [0, "room.changed", { id: "d", kind: "direct" }],
      [0, "room.changed", { id: "e", kind: "omnichannel" }],
    ],
    {
      "rooms.total": 5,
      "rooms.channels": 2,
      "rooms.privateGroups": 1,
      "rooms.direct": 1,
      "rooms.omnichannel": 1,
      "rooms.discussions": 2,
    },
  ],
  [
    "a channel made private, a discussion that ends as one, and a room removed and opened again",
    [
      [0, "room.changed", { id: "a", kind: "channel", discussion: true }],
      [1, "room.changed", { id: "a", kind: "private" }],
      [0, "room.changed", { id: "b", kind: "channel", discussion: true }],
      [1, "room.changed", { id: "b", kind: "channel", discussion: false }],
      [0, "room.changed", { id: "c", kind: "channel", discussion: true }],
      [1, "room.removed", { id: "c" }],
      [2, "room.changed", { id: "c", kind: "channel" }],
    ],
    { "rooms.total": 3, "rooms.channels": 2, "rooms.privateGroups": 1, "rooms.discussions": 1 },
  ],
];

const withDerived = (counts: Record<string, number>): Record<string, number> => {
  const of = (name: string): number => counts[name] ?? 0;
  const known = of("users.total");
  return {
    ...Object.fromEntries([...USERS, ...ROOMS].map((name) => [name, 0])),
    "users.offline": known - of("users.online") - of("users.away") - of("users.busy"),
    "users.connected": of("users.online") + of("users.away"),
    "users.joined": known,
    "rooms.opened": of("rooms.total"),
    ...counts,
  };
};

describe("the directory counts", () => {
  it.each(CASES)("%s", async (_, happened, counts) => {
    const events = happened.map(([minute, type, data]) => event(type, HOUR_ZERO + minutes(minute), data));
    // All at once, or each for itself: the same comes out.
    for (const batches of [[events], events.map((one) => [one])]) {
      const workspace = await newWorkspace();
      for (const batch of batches) await send(workspace, batch);
      expect(levels(await readingOf(workspace), [...USERS, ...ROOMS])).toEqual(withDerived(counts));
    }
  });

  it("the same whatever the order in which the changes come", async () => {
    const events = CASES.flatMap(([, happened], at) =>
      happened.map(([minute, type, data]) =>
        event(type, HOUR_ZERO + minutes(minute), { ...data, id: `${at} ${String(data["id"])}` }),
      ),
    );
    const names = [...USERS, ...ROOMS].filter((name) => !/joined|opened/.test(name));
    const inOrder = await newWorkspace();
    await send(inOrder, events);
    const expected = levels(await readingOf(inOrder), names);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(events, { minLength: events.length }), async (shuffled) => {
        const workspace = await newWorkspace();
        await send(workspace, shuffled);
        expect(levels(await readingOf(workspace), names)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it("in identities that hold for every history, in a reading as in a snapshot", async () => {
    const change = anyQuietEvent(HOUR_ZERO, NOW).filter(({ type }) => /^(user|room)\./.test(type));
    const history = fc.array(change, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const workspace = await newWorkspace();
        await send(workspace, events);
        const reading = await readingOf(workspace);
        scene.clock.now = HOUR_ZERO + HOUR_MS;
        await closeDueHours(scene.parts)(workspace.id);
        scene.clock.now = NOW;
        const { bytes } = (await scene.parts.snapshots.latest(workspace.id)) ?? { bytes: new Uint8Array() };
        const snapshot = JSON.parse(Buffer.from(bytes).toString()) as Document;
        for (const document of [reading, snapshot]) {
          const of = (name: string): number => Number(valueIn(document, name));
          for (const name of [...USERS, ...ROOMS]) expect(of(name)).toBeGreaterThanOrEqual(0);
          expect(of("users.online") + of("users.away") + of("users.busy") + of("users.offline")).toBe(
            of("users.total"),
          );
          expect(of("users.connected")).toBe(of("users.online") + of("users.away"));
          expect(of("users.activated") + of("users.deactivated")).toBeLessThanOrEqual(of("users.total"));
          expect(of("rooms.channels") + of("rooms.privateGroups") + of("rooms.direct") + of("rooms.omnichannel")).toBe(
            of("rooms.total"),
          );
          expect(of("rooms.discussions")).toBeLessThanOrEqual(of("rooms.total"));
          expect(of("users.joined")).toBeGreaterThanOrEqual(of("users.total"));
        }
        expect(levels(snapshot, [...USERS, ...ROOMS])).toEqual(levels(reading, [...USERS, ...ROOMS]));
        expect(snapshot.integrity).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
