import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Channel } from "../../functions/core/channel.ts";
import { delivered, type Delivery, newDelivery } from "../../functions/core/delivery.ts";
import { newEntry } from "../../functions/core/directory.ts";
import { NEW_FOLLOWER } from "../../functions/core/follower.ts";
import { newHead } from "../../functions/core/head.ts";
import { startOf } from "../../functions/core/hour.ts";
import type { Notice } from "../../functions/core/notice.ts";
import { dayOf } from "../../functions/core/series.ts";
import {
  busyHour,
  denseBytes,
  SAMPLE_HOUR,
  sampleAccount,
  sampleAct,
  samplePart,
  samplePublications,
  sampleUser,
  sampleWorkspace,
} from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const NOW = startOf(SAMPLE_HOUR + 1);
const DAY = dayOf(SAMPLE_HOUR);

interface Told {
  readonly notice: Notice;
  readonly delivery: Delivery;
}

/** What everything that keeps a workspace's people has to do when they are to be forgotten. */
export const remainsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`what is kept of people in ${adapter}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    /** A workspace with users, a room, a log, an hour that is closed and one that is not. */
    const fill = async (id: string, users = 2): Promise<void> => {
      const { log, hours, workspaces } = store.parts;
      await workspaces.create(sampleWorkspace(id), newHead(SAMPLE_HOUR), { ...sampleAccount(id), name: id });
      const room = { ...newEntry("room", "general"), known: true };
      for (let at = 0; at < users; at += 80) {
        const entries = Array.from({ length: Math.min(80, users - at) }, (_, n) => sampleUser(`user ${at + n}`));
        const part = samplePart(`batch ${at}`, {
          workspace: id,
          entries: [...entries, ...(at === 0 ? [room] : [])].map((entry) => ({ entry, version: 0 })),
        });
        expect(await log.append(part)).toBe("appended");
      }
      const head = await hours.advance(id, newHead(SAMPLE_HOUR), new Map([[SAMPLE_HOUR, busyHour(3)]]));
      const closed = samplePublications([busyHour(3)], head);
      const published = await hours.publish(id, closed.head, closed.publications, NOW);
      const version = published?.version ?? Number.NaN;
      const { unions } = store.parts;
      for (const length of ["day", "week"] as const)
        expect(await unions.keep(id, { length, first: DAY }, { users: [["ann", 1]], rooms: [] }, version)).toBe(true);
      expect(await unions.keepFirsts(id, undefined, { users: [["ann", SAMPLE_HOUR]] }, version)).toBe(true);
    };
    const removeAll = async (id: string): Promise<{ readonly removed: number; readonly calls: number }> => {
      let removed = 0;
      for (let calls = 1; ; calls++) {
        const did = await store.parts.remains.remove(id, 1);
        removed += did.removed;
        if (did.isEmpty) return { removed, calls };
      }
    };

    it("is removed, and what was published stays", async () => {
      await fill("acme");
      const { snapshots, directory, hours, log, unions } = store.parts;
      const published = await snapshots.read("acme", SAMPLE_HOUR);

      // Two users, a room, a segment, a delta, a set, two unions, and who was seen first when.
      expect(await removeAll("acme")).toEqual({ removed: 9, calls: 1 });
      for (const kind of ["user", "room"] as const)
        expect((await directory.list("acme", kind, { limit: 10, now: NOW })).entries).toEqual([]);
      expect(await hours.deltas("acme", [SAMPLE_HOUR])).toEqual(new Map());
      expect(await snapshots.sets("acme", SAMPLE_HOUR)).toBeUndefined();
      expect(await unions.between("acme", "day", DAY, DAY + 1)).toEqual([]);
      expect(await unions.firsts("acme")).toBeUndefined();
      expect((await log.segmentsAfter("acme", 0, 0)).segments).toEqual([]);
      expect(await snapshots.read("acme", SAMPLE_HOUR)).toEqual(published);
      expect(await hours.head("acme")).toBeDefined();
    });

    it("is removed with what was told to whom, and with lists on their way in", async () => {
      await fill("acme");
      const { channels, alerts, outbox, polls, publications, reportRecords, syncs } = store.parts;
      const act = sampleAct("a");
      const mail: Channel = {
        id: "c1",
        label: "Ops",
        topics: ["alert"],
        target: { kind: "email", addresses: ["ops@example.org"] },
        createdAt: NOW,
      };
      await channels.change("acme", () => [mail], act);
      await alerts.change(
        "acme",
        () => [{ rule: { kind: "missed-hours", id: "r", repeatHours: 24 }, from: SAMPLE_HOUR }],
        act,
      );
      expect(await alerts.advance("acme", NEW_FOLLOWER)).toBeDefined();
      const [pending, sent] = ["n1", "n2"].map((id) => {
        const notice: Notice = { id, topic: "alert", at: NOW, title: "ann is back", lines: [], data: {} };
        return { notice, delivery: newDelivery("acme", notice, mail, NOW) };
      }) as [Told, Told];
      await outbox.add("acme", pending.notice, [pending.delivery], NOW);
      await outbox.add("acme", sent.notice, [delivered(sent.delivery, NOW)], NOW);
      await polls.note("acme", { hour: SAMPLE_HOUR, tries: 1, at: NOW, reason: null, why: null, nextAt: null });
      await reportRecords.changePlan("acme", (plan) => plan);
      const list = { workspace: "acme", kind: "user", id: "l", at: NOW, openedAt: NOW } as const;
      expect(await syncs.keepPage(await syncs.open(list), 0, Buffer.from("ann"))).toBe("kept");

      await removeAll("acme");
      expect(await channels.list("acme")).toEqual([]);
      expect(await alerts.rules("acme")).toEqual([]);
      expect(await alerts.follower("acme")).toBeUndefined();
      expect(await outbox.pending("acme")).toEqual([]);
      expect((await outbox.finished("acme", { limit: 9 })).deliveries).toEqual([]);
      for (const { notice } of [pending, sent]) expect(await outbox.notice("acme", notice.id)).toBeUndefined();
      expect(await polls.find("acme")).toBeUndefined();
      // The head stays, and lists what was published last; it names nobody.
      expect(await publications.after("acme", 0, 9)).toHaveLength(1);
      expect(await reportRecords.plan("acme")).toBeUndefined();
      expect(await syncs.find("acme", list, NOW)).toBeUndefined();
      expect(await syncs.pages({ ...list, pages: 1, plan: undefined })).toEqual(new Map());
      // The audit trail says who set what.
      expect((await store.parts.audit.list("acme", { from: 0, to: NOW + 1, limit: 9 })).acts).toHaveLength(1);
    });

    it("of another workspace stays, though its name begins the same", async () => {
      await fill("acme-2");
      const before = await store.contents();
      await fill("acme");
      await removeAll("acme");

      const after = await store.contents();
      expect(before.filter((item) => !after.includes(item))).toEqual([]);
    });

    it("goes with all that was too large for an item", async () => {
      await fill("acme");
      await fill("other");
      const version = (await store.parts.hours.head("acme"))?.version ?? Number.NaN;
      const dense = (at: number): string => Buffer.from(denseBytes(24, `${at}`)).toString("base64");
      const users = Array.from({ length: 1_000 }, (_, at): [string, number] => [dense(at), 1]);
      for (const id of ["acme", "other"])
        await store.parts.unions.keep(id, { length: "day", first: DAY }, { users, rooms: [] }, version);
      const segment = new Uint8Array(denseBytes(400_000));
      await store.parts.log.append({ ...samplePart("large", { workspace: "acme" }), segment });
      expect([await store.blobs("union"), await store.blobs("segment")].map(({ length }) => length)).toEqual([2, 1]);
      await removeAll("acme");
      expect([await store.blobs("union"), await store.blobs("segment")].map(({ length }) => length)).toEqual([1, 0]);
      expect((await store.parts.unions.between("other", "day", DAY, DAY + 1))[0]?.users).toBe(1_000);
    });

    it("is removed call by call when there is very much of it, and then nothing is left", async () => {
      await fill("acme", 1_050);
      const { removed, calls } = await removeAll("acme");

      expect(removed).toBeGreaterThan(1_050);
      expect(calls).toBe(2);
      expect(await store.parts.remains.remove("acme", 1)).toEqual({ removed: 0, isEmpty: true });
    });

    it("of nobody is nothing", async () => {
      expect(await store.parts.remains.remove("nobody", 3)).toEqual({ removed: 0, isEmpty: true });
    });
  });
};
