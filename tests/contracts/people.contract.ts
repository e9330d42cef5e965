import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../../functions/contract.ts";
import { newEntry } from "../../functions/core/directory.ts";
import type { BodyKind } from "../../functions/core/forgetting.ts";
import { newHead } from "../../functions/core/head.ts";
import { startOf } from "../../functions/core/hour.ts";
import type { BlobStore } from "../../functions/ports/blobs.ts";
import type { Forgettings } from "../../functions/ports/forgettings.ts";
import type { KeptBody, People } from "../../functions/ports/people.ts";
import {
  busyHour,
  denseBytes,
  SAMPLE_HOUR,
  sampleAccount,
  samplePart,
  samplePublications,
  sampleUser,
  sampleWorkspace,
} from "../support/samples.ts";
import type { DynamoStore } from "../support/store.ts";

const NOW = startOf(SAMPLE_HOUR + 1);
/** More than an item holds. */
const LARGE = 350_000;

/** A store, and what forgets over it. */
export interface PeopleStore extends DynamoStore {
  readonly people: People;
  readonly forgettings: Forgettings;
  readonly blobStore: BlobStore;
}

const all = async <T>(found: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const one of found) list.push(one);
  return list;
};

/** What everything that rewrites what names people has to do. */
export const peopleContract = (adapter: string, open: () => Promise<PeopleStore>): void => {
  describe(`what names people in ${adapter}`, () => {
    let store: PeopleStore;
    let people: People;
    beforeEach(async () => {
      store = await open();
      ({ people } = store);
      const { log, hours, workspaces } = store.parts;
      await workspaces.create(sampleWorkspace(), newHead(SAMPLE_HOUR), sampleAccount());
      await log.append(samplePart("one", { entries: [{ entry: sampleUser("ann"), version: 0 }] }));
      const head = await hours.advance("acme", newHead(SAMPLE_HOUR), new Map([[SAMPLE_HOUR, busyHour(3)]]));
      const closed = samplePublications([busyHour(3)], head);
      await hours.publish("acme", closed.head, closed.publications, NOW);
    });
    afterEach(() => store.close());

    const bodies = (kind: BodyKind, workspace = "acme"): Promise<KeptBody[]> => all(people.bodies(workspace, kind, 1));
    const only = async (kind: BodyKind): Promise<KeptBody> => {
      const [body, ...others] = await bodies(kind);
      if (body === undefined || others.length > 0) throw new Error(`there is not one ${kind}`);
      return body;
    };
    const textOf = ({ bytes }: KeptBody): string => Buffer.from(bytes).toString();
    const versionOf = async (): Promise<number | undefined> => (await store.parts.hours.head("acme"))?.version;

    it("is given as it was written", async () => {
      expect(textOf(await only("segment"))).toBe("one");
      expect(JSON.parse(textOf(await only("sets")))).toEqual(await store.parts.snapshots.sets("acme", SAMPLE_HOUR));
      expect(await bodies("report")).toEqual([]);
      expect(await bodies("list")).toEqual([]);
      for (const kind of ["segment", "delta", "sets"] as const) expect(await bodies(kind, "acm")).toEqual([]);
    });

    it("is rewritten, and everything beside it stays", async () => {
      const segment = KEYS.segment("acme", 0, 1);
      const itemOf = async () => (await store.items()).find(({ pk, sk }) => pk === segment.pk && sk === segment.sk);
      const { body: _before, ...beside } = (await itemOf()) ?? {};
      expect(await people.rewrite(await only("segment"), Buffer.from("two"))).toBe(true);
      expect(textOf(await only("segment"))).toBe("two");
      expect(await itemOf()).toEqual({ ...beside, body: new Uint8Array(Buffer.from("two")) });
    });

    it("is left alone when it has changed since, or is gone", async () => {
      const before = await only("segment");
      expect(await people.rewrite(before, Buffer.from("two"))).toBe(true);
      expect(await people.rewrite(before, Buffer.from("three"))).toBe(false);
      expect(textOf(await only("segment"))).toBe("two");
      const gone = await only("segment");
      await store.loseSegments("acme", 0, [1]);
      expect(await people.rewrite(gone, Buffer.from("three"))).toBe(false);
      expect(await bodies("segment")).toEqual([]);
    });

    it("raises the head's version with a delta, and when it is asked to, so that others read again", async () => {
      const version = (await versionOf()) ?? Number.NaN;
      const delta = await only("delta");
      await people.rewrite(delta, delta.bytes);
      expect(await versionOf()).toBe(version + 1);
      await people.turn("acme");
      expect(await versionOf()).toBe(version + 2);
      const sets = await only("sets");
      await people.rewrite(sets, sets.bytes);
      expect(await versionOf()).toBe(version + 2);
    });

    it("moves out of the table when it grows too large, and back when it shrinks", async () => {
      const large = denseBytes(LARGE);
      expect(await people.rewrite(await only("segment"), large)).toBe(true);
      expect(await store.blobs("segment")).toHaveLength(1);
      expect(Buffer.compare((await only("segment")).bytes, large)).toBe(0);
      expect(await people.rewrite(await only("segment"), Buffer.from("small"))).toBe(true);
      expect(textOf(await only("segment"))).toBe("small");
      // Nothing points to the large one any more.
      const [stray, ...others] = await all(people.strays(Date.now()));
      expect(others).toEqual([]);
      expect(stray).toMatchObject({ kind: "segment", isFresh: false });
      if (stray !== undefined) await people.drop(stray);
      expect(await store.blobs("segment")).toEqual([]);
    });

    it("is a stray only when nothing in the store points to it, and fresh for an hour", async () => {
      const used = await store.blobStore.put("segment", Buffer.from("used"));
      await store.put({ ...KEYS.segment("other", 0, 1), blob: used });
      await store.blobStore.put("segment", Buffer.from("stray"));
      const strays = async (now: number) => (await all(people.strays(now))).map((one) => [textOf(one), one.isFresh]);
      expect(await strays(Date.now())).toEqual([["stray", true]]);
      expect(await strays(Date.now() + 2 * 3_600_000)).toEqual([["stray", false]]);
    });

    it("drops a list with all its pages, and finds no other's", async () => {
      const { syncs } = store.parts;
      for (const id of ["one", "two"]) {
        const sync = await syncs.open({ workspace: "acme", kind: "user", id, at: NOW, openedAt: NOW });
        await syncs.keepPage(sync, 1, Buffer.from(`first of ${id}`));
        await syncs.keepPage(sync, 2, Buffer.from(`second of ${id}`));
      }
      const lists = await bodies("list");
      expect(lists.map(textOf)).toEqual(["first of one", "second of one", "first of two", "second of two"]);
      if (lists[0] !== undefined) await people.drop(lists[0]);
      expect((await bodies("list")).map(textOf)).toEqual(["first of two", "second of two"]);
      expect(await syncs.find("acme", { kind: "user", id: "one" }, NOW)).toBeUndefined();
    });

    it("moves an entry once, and not one that has changed", async () => {
      const { directory } = store.parts;
      const read = async (id: string) => (await directory.read("acme", [{ kind: "user", id }], NOW))[0];
      const before = await read("ann");
      if (before === undefined) throw new Error("there is no ann");
      expect(await people.moveEntry("acme", { ...before, version: 7 }, undefined)).toBe(false);
      const after = { ...before.entry, id: "forgotten" };
      expect(await people.moveEntry("acme", before, after)).toBe(true);
      expect(await read("ann")).toBeUndefined();
      expect(await read("forgotten")).toEqual({ entry: after, version: before.version });
      expect(await people.moveEntry("acme", before, after)).toBe(false);
    });

    it("moves no entry onto another", async () => {
      const { directory, log } = store.parts;
      await log.append(samplePart("two", { entries: [{ entry: newEntry("user", "bob"), version: 0 }] }));
      const [ann] = await directory.read("acme", [{ kind: "user", id: "ann" }], NOW);
      if (ann === undefined) throw new Error("there is no ann");
      expect(await people.moveEntry("acme", ann, { ...ann.entry, id: "bob" })).toBe(false);
      expect(await directory.read("acme", [{ kind: "user", id: "ann" }], NOW)).toEqual([ann]);
    });

    it("has one pseudonym for a run that is not ended, whoever begins it, and a new one afterwards", async () => {
      const { forgettings } = store;
      const begun = await Promise.all(Array.from({ length: 8 }, (_, at) => forgettings.begin("acme", "ann", `p${at}`)));
      expect(new Set(begun).size).toBe(1);
      expect(await forgettings.begin("acme", "bob", "another")).toBe("another");
      expect((await store.contents()).filter((item) => item.includes("FORGETTING") && item.includes("ann"))).toEqual(
        [],
      );
      await forgettings.end("acme", "ann");
      expect(await forgettings.begin("acme", "ann", "new")).toBe("new");
    });
  });
};
