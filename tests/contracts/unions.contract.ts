import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sets } from "../../functions/core/publication.ts";
import { isHashed } from "../../functions/core/hashed-ids.ts";
import { newHead } from "../../functions/core/head.ts";
import { dayOf } from "../../functions/core/series.ts";
import type { Unions } from "../../functions/ports/unions.ts";
import {
  busyHour,
  denseBytes,
  SAMPLE_HOUR,
  sampleAccount,
  samplePublications,
  sampleWorkspace,
} from "../support/samples.ts";
import type { Store } from "../support/store.ts";

const DAY = dayOf(SAMPLE_HOUR);

const setsOf = (...users: readonly string[]): Sets => ({
  users: users.map((id) => [id, 1]),
  rooms: [["general", users.length]],
});

const byId = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);

/** Users whose ids take a good many bytes, however they are compressed. */
const many = (count: number): Sets =>
  setsOf(
    ...Array.from({ length: count }, (_, at) => Buffer.from(denseBytes(24, `${at}`)).toString("base64")).toSorted(),
  );

/** What every keeper of unions has to do. */
export const unionsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the unions in ${adapter}`, () => {
    let store: Store;
    let unions: Unions;
    let version: number;
    const turn = async (): Promise<number> => {
      const head = await store.parts.hours.head("acme");
      const after = head && (await store.parts.hours.advance("acme", head, new Map()));
      if (after === undefined) throw new Error("the head did not move");
      return after.version;
    };
    beforeEach(async () => {
      store = await open();
      ({ unions } = store.parts);
      await store.parts.workspaces.create(sampleWorkspace(), newHead(SAMPLE_HOUR), sampleAccount());
      version = (await store.parts.hours.head("acme"))?.version ?? Number.NaN;
    });
    afterEach(() => store.close());

    const found = async (length: "day" | "week" | "month", from: number, to: number) =>
      Promise.all(
        (await unions.between("acme", length, from, to)).map(async ({ period, users, rooms, read }) => ({
          first: period.first,
          users,
          rooms,
          sets: await read?.(),
        })),
      );

    it("keep a period whole, by its length, and tell how many there were", async () => {
      await unions.keep("acme", { length: "day", first: DAY }, setsOf("ann", "bob"), version);
      await unions.keep("acme", { length: "week", first: DAY }, setsOf("ann"), version);
      expect(await found("day", DAY, DAY + 1)).toEqual([
        { first: DAY, users: 2, rooms: 1, sets: setsOf("ann", "bob") },
      ]);
      expect(await found("week", DAY, DAY + 1)).toMatchObject([{ users: 1 }]);
      expect(await found("month", DAY, DAY + 1)).toEqual([]);
      expect(await unions.between("other", "day", DAY, DAY + 1)).toEqual([]);
    });

    it("give those that begin in a range, in order, its end left out", async () => {
      for (const at of [3, 1, 0, 2])
        await unions.keep("acme", { length: "day", first: DAY + at }, setsOf(`user-${at}`), version);
      expect((await found("day", DAY + 1, DAY + 3)).map(({ first }) => first)).toEqual([DAY + 1, DAY + 2]);
      expect(await found("day", DAY + 1, DAY + 1)).toEqual([]);
    });

    it("take another in the place of one, and a large one outside of the table", async () => {
      await unions.keep("acme", { length: "month", first: DAY }, setsOf("ann"), version);
      await unions.keep("acme", { length: "month", first: DAY }, many(2_000), version);
      expect(await store.blobs("union")).toHaveLength(1);
      expect(await found("month", DAY, DAY + 1)).toEqual([{ first: DAY, users: 2_000, rooms: 1, sets: many(2_000) }]);
    });

    it("keep nothing that was made by a head which has moved since", async () => {
      await unions.keep("acme", { length: "day", first: DAY }, setsOf("ann"), version);
      const later = await turn();
      expect(await unions.keep("acme", { length: "day", first: DAY }, setsOf("old"), version)).toBe(false);
      expect(await unions.keepFirsts("acme", undefined, { users: [["old", 1]] }, version)).toBe(false);
      expect(await found("day", DAY, DAY + 1)).toMatchObject([{ sets: setsOf("ann") }]);
      expect(await unions.keep("acme", { length: "day", first: DAY }, setsOf("new"), later)).toBe(true);
    });

    it("let go of who was seen in some hours, and keep how many", async () => {
      const hour = DAY * 24;
      const { hours, snapshots } = store.parts;
      const head = await hours.head("acme");
      const closed = samplePublications(
        Array.from({ length: 3 }, () => busyHour(2)),
        head,
      );
      const after = await hours.publish("acme", closed.head, closed.publications, 1);
      const moved = after?.version ?? Number.NaN;
      for (const at of [0, 1, 2])
        await unions.keep("acme", { length: "day", first: DAY + at }, many(at === 0 ? 2_000 : 3), moved);
      await unions.keep("acme", { length: "month", first: DAY }, setsOf("ann"), moved);
      await unions.keepFirsts("acme", undefined, { users: [["ann", 1]] }, moved);
      await unions.dropPeople("acme", hour, SAMPLE_HOUR + 2);
      await unions.dropPeople("acme", hour, SAMPLE_HOUR + 2);
      expect(await snapshots.sets("acme", SAMPLE_HOUR + 1)).toBeUndefined();
      expect((await snapshots.sets("acme", SAMPLE_HOUR + 2))?.users).toHaveLength(2);
      expect(await found("day", DAY, DAY + 3)).toMatchObject([{ users: 2_000 }, { users: 3 }, { users: 3 }]);
      expect(await unions.firsts("acme")).toBeUndefined();
      // Only periods that begin in the hours are told less of.
      await unions.dropPeople("acme", hour, hour + 24);
      expect((await found("day", DAY, DAY + 3)).map(({ sets }) => sets?.users.length)).toEqual([undefined, 3, 3]);
      expect(await found("month", DAY, DAY + 1)).toEqual([{ first: DAY, users: 1, rooms: 1, sets: undefined }]);
    });

    it("put other names in the place of ids, in large bodies as in small ones, and leave no body with the old", async () => {
      // As long as ids, so that what is large stays so.
      const hash = (id: string): string => (isHashed(id) ? id : `\u0001${id.split("").toReversed().join("")}`);
      const renamed = ({ users, rooms }: Sets): Sets => ({
        users: users.map(([id, messages]): [string, number] => [hash(id), messages]).toSorted(byId),
        rooms: rooms.map(([id, messages]): [string, number] => [hash(id), messages]),
      });
      const firsts = { users: many(20_000).users.map(([id]): [string, number] => [id, 7]) };
      await unions.keep("acme", { length: "day", first: DAY }, many(1_000), version);
      await unions.keep("acme", { length: "day", first: DAY + 1 }, setsOf("ann"), version);
      await unions.keep("acme", { length: "day", first: DAY + 2 }, setsOf("bob"), version);
      expect(await unions.keepFirsts("acme", undefined, firsts, version)).toBe(true);
      const before = [...(await store.blobs("union")), ...(await store.blobs("firsts"))];
      expect(before).toHaveLength(2);
      const day = DAY * 24;
      expect(await unions.hashPeople("acme", day, day + 48, hash, Date.now())).toBe(false);
      // What was written just now may be on its way to somebody.
      expect(await store.blobs("union")).toHaveLength(2);
      const later = Date.now() + 2 * 3_600_000;
      expect(await unions.hashPeople("acme", day, day + 48, hash, later)).toBe(true);
      expect((await found("day", DAY, DAY + 3)).map(({ sets }) => sets)).toEqual([
        renamed(many(1_000)),
        renamed(setsOf("ann")),
        setsOf("bob"),
      ]);
      expect(await found("day", DAY, DAY + 1)).toMatchObject([{ users: 1_000, rooms: 1 }]);
      const known = (await unions.firsts("acme"))?.users ?? [];
      expect(known).toHaveLength(20_000);
      expect(known.every(([id, at]) => isHashed(id) && at === 7)).toBe(true);
      const after = [...(await store.blobs("union")), ...(await store.blobs("firsts"))];
      expect(after).toHaveLength(2);
      expect(after.filter((name) => before.includes(name))).toEqual([]);
    });

    it("leave no large body of what they let go of, whoever has left it there", async () => {
      const end = (DAY + 2) * 24;
      for (const id of ["acme", "other"]) {
        if (id === "other")
          await store.parts.workspaces.create(sampleWorkspace(id), newHead(SAMPLE_HOUR), {
            ...sampleAccount(id),
            name: id,
          });
        for (const at of [0, 1, 2]) await unions.keep(id, { length: "day", first: DAY + at }, many(1_000), version);
        // What a late event makes anew leaves what was before.
        await unions.keep(id, { length: "day", first: DAY }, many(1_100), version);
        await unions.keep(id, { length: "week", first: DAY + 1 }, many(1_000), version);
        const large = { users: many(20_000).users.map(([user]): [string, number] => [user, 7]) };
        expect(await unions.keepFirsts(id, undefined, large, version)).toBe(true);
      }
      const before = await store.blobs("union");
      expect(before).toHaveLength(10);
      await unions.dropPeople("acme", DAY * 24, end);
      const after = await store.blobs("union");
      expect(after.filter((name) => name.startsWith("day."))).toHaveLength(1 + 4);
      expect(after.filter((name) => name.startsWith("week."))).toHaveLength(1);
      expect(await store.blobs("firsts")).toHaveLength(1);
      expect(await found("day", DAY + 2, DAY + 3)).toMatchObject([{ sets: many(1_000) }]);
      await unions.dropPeople("other", DAY * 24, end + 24);
      expect(await store.blobs("union")).toHaveLength(1);
    });

    it("keep who was first seen when, once, and then only in place of what was read", async () => {
      expect(await unions.firsts("acme")).toBeUndefined();
      expect(await unions.keepFirsts("acme", undefined, { users: [["ann", 5]] }, version)).toBe(true);
      expect(await unions.keepFirsts("acme", undefined, { users: [["bob", 5]] }, version)).toBe(false);
      const [one, other] = [await unions.firsts("acme"), await unions.firsts("acme")];
      expect(one).toEqual({ users: [["ann", 5]] });
      const large = { users: many(30_000).users.map(([id]): [string, number] => [id, 7]) };
      expect(await unions.keepFirsts("acme", one, large, version)).toBe(true);
      expect(await unions.keepFirsts("acme", other, { users: [] }, version)).toBe(false);
      expect(await store.blobs("firsts")).toHaveLength(1);
      const read = await unions.firsts("acme");
      expect(read).toEqual(large);
      expect(await unions.keepFirsts("acme", read, { users: [["ann", 4]] }, version)).toBe(true);
      expect(await unions.firsts("acme")).toEqual({ users: [["ann", 4]] });
    });
  });
};
