import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Head, newHead } from "../../functions/core/head.ts";
import { type Hour, hourNamed } from "../../functions/core/hour.ts";
import type { Latest, Snapshot, Snapshots } from "../../functions/ports/snapshots.ts";
import {
  busyHour,
  denseBytes,
  SAMPLE_HOUR,
  samplePublications,
  sampleWorkspace,
  sampleAccount,
} from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const NOW = Date.parse("2026-11-21T10:03:00Z");

/** What every keeper of snapshots has to do. */
export const snapshotsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the snapshots in ${adapter}`, () => {
    let store: Store;
    let snapshots: Snapshots;
    let head: Head;
    beforeEach(async () => {
      store = await open();
      ({ snapshots } = store.parts);
      head = newHead(SAMPLE_HOUR);
      await store.parts.workspaces.create(sampleWorkspace(), head, sampleAccount());
    });
    afterEach(() => store.close());

    /** Publishes revisions, each with a body that names it. */
    const publish = async (
      revisions: readonly (readonly [hour: Hour, revision: number])[],
      bytesOf = (hour: Hour, revision: number): Uint8Array => Buffer.from(`${hour} ${revision}`),
    ): Promise<void> => {
      const { publications } = samplePublications([busyHour(2)]);
      for (let at = 0; at < revisions.length; at += 40) {
        const some = revisions
          .slice(at, at + 40)
          .flatMap(([hour, revision]) =>
            publications.map((one) => ({ ...one, hour, revision, bytes: bytesOf(hour, revision) })),
          );
        // A transaction takes each hour's sets once.
        for (const revision of new Set(some.map((one) => one.revision)))
          head =
            (await store.parts.hours.publish(
              "acme",
              head,
              some.filter((one) => one.revision === revision),
              NOW,
            )) ?? head;
      }
    };
    const named = (found: readonly Snapshot[]): string[] => found.map(({ bytes }) => Buffer.from(bytes).toString());

    it("has none at first", async () => {
      expect(await snapshots.read("acme", SAMPLE_HOUR)).toBeUndefined();
      expect(await snapshots.read("acme", SAMPLE_HOUR, 0)).toBeUndefined();
      expect(await snapshots.sets("acme", SAMPLE_HOUR)).toBeUndefined();
      expect(await snapshots.latest("acme")).toBeUndefined();
      expect(await snapshots.range("acme", SAMPLE_HOUR, SAMPLE_HOUR + 10, 5)).toEqual({
        snapshots: [],
        next: undefined,
      });
    });

    it("reads any revision, and the latest one when none is named", async () => {
      const revisions = Array.from({ length: 12 }, (_, revision) => [SAMPLE_HOUR, revision] as const);
      await publish(revisions);
      for (const [hour, revision] of revisions)
        expect(await snapshots.read("acme", hour, revision)).toMatchObject({ hour, revision });
      expect(await snapshots.read("acme", SAMPLE_HOUR)).toMatchObject({ revision: 11 });
      expect(await snapshots.read("acme", SAMPLE_HOUR, 12)).toBeUndefined();
    });

    it("takes no neighbour's revision for its own", async () => {
      await publish([
        [SAMPLE_HOUR - 1, 0],
        [SAMPLE_HOUR + 1, 0],
      ]);
      expect(await snapshots.read("acme", SAMPLE_HOUR)).toBeUndefined();
      expect(await snapshots.read("other", SAMPLE_HOUR - 1)).toBeUndefined();
    });

    it("keeps what came before, and where the connections stood", async () => {
      const { head: closed, publications } = samplePublications([busyHour(2), undefined], head);
      await store.parts.hours.publish("acme", closed, publications, NOW);
      const [first, second] = publications;
      expect(await snapshots.read("acme", SAMPLE_HOUR)).toMatchObject({ number: 1, previous: null, madeAt: NOW });
      expect(await snapshots.read("acme", SAMPLE_HOUR + 1)).toMatchObject({
        number: 2,
        previous: first?.sha256,
        sha256: second?.sha256,
        carriedIn: second?.carriedIn,
      });
    });

    describe("a range", () => {
      it("holds the latest revisions of the hours from the first, without the last", async () => {
        await publish([
          [SAMPLE_HOUR - 1, 0],
          [SAMPLE_HOUR, 0],
          [SAMPLE_HOUR + 1, 0],
          [SAMPLE_HOUR + 3, 0],
          [SAMPLE_HOUR + 4, 0],
          [SAMPLE_HOUR + 1, 1],
          [SAMPLE_HOUR + 1, 2],
        ]);
        const { snapshots: found, next } = await snapshots.range("acme", SAMPLE_HOUR, SAMPLE_HOUR + 4, 100);
        expect(named(found)).toEqual([`${SAMPLE_HOUR} 0`, `${SAMPLE_HOUR + 1} 2`, `${SAMPLE_HOUR + 3} 0`]);
        expect(next).toBeUndefined();
      });

      it("is empty when it ends before it begins", async () => {
        await publish([[SAMPLE_HOUR, 0]]);
        for (const to of [SAMPLE_HOUR, SAMPLE_HOUR - 1])
          expect(await snapshots.range("acme", SAMPLE_HOUR, to, 100)).toEqual({ snapshots: [], next: undefined });
      });

      it("is cut at the limit, between hours and never between revisions, and says where to go on", async () => {
        const hours = [0, 1, 2, 5, 6].map((at) => SAMPLE_HOUR + at);
        await publish(hours.flatMap((hour) => [[hour, 0] as const, [hour, 1] as const]));
        const pages: string[][] = [];
        for (let from: Hour | undefined = SAMPLE_HOUR; from !== undefined;) {
          const page = await snapshots.range("acme", from, SAMPLE_HOUR + 24, 2);
          pages.push(named(page.snapshots));
          from = page.next;
        }
        expect(pages).toEqual([
          [`${hours[0]} 1`, `${hours[1]} 1`],
          [`${hours[2]} 1`, `${hours[3]} 1`],
          [`${hours[4]} 1`],
        ]);
      });

      it("names no next hour when the limit is met exactly", async () => {
        await publish([
          [SAMPLE_HOUR, 0],
          [SAMPLE_HOUR + 1, 0],
        ]);
        expect((await snapshots.range("acme", SAMPLE_HOUR, SAMPLE_HOUR + 9, 2)).next).toBeUndefined();
      });

      it("goes over months and years", async () => {
        const hours = ["2026-11-30T23", "2026-12-01T00", "2026-12-31T23", "2027-01-01T00"].map(
          (name) => hourNamed(name) as Hour,
        );
        await publish(hours.map((hour) => [hour, 0]));
        const { snapshots: found } = await snapshots.range("acme", hours[0] as Hour, (hours[3] as Hour) + 1, 100);
        expect(found.map(({ hour }) => hour)).toEqual(hours);
      });

      it("gives the latest revision where a page of the store ends between two", async () => {
        const hours = Array.from({ length: 8 }, (_, at) => SAMPLE_HOUR + at);
        const bytesOf = (hour: Hour, revision: number): Uint8Array => denseBytes(150_000, `${hour} ${revision}`);
        await publish(
          [0, 1, 2].flatMap((revision) => hours.map((hour) => [hour, revision] as const)),
          bytesOf,
        );
        for (const limit of [1, 2, 3, 7, 8]) {
          const { snapshots: found, next } = await snapshots.range("acme", SAMPLE_HOUR, SAMPLE_HOUR + 8, limit);
          expect(found.map(({ hour, revision }) => [hour, revision])).toEqual(
            hours.slice(0, limit).map((hour) => [hour, 2]),
          );
          expect(found.every(({ hour, bytes }) => Buffer.compare(bytes, bytesOf(hour, 2)) === 0)).toBe(true);
          expect(next).toBe(hours[limit]);
        }
      });
    });

    it("keeps the sets of an hour's last publication", async () => {
      const first = samplePublications([busyHour(2)], head);
      const after = (await store.parts.hours.publish("acme", first.head, first.publications, NOW)) ?? head;
      const restated = samplePublications([busyHour(4)]).publications.map((one) => ({ ...one, revision: 1 }));
      await store.parts.hours.publish("acme", after, restated, NOW);
      expect(await snapshots.sets("acme", SAMPLE_HOUR)).toEqual(restated[0]?.sets);
    });

    it("gives the sets of a range in order, wherever their bodies lie, and of no other hour", async () => {
      const all = [busyHour(3), undefined, busyHour(20_000), busyHour(5), busyHour(1)];
      const { head: closed, publications } = samplePublications(all, head);
      await store.parts.hours.publish("acme", closed, publications, NOW);
      const between = async (from: Hour, to: Hour): Promise<unknown[]> => {
        const found: unknown[] = [];
        for await (const one of snapshots.setsBetween("acme", from, to)) found.push(one);
        return found;
      };

      expect(await between(SAMPLE_HOUR, SAMPLE_HOUR + 4)).toEqual(
        publications.slice(0, 4).map(({ hour, sets }) => [hour, sets]),
      );
      expect(await between(SAMPLE_HOUR + 2, SAMPLE_HOUR + 3)).toHaveLength(1);
      expect(await between(SAMPLE_HOUR + 5, SAMPLE_HOUR + 900)).toEqual([]);
      expect(await between(SAMPLE_HOUR + 1, SAMPLE_HOUR + 1)).toEqual([]);
    });

    it("gives the sets of a range that is more than one page of the table", async () => {
      const hours = Array.from({ length: 7 }, (_, at) => SAMPLE_HOUR + at);
      const { publications } = samplePublications([busyHour(8_000)]);
      for (const hour of hours)
        head =
          (await store.parts.hours.publish(
            "acme",
            head,
            publications.map((one) => ({ ...one, hour })),
            NOW,
          )) ?? head;
      const found: Hour[] = [];
      for await (const [hour, { users }] of snapshots.setsBetween("acme", SAMPLE_HOUR, SAMPLE_HOUR + 7))
        if (users.length === 8_000) found.push(hour);
      expect(found).toEqual(hours);
    });

    describe("the latest", () => {
      const latest = (windowEnd: number, takenAt = windowEnd, name = `${windowEnd} ${takenAt}`): Latest => ({
        bytes: new Uint8Array(Buffer.from(name)),
        windowEnd,
        isSnapshot: false,
        takenAt,
        revision: 0,
      });
      const keptText = async (): Promise<string> =>
        Buffer.from((await store.connect().snapshots.latest("acme"))?.bytes ?? []).toString();

      it("is as it was kept", async () => {
        await snapshots.keepLatest("acme", { ...latest(5, 4), isSnapshot: true });
        expect(await snapshots.latest("acme")).toEqual({
          ...latest(5, 4),
          bytes: Buffer.from("5 4"),
          isSnapshot: true,
        });
        expect(await snapshots.latest("other")).toBeUndefined();
      });

      it("may be too large for an item", async () => {
        const bytes = denseBytes(500_000);
        await snapshots.keepLatest("acme", { ...latest(5), bytes });
        const kept = (await store.connect().snapshots.latest("acme"))?.bytes ?? new Uint8Array();
        expect(Buffer.compare(kept, bytes)).toBe(0);
      });

      it("is the one whose window ends later, however late it was taken", async () => {
        await snapshots.keepLatest("acme", latest(20, 20));
        await snapshots.keepLatest("acme", latest(10, 30));
        expect(await keptText()).toBe("20 20");
        await snapshots.keepLatest("acme", latest(30, 10));
        expect(await keptText()).toBe("30 10");
      });

      it("is the one taken later, of two with one end", async () => {
        await snapshots.keepLatest("acme", latest(10, 5));
        await snapshots.keepLatest("acme", latest(10, 4));
        expect(await keptText()).toBe("10 5");
        await snapshots.keepLatest("acme", latest(10, 6));
        expect(await keptText()).toBe("10 6");
      });

      it("is replaced by another of the same instant: a restated one", async () => {
        await snapshots.keepLatest("acme", latest(10, 10, "published"));
        await snapshots.keepLatest("acme", latest(10, 10, "restated"));
        expect(await keptText()).toBe("restated");
      });

      it("is not an older revision that comes late", async () => {
        await snapshots.keepLatest("acme", { ...latest(10, 10, "restated"), revision: 1 });
        await snapshots.keepLatest("acme", latest(10, 10, "published"));
        expect(await keptText()).toBe("restated");
        await snapshots.keepLatest("acme", latest(11, 11, "reading"));
        expect(await keptText()).toBe("reading");
      });

      it("never goes back when 16 keep theirs at once", async () => {
        const ends = Array.from({ length: 16 }, (_, at) => at + 1);
        await Promise.all(ends.toReversed().map((end) => store.connect().snapshots.keepLatest("acme", latest(end))));
        expect(await keptText()).toBe("16 16");
      });
    });
  });
};
