import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskBlobs } from "../../functions/adapters/disk/archive.ts";
import { KEYS } from "../../functions/contract.ts";
import { HOUR_MS, hourName, hourOf } from "../../functions/core/hour.ts";
import { type Document, documentIn } from "../../functions/core/document.ts";
import { forgetUser } from "../../functions/tasks/forget-user.ts";
import type { Forgotten } from "../../functions/tasks/forget-everywhere.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { keepListPage } from "../../functions/tasks/sync-directory.ts";
import { verifyPublications } from "../../functions/tasks/verify-publications.ts";
import { anyEvent, event, HOUR_ZERO, message, type RawEvent } from "../support/events.ts";
import { partsToForget, placesOf } from "../support/forgetting.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { itemsIn } from "../support/table-items.ts";

const PERSON = "unmistakable-person";
const NOBODY = {
  directory: 0,
  rooms: 0,
  segments: 0,
  hours: 0,
  sets: 0,
  unions: 0,
  firsts: 0,
  reports: 0,
  lists: 0,
  strays: 0,
};
const FIRST = hourOf(HOUR_ZERO);
const HOURS = 3;

const forget = (scene: Scene, userId = PERSON, isDry = false): Promise<Forgotten> =>
  forgetUser(partsToForget(scene))({ workspace: "demo", userId, isDry });

/** A document but for what is by chance, or follows from it. */
const plain = ({ deployment: _chance, publication: _chain, ...document }: Document & { _id?: unknown }): object => {
  const { _id, ...rest } = document;
  return rest;
};

/** Everything that can be asked about the hours so far. */
const numbersOf = async (scene: Scene): Promise<unknown> => {
  const { parts, workspace } = scene;
  const published: object[] = [];
  const sizes: [string, number][] = [];
  for (let hour = FIRST; hour < FIRST + HOURS; hour++) {
    const snapshot = await parts.snapshots.read("demo", hour);
    if (snapshot === undefined) continue;
    published.push(plain(documentIn(snapshot.bytes)));
    const sets = await parts.snapshots.sets("demo", hour);
    sizes.push([hourName(hour), sets?.users.reduce((sum, [, messages]) => sum + messages, 0) ?? 0]);
  }
  const unions: number[] = [];
  for (let from = FIRST; from < FIRST + HOURS; from++)
    for (let to = from + 1; to <= FIRST + HOURS; to++) {
      const seen = new Set<string>();
      for await (const [, sets] of parts.snapshots.setsBetween("demo", from, to))
        for (const [id] of sets.users) seen.add(id);
      unions.push(seen.size);
    }
  const window = { start: HOUR_ZERO, end: scene.clock.now - (scene.clock.now % 60_000) };
  const { seen, ...usage } = await readWindow(parts)(workspace, window);
  const reading = (await takeReading(parts)(workspace, scene.clock.now)).document;
  return { published, sizes, unions, usage, seen: seen?.length, reading: plain(reading) };
};

