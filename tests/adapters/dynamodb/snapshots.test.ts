import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pressed } from "../../../functions/adapters/dynamodb/bodies.ts";
import { KEYS } from "../../../functions/contract.ts";
import type { Publication } from "../../../functions/core/publication.ts";
import type { HourDelta } from "../../../functions/core/delta.ts";
import { HASHED, isHashed } from "../../../functions/core/hashed-ids.ts";
import { type Head, newHead } from "../../../functions/core/head.ts";
import { hourName, startOf } from "../../../functions/core/hour.ts";
import { snapshotsContract } from "../../contracts/snapshots.contract.ts";
import { busyHour, SAMPLE_HOUR, sampleAccount, samplePublications, sampleWorkspace } from "../../support/samples.ts";
import { type DynamoStore, openStore } from "../../support/store.ts";

snapshotsContract("DynamoDB", openStore);

describe("the sets of snapshots in DynamoDB", () => {
  let store: DynamoStore;
  let head: Head;
  let made: readonly Publication[];
  const NOW = startOf(SAMPLE_HOUR + 1);
  beforeEach(async () => {
    store = await openStore();
    head = newHead(SAMPLE_HOUR);
    await store.parts.workspaces.create(sampleWorkspace(), head, sampleAccount());
  });
  afterEach(() => store.close());

  const publish = async (...hours: readonly (HourDelta | undefined)[]): Promise<void> => {
    const closed = samplePublications(hours, head);
    made = closed.publications;
    head = (await store.parts.hours.publish("acme", closed.head, made, NOW)) ?? head;
  };
  const itemsOf = async (pk: string) => (await store.items()).filter((item) => item["pk"] === pk);
  const SNAPSHOTS = KEYS.snapshot("acme", "", 0).pk;
  const SETS = KEYS.sets("acme", "").pk;
  const between = async (from = SAMPLE_HOUR, to = SAMPLE_HOUR + 4): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const one of store.parts.snapshots.setsBetween("acme", from, to)) found.push(one);
    return found;
  };
  /** Leaves an hour as the version before did: sets apart, the document compressed without a dictionary. */
  const asBefore = async (at: number): Promise<void> => {
    const { hour, bytes, sets: seen } = made[at] as Publication;
    const key = KEYS.snapshot("acme", hourName(hour), 0);
    const [item] = (await itemsOf(SNAPSHOTS)).filter(({ sk }) => sk === key.sk);
    const { sets: _sets, ...rest } = item as Record<string, unknown>;
    await store.put({ ...rest, body: pressed(bytes) });
    await store.put({ ...KEYS.sets("acme", hourName(hour)), body: pressed(JSON.stringify(seen)) });
  };

  it("lie beside their document, unless they are large", async () => {
    await publish(busyHour(50), undefined, busyHour(2_000));
    expect((await itemsOf(SNAPSHOTS)).map((item) => item["sets"] !== undefined)).toEqual([true, true, false]);
    expect((await itemsOf(SETS)).map(({ sk }) => sk)).toEqual([hourName(SAMPLE_HOUR + 2)]);
    expect(await between()).toEqual(made.map(({ hour, sets }) => [hour, sets]));
  });

  it("are read where the version before has left them, among others", async () => {
    await publish(busyHour(5), busyHour(6), undefined, busyHour(7));
    const expected = made.map(({ hour, sets }) => [hour, sets]);
    for (const at of [1, 2]) await asBefore(at);
    expect(await between()).toEqual(expected);
    expect(await store.parts.snapshots.sets("acme", SAMPLE_HOUR + 1)).toEqual(made[1]?.sets);
    for (const { hour, bytes, carriedIn } of made)
      expect(await store.parts.snapshots.read("acme", hour)).toMatchObject({ bytes: Buffer.from(bytes), carriedIn });
  });

  it("are those of the last revision, wherever those of an earlier one lie", async () => {
    await publish(busyHour(5));
    await asBefore(0);
    const restated = samplePublications([busyHour(9)]).publications.map((one) => ({ ...one, revision: 1 }));
    head = (await store.parts.hours.publish("acme", head, restated, NOW)) ?? head;
    expect(await store.parts.snapshots.sets("acme", SAMPLE_HOUR)).toEqual(restated[0]?.sets);
    const large = samplePublications([busyHour(2_000)]).publications.map((one) => ({ ...one, revision: 2 }));
    head = (await store.parts.hours.publish("acme", head, large, NOW)) ?? head;
    expect(await between()).toEqual([[SAMPLE_HOUR, large[0]?.sets]]);
  });

  it("are hashed and let go wherever they lie, and the documents stay", async () => {
    await publish(busyHour(5), busyHour(6), busyHour(7), busyHour(8));
    await asBefore(1);
    const { unions, snapshots } = store.parts;
    const documents = async () => (await snapshots.range("acme", SAMPLE_HOUR, SAMPLE_HOUR + 4, 9)).snapshots;
    const before = await documents();
    const hash = (id: string): string => `${HASHED}${id}`;
    await unions.hashPeople("acme", SAMPLE_HOUR, SAMPLE_HOUR + 3, hash, NOW);
    const areHashed = async (hour: number) =>
      ((await snapshots.sets("acme", hour))?.users ?? []).every(([id]) => isHashed(id));
    const hours = [0, 1, 2, 3].map((at) => SAMPLE_HOUR + at);
    expect(await Promise.all(hours.map(areHashed))).toEqual([true, true, true, false]);

    await unions.dropPeople("acme", SAMPLE_HOUR, SAMPLE_HOUR + 3);
    expect(await between()).toEqual([[SAMPLE_HOUR + 3, made[3]?.sets]]);
    expect(await documents()).toEqual(before);
  });
});
