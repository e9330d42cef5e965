import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeDelta } from "../../functions/core/delta-encoding.ts";
import type { HourDelta } from "../../functions/core/delta.ts";
import { type Head, newHead } from "../../functions/core/head.ts";
import type { Hour } from "../../functions/core/hour.ts";
import type { Hours } from "../../functions/ports/hours.ts";
import {
  busyHour,
  denseBytes,
  SAMPLE_HOUR,
  sampleAct,
  samplePublications,
  sampleWorkspace,
  sampleAccount,
} from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const NOW = Date.parse("2026-11-21T10:03:00Z");

const textOf = (deltas: ReadonlyMap<Hour, HourDelta>): string[] =>
  [...deltas]
    .toSorted(([a], [b]) => a - b)
    .map(([hour, delta]) => `${hour} ${Buffer.from(encodeDelta(new Map([[hour, delta]]))).toString("base64")}`);
const hoursFrom = (count: number, deltaOf: (at: number) => HourDelta): Map<Hour, HourDelta> =>
  new Map(Array.from({ length: count }, (_, at) => [SAMPLE_HOUR + at, deltaOf(at)]));

/** What every keeper of hours has to do. */
export const hoursContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the hours in ${adapter}`, () => {
    let store: Store;
    let hours: Hours;
    let head: Head;
    beforeEach(async () => {
      store = await open();
      ({ hours } = store.parts);
      head = newHead(SAMPLE_HOUR);
      await store.parts.workspaces.create(sampleWorkspace(), head, sampleAccount());
    });
    afterEach(() => store.close());

    const stored = async (deltas: ReadonlyMap<Hour, HourDelta>): Promise<string[]> =>
      textOf(await store.connect().hours.deltas("acme", [...deltas.keys()]));

    it("knows no head of a workspace that was not created", async () => {
      expect(await hours.head("other")).toBeUndefined();
      expect(await hours.advance("other", head, new Map())).toBeUndefined();
    });

    it("gives the head as it was written", async () => {
      const written: Head = {
        ...head,
        positions: [4, 2],
        totals: { levels: { "users.total": 3 }, times: {}, primary: null },
        carried: { reporters: [] } as unknown as Head["carried"],
        dirty: [SAMPLE_HOUR],
        missing: [[1, 2]],
        import: { id: "i-1", through: null, lastHour: null, opening: {} },
      };
      const after = await hours.advance("acme", written, new Map());
      expect(after).toEqual({ ...written, version: 1 });
      expect(await store.connect().hours.head("acme")).toEqual(after);
    });

    it("advances from the version that is stored, and from no other", async () => {
      expect((await hours.advance("acme", head, new Map()))?.version).toBe(1);
      const before = await store.contents();
      expect(
        await hours.advance(
          "acme",
          head,
          hoursFrom(1, () => busyHour(1)),
        ),
      ).toBeUndefined();
      expect(await hours.advance("acme", { ...head, version: 7 }, new Map())).toBeUndefined();
      expect(await store.contents()).toEqual(before);
      expect((await hours.advance("acme", { ...head, version: 1 }, new Map()))?.version).toBe(2);
    });

    it("keeps acts together with the head, or not at all", async () => {
      expect(await hours.advance("acme", head, new Map(), [sampleAct("one")])).toBeDefined();
      expect(await hours.advance("acme", head, new Map(), [sampleAct("two")])).toBeUndefined();
      const { acts } = await store.parts.audit.list("acme", { from: 0, to: sampleAct("").at * 2, limit: 10 });
      expect(acts).toEqual([sampleAct("one")]);
    });

    it("lets one of 16 win who advance at once, with its deltas and no other's", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, async (_, at) => {
          const deltas = hoursFrom(2, () => busyHour(at + 1, `${at}`));
          const after = await store.connect().hours.advance("acme", { ...head, positions: [at] }, deltas);
          return { after, deltas };
        }),
      );
      const winners = outcomes.filter(({ after }) => after !== undefined);
      expect(winners).toHaveLength(1);
      expect(await hours.head("acme")).toEqual(winners[0]?.after);
      expect(await stored(hoursFrom(2, () => busyHour(1)))).toEqual(textOf(winners[0]?.deltas ?? new Map()));
    });

    it("loses no step of 16 who read, advance, and try again", async () => {
      await Promise.all(
        Array.from({ length: 16 }, async () => {
          const own = store.connect().hours;
          for (;;) {
            const read = (await own.head("acme")) ?? head;
            const next = { ...read, positions: [(read.positions[0] ?? 0) + 1] };
            if ((await own.advance("acme", next, new Map())) !== undefined) return;
          }
        }),
      );
      expect(await hours.head("acme")).toMatchObject({ version: 16, positions: [16] });
    });

    it("finds the deltas between two hours, the last one out, over any number of pages", async () => {
      const deltas = hoursFrom(40, (at) => busyHour(6_000, `${at}`));
      await hours.advance("acme", head, deltas);
      const all = [...deltas.keys()];
      const [from = 0] = all;
      expect(textOf(await hours.deltasBetween("acme", from - 100_000, from + 100_000))).toEqual(textOf(deltas));
      const middle = new Map([...deltas].filter(([hour]) => hour >= from + 3 && hour < from + 7));
      expect(textOf(await hours.deltasBetween("acme", from + 3, from + 7))).toEqual(textOf(middle));
      expect(await hours.deltasBetween("other", from, from + 30)).toEqual(new Map());
    }, 600_000);

    it("leaves out hours without a delta", async () => {
      const deltas = hoursFrom(1, () => busyHour(3));
      await hours.advance("acme", head, deltas);
      expect(textOf(await hours.deltas("acme", [SAMPLE_HOUR - 1, SAMPLE_HOUR, SAMPLE_HOUR + 1]))).toEqual(
        textOf(deltas),
      );
      expect(await hours.deltas("acme", [])).toEqual(new Map());
    });

    it("replaces an hour's delta", async () => {
      await hours.advance(
        "acme",
        head,
        hoursFrom(1, () => busyHour(3)),
      );
      const after = hoursFrom(1, () => busyHour(5));
      await hours.advance("acme", { ...head, version: 1 }, after);
      expect(await stored(after)).toEqual(textOf(after));
    });

    it("writes 90 hours with the head", async () => {
      const deltas = hoursFrom(90, (at) => busyHour(2, `${at}`));
      expect((await hours.advance("acme", head, deltas))?.version).toBe(1);
      expect(await stored(deltas)).toEqual(textOf(deltas));
    });

    it("keeps a delta over 300 KB outside of the table, whole", async () => {
      const deltas = hoursFrom(2, (at) => busyHour(at === 0 ? 20_000 : 10));
      await hours.advance("acme", head, deltas);
      expect(await store.blobs("delta")).toHaveLength(1);
      expect(await stored(deltas)).toEqual(textOf(deltas));
    });

    it("keeps some of many deltas outside of the table that are too much for one transaction together", async () => {
      const deltas = hoursFrom(16, (at) => busyHour(11_500, `${at}`));
      const sizes = [...deltas].map((one) => encodeDelta(new Map([one])).length);
      expect(Math.max(...sizes)).toBeLessThan(300_000);
      expect(sizes.reduce((a, b) => a + b)).toBeGreaterThan(3_000_000);
      expect((await hours.advance("acme", head, deltas))?.version).toBe(1);
      const away = await store.blobs("delta");
      expect(away.length).toBeGreaterThan(0);
      expect(away.length).toBeLessThan(16);
      expect(await stored(deltas)).toEqual(textOf(deltas));
    });

    describe("publishing", () => {
      it("commits snapshots, their sets and the head", async () => {
        const { head: closed, publications } = samplePublications([busyHour(3), undefined], head);
        const after = await hours.publish("acme", closed, publications, NOW);
        expect(after).toEqual({ ...closed, version: 1 });
        expect(await hours.head("acme")).toEqual(after);
        for (const { hour, revision, bytes, sha256, number, previous, carriedIn, sets } of publications) {
          expect(await store.parts.snapshots.read("acme", hour)).toEqual({
            hour,
            revision,
            bytes: Buffer.from(bytes),
            sha256,
            number,
            previous,
            carriedIn,
            madeAt: NOW,
          });
          expect(await store.parts.snapshots.sets("acme", hour)).toEqual(sets);
        }
      });

      it("commits deltas along, which may go once their own hour is published", async () => {
        const { head: closed, publications } = samplePublications([busyHour(3)], head);
        const deltas = hoursFrom(2, (at) => busyHour(3 + at));
        expect((await hours.publish("acme", closed, publications, NOW, deltas))?.version).toBe(1);
        expect(await stored(deltas)).toEqual(textOf(deltas));
        const going = (await store.contents()).filter((item) => item.includes("DELTA#") && item.includes("expiresAt"));
        expect(going).toHaveLength(1);
        // Ten o'clock, when it was published, and 40 days.
        expect(going[0]).toContain(String(Math.ceil(NOW / 1_000) + 40 * 86_400));
      });

      it("writes nothing when somebody else was first", async () => {
        const { head: closed, publications } = samplePublications([busyHour(3), busyHour(1)], head);
        await hours.advance("acme", head, new Map());
        const before = await store.contents();
        const deltas = hoursFrom(1, () => busyHour(9));
        expect(await hours.publish("acme", closed, publications, NOW, deltas)).toBeUndefined();
        expect(await store.contents()).toEqual(before);
      });

      it("never replaces a published revision, and writes nothing else then", async () => {
        const { head: closed, publications } = samplePublications([busyHour(3)], head);
        const after = (await hours.publish("acme", closed, publications, NOW)) ?? head;
        const next = samplePublications([busyHour(5)], after);
        const before = await store.contents();
        expect(
          await hours.publish("acme", next.head, [...next.publications, ...publications], NOW + 1),
        ).toBeUndefined();
        expect(await store.contents()).toEqual(before);
      });

      it("lets one of 16 win who publish at once", async () => {
        const { head: closed, publications } = samplePublications([busyHour(3), undefined], head);
        const outcomes = await Promise.all(
          Array.from({ length: 16 }, (_, at) => store.connect().hours.publish("acme", closed, publications, NOW + at)),
        );
        expect(outcomes.filter((after) => after !== undefined)).toHaveLength(1);
        expect((await hours.head("acme"))?.version).toBe(1);
      });

      it("commits 40 hours at once, and keeps outside of the table what is too much for one transaction", async () => {
        const { head: closed, publications } = samplePublications(
          Array.from({ length: 40 }, (_, at) => busyHour(5_000, `${at}`)),
          head,
        );
        expect((await hours.publish("acme", closed, publications, NOW))?.version).toBe(1);
        expect((await store.blobs("sets")).length).toBeGreaterThan(0);
        for (const { hour, sets, sha256 } of publications) {
          expect(await store.parts.snapshots.sets("acme", hour)).toEqual(sets);
          expect((await store.parts.snapshots.read("acme", hour))?.sha256).toBe(sha256);
        }
      }, 600_000);

      it("keeps sets and documents over 300 KB outside of the table, whole", async () => {
        const made = samplePublications([busyHour(20_000)], head);
        const publications = made.publications.map((one) => ({ ...one, bytes: denseBytes(400_000) }));
        await hours.publish("acme", made.head, publications, NOW);
        expect(await store.blobs("sets")).toHaveLength(1);
        expect(await store.blobs("snapshot")).toHaveLength(1);
        expect(await store.parts.snapshots.sets("acme", SAMPLE_HOUR)).toEqual(publications[0]?.sets);
        const { bytes = new Uint8Array() } = (await store.parts.snapshots.read("acme", SAMPLE_HOUR)) ?? {};
        expect(Buffer.compare(bytes, denseBytes(400_000))).toBe(0);
      });
    });

    it("lets deltas expire without taking them away at once, and passes over hours that have none", async () => {
      const deltas = hoursFrom(2, () => busyHour(2));
      await hours.advance("acme", head, deltas);
      await hours.expire("acme", [SAMPLE_HOUR - 1, SAMPLE_HOUR, SAMPLE_HOUR + 1], NOW);
      expect(await stored(deltas)).toEqual(textOf(deltas));
      expect(await hours.deltas("acme", [SAMPLE_HOUR - 1])).toEqual(new Map());
    });
  });
};