describe("forgetting a user", () => {
  const asPerson = (raw: RawEvent): RawEvent =>
    JSON.parse(JSON.stringify(raw).replaceAll('"u3"', JSON.stringify(PERSON))) as RawEvent;
  const hoursOf = (from: number, to: number) =>
    fc.array(anyEvent(HOUR_ZERO + from * HOUR_MS, HOUR_ZERO + to * HOUR_MS).map(asPerson), { maxLength: 40 });

  it("changes no number, leaves the id nowhere and breaks nothing that comes later", { timeout: 60_000 }, async () => {
    const past = fc.record({
      closed: hoursOf(0, 2),
      late: hoursOf(0, 2),
      open: hoursOf(2, 3),
      afterwards: hoursOf(0, 3).map((events) => events.filter((raw) => !JSON.stringify(raw).includes(PERSON))),
    });
    await fc.assert(
      fc.asyncProperty(past, async ({ closed, late, open, afterwards }) => {
        const scenes = [await openScene({ now: HOUR_ZERO }), await openScene({ now: HOUR_ZERO })] as const;
        const [scene] = scenes;
        try {
          for (const { clock, send, work } of scenes) {
            clock.now = HOUR_ZERO + 2 * HOUR_MS;
            await send([message(HOUR_ZERO, PERSON, "general", { id: "once" }), ...closed]);
            await work();
            clock.now = HOUR_ZERO + HOURS * HOUR_MS - 1_000;
            // Neither folded nor restated yet.
            if (late.length + open.length > 0) await send([...late, ...open]);
          }
          const before = await numbersOf(scene);
          const { found } = await forget(scene);
          expect(Math.min(found.hours, found.sets)).toBeGreaterThan(0);
          expect(await numbersOf(scene)).toEqual(before);
          expect(await placesOf(PERSON, scene)).toEqual([]);
          expect((await verifyPublications(scene.parts)("demo")).flaws).toEqual([]);
          for (const { clock, send, work } of scenes) {
            if (afterwards.length > 0) await send(afterwards);
            clock.now = HOUR_ZERO + HOURS * HOUR_MS;
            await work();
          }
          expect(await numbersOf(scene)).toEqual(await numbersOf(scenes[1]));
          expect((await verifyPublications(scene.parts)("demo")).flaws).toEqual([]);
          expect(await placesOf(PERSON, scene)).toEqual([]);
        } finally {
          for (const one of scenes) await one.close();
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  describe("in a scene", () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = await openScene({ now: HOUR_ZERO });
      await scene.send([
        event("user.changed", HOUR_ZERO, { id: PERSON, kind: "user", active: true, status: "online" }),
        message(HOUR_ZERO + 1_000, PERSON),
        message(HOUR_ZERO + 2_000, "ann"),
      ]);
      scene.clock.now += HOUR_MS;
      await scene.work();
      await scene.send([message(scene.clock.now, PERSON)]);
    });
    afterEach(() => scene.close());

    const acts = async () =>
      (await scene.parts.audit.list("demo", { from: 0, to: scene.clock.now + 1, limit: 10 })).acts.filter(
        ({ action }) => action === "user.forgotten",
      );

    it("says where the id stands and changes nothing when it is only asked to look", async () => {
      const before = await placesOf(PERSON, scene);
      expect(await forget(scene, PERSON, true)).toEqual({
        found: { ...NOBODY, directory: 1, segments: 2, hours: 1, sets: 1 },
        left: 0,
      });
      expect(await placesOf(PERSON, scene)).toEqual(before);
      expect(await placesOf("forgotten-", scene)).toEqual([]);
      expect(await acts()).toEqual([]);
    });

    it("puts one pseudonym in every place, and notes how many there were and not whose", async () => {
      await forget(scene);
      await scene.work();
      const sets = await scene.parts.snapshots.sets("demo", FIRST);
      const [[pseudonym] = [""]] = (sets?.users ?? []).filter(([id]) => id !== "ann");
      expect(pseudonym).toMatch(/^forgotten-[A-Za-z0-9]{20}$/);
      expect(await placesOf(pseudonym, scene)).toHaveLength(6);
      const [{ details } = { details: {} }] = await acts();
      expect(details).toEqual({ ...NOBODY, directory: 1, segments: 2, hours: 1, sets: 1, left: 0 });
    });

    it("finds nothing when it is asked again, and notes nothing", async () => {
      await forget(scene);
      expect(await forget(scene)).toEqual({ found: NOBODY, left: 0 });
      expect(await forget(scene, "somebody who never was here")).toEqual({ found: NOBODY, left: 0 });
      expect(await acts()).toHaveLength(1);
      expect(await placesOf("FORGETTING", scene)).toEqual([]);
    });

    it("goes on with the same pseudonym after it was cut short at any step", async () => {
      const parts = partsToForget(scene);
      const names: (keyof typeof parts.people)[] = ["rewrite", "turn", "moveEntry"];
      for (let stopAt = 0, isCut = true; isCut; stopAt++) {
        let steps = 0;
        const stepped = Object.fromEntries(
          names.map((name) => [
            name,
            (...what: never[]) => {
              if (steps++ >= stopAt) throw new Error("cut short");
              return (parts.people[name] as (...all: never[]) => Promise<unknown>)(...what);
            },
          ]),
        );
        try {
          await forgetUser({ ...parts, people: { ...parts.people, ...stepped } })({
            workspace: "demo",
            userId: PERSON,
            isDry: false,
          });
          isCut = false;
        } catch (error) {
          if ((error as Error).message !== "cut short") throw error;
        }
      }
      scene.clock.now += HOUR_MS;
      await scene.work();
      const ids = new Set<string>();
      for await (const [, sets] of scene.parts.snapshots.setsBetween("demo", FIRST, FIRST + 2))
        for (const [id] of sets.users) ids.add(id);
      expect(ids.size).toBe(2);
      expect(await placesOf(PERSON, scene)).toEqual([]);
      expect(await placesOf("FORGETTING", scene)).toEqual([]);
    });

    it("leaves the id nowhere and loses nothing while others send, fold and close", async () => {
      const control = await openScene({ now: HOUR_ZERO });
      try {
        const events = Array.from({ length: 40 }, (_, at) =>
          message(scene.clock.now + at, at % 3 === 0 ? "bob" : "ann", "general", { id: `busy ${at}` }),
        );
        const first = await placesOf(PERSON, scene);
        expect(first.length).toBeGreaterThan(0);
        scene.clock.now += HOUR_MS + 1_000;
        const sending = (async () => {
          for (const one of events) {
            await scene.send([one]);
            await scene.work();
          }
        })();
        await Promise.all([sending, forget(scene), forget({ ...scene, parts: scene.connect() })]);
        await scene.work();

        control.clock.now = scene.clock.now;
        await control.send([message(HOUR_ZERO + 1_000, PERSON), message(HOUR_ZERO + 2_000, "ann")]);
        await control.send([message(HOUR_ZERO + HOUR_MS, PERSON), ...events]);
        await control.work();
        for (const name of ["2026-03-02T09", "2026-03-02T10"]) {
          const [one, other] = [await scene.published(name), await control.published(name)];
          expect(one["messages"]).toMatchObject({ sent: (other["messages"] as { sent: number }).sent });
          expect(one["users"]).toMatchObject({ seen: (other["users"] as { seen: number }).seen });
        }
        expect(await placesOf(PERSON, scene)).toEqual([]);
        expect((await verifyPublications(scene.parts)("demo")).flaws).toEqual([]);
      } finally {
        await control.close();
      }
    });

    it("lets no fold go on that has read the log before, even when no hour names the user yet", async () => {
      await scene.send([message(scene.clock.now, "carol")]);
      const head = await scene.parts.hours.head("demo");
      if (head === undefined) throw new Error("there is no head");
      expect((await forget(scene, "carol")).found).toEqual({ ...NOBODY, segments: 1 });
      expect(await scene.parts.hours.advance("demo", head, new Map())).toBeUndefined();
    });

    it("makes them known anew when a later event names them", async () => {
      await forget(scene);
      await scene.send([event("user.changed", scene.clock.now, { id: PERSON, kind: "user", active: true })]);
      const { document } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
      expect(document["users"]).toMatchObject({ total: 2 });
      // What is left of the first life goes, and the second is forgotten like it.
      expect((await forget(scene)).found).toMatchObject({ directory: 1 });
      const again = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
      expect(again.document["users"]).toMatchObject({ total: 2 });
    });

    it("keeps nothing of one who was removed, and counts nobody twice", async () => {
      await scene.send([event("user.removed", scene.clock.now, { id: PERSON })]);
      await forget(scene);
      const { entries } = await scene.parts.directory.list("demo", "user", { limit: 10, now: scene.clock.now });
      expect(entries).toEqual([]);
      const { document } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
      expect(document["users"]).toMatchObject({ total: 0 });
    });

    it("renames direct rooms that Rocket.Chat has named by the id, and no other", async () => {
      const id = "aBcDeFgHiJkLmNoPq";
      const other = "rStUvWxYz01234567";
      const rooms = [`${id}${other}`, `${other}${id}`, `${id}${id}`];
      await scene.send([
        ...rooms.map((room) => event("room.changed", scene.clock.now, { id: room, kind: "direct" })),
        ...rooms.map((room) => message(scene.clock.now, other, room)),
        message(scene.clock.now, other, `about-${id}-and-others`),
      ]);
      const read = async (): Promise<unknown> => {
        const { document, seen } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
        return { document, seen: seen() };
      };
      const before = await read();
      expect((await forget(scene, id)).found).toMatchObject({ rooms: 3, segments: 3 });
      expect(await read()).toEqual(before);
      const { entries } = await scene.parts.directory.list("demo", "room", { limit: 10, now: scene.clock.now });
      expect(entries.map(({ entry }) => entry.id).filter((room) => room.includes(id))).toEqual([]);
    });

    it("drops full lists that name the user, and leaves others", async () => {
      const page = (list: string, id: string) =>
        keepListPage(scene.parts)({
          workspace: "demo",
          kind: "user",
          id: list,
          page: 1,
          at: undefined,
          lines: [{ id, kind: "user", active: true }],
        });
      await page("nightly", PERSON);
      await page("other", "ann");
      expect((await forget(scene)).found).toMatchObject({ lists: 1 });
      const find = (id: string) => scene.parts.syncs.find("demo", { kind: "user", id }, scene.clock.now);
      expect(await find("nightly")).toBeUndefined();
      expect(await find("other")).toMatchObject({ pages: 1 });
      expect(await placesOf(PERSON, scene)).toEqual([]);
    });

    it("takes the id out of what an IMKit server reported", async () => {
      const report = {
        hour: FIRST,
        window: { start: HOUR_ZERO, end: HOUR_ZERO + HOUR_MS },
        offMs: 0,
        reasons: [],
        users: ["ann", PERSON],
        figures: { "users.seen": 2 },
      };
      await scene.parts.reports.keep("demo", report, scene.clock.now);
      expect((await forget(scene)).found).toMatchObject({ reports: 1 });
      const after = await scene.parts.reports.find("demo", FIRST);
      expect(after).toEqual({ ...report, users: ["ann", expect.stringMatching(/^forgotten-/)] });
    });

    it("rewrites large bodies, and removes those that hold the id and lie about", async () => {
      const blobs = diskBlobs(scene.archiveFolder);
      const items = itemsIn(scene.engine);
      const { sets, ...item } = await items.get(KEYS.snapshot("demo", hourName(FIRST), 0));
      await items.put(item);
      const blob = await blobs.put("sets", sets as Uint8Array);
      await items.put({ ...KEYS.sets("demo", hourName(FIRST)), blob });
      const stray = await blobs.put("sets", Buffer.from(sets as Uint8Array));
      expect((await forget(scene)).found).toMatchObject({ sets: 1, strays: 1 });
      await expect(blobs.get("sets", stray)).rejects.toThrow("ENOENT");
      expect(await placesOf(PERSON, scene)).toEqual([]);
      expect((await scene.parts.snapshots.sets("demo", FIRST))?.users).toHaveLength(2);
    });

    it("leaves a large body that may be on its way, says so, and is not done until it is gone", async () => {
      const blobs = diskBlobs(scene.archiveFolder);
      const { sets } = await itemsIn(scene.engine).get(KEYS.snapshot("demo", hourName(FIRST), 0));
      const stray = await blobs.put("sets", sets as Uint8Array);
      expect(await forget(scene)).toMatchObject({ left: 1, found: { strays: 0 } });
      expect(await placesOf("FORGETTING", scene)).toHaveLength(1);
      expect(await blobs.get("sets", stray)).toBeDefined();
      // The folder's clock is the machine's.
      scene.clock.now = Date.now() + 2 * HOUR_MS;
      expect(await forget(scene)).toMatchObject({ left: 0, found: { strays: 1 } });
      expect(await placesOf(PERSON, scene)).toEqual([]);
      expect(await placesOf("FORGETTING", scene)).toEqual([]);
    });

    it("refuses a workspace that is not there", async () => {
      await expect(
        forgetUser(partsToForget(scene))({ workspace: "nobody", userId: PERSON, isDry: false }),
      ).rejects.toMatchObject({ code: "workspace.missing" });
    });
  });
});
