import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../../../functions/contract.ts";
import { emptyHour } from "../../../functions/core/delta.ts";
import { type Head, newHead } from "../../../functions/core/head.ts";
import { publicationsContract } from "../../contracts/publications.contract.ts";
import { SAMPLE_HOUR, sampleAccount, samplePublications, sampleWorkspace } from "../../support/samples.ts";
import { type DynamoStore, openStore } from "../../support/store.ts";

publicationsContract("DynamoDB", openStore);

describe("publications in DynamoDB", () => {
  let store: DynamoStore;
  let head: Head;
  beforeEach(async () => {
    store = await openStore();
    head = newHead(SAMPLE_HOUR);
    await store.parts.workspaces.create(sampleWorkspace(), head, sampleAccount());
  });
  afterEach(() => store.close());

  const publish = async (count: number, from = head): Promise<void> => {
    for (let hour = 0; hour < count; hour++) {
      const made = samplePublications([emptyHour()], hour === 0 ? from : head);
      head = (await store.parts.hours.publish("acme", made.head, made.publications, 1)) ?? head;
    }
  };
  const numbers = async (after: number, limit = 100): Promise<readonly number[]> =>
    (await store.parts.publications.after("acme", after, limit)).map(({ number }) => number);
  const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, at) => at + 1);
  const listing = async () => (await store.items()).filter(({ pk }) => pk === KEYS.published("acme", 0).pk);

  it("take an item of their own once a day's worth of them is there", async () => {
    await publish(23);
    expect(await listing()).toEqual([]);
    expect(await numbers(0)).toEqual(upTo(23));
    await publish(2);
    expect(await listing()).toMatchObject([{ sk: KEYS.published("acme", 24).sk }]);
    expect(await numbers(0)).toEqual(upTo(25));
    expect(await numbers(23)).toEqual([24, 25]);
    expect(await numbers(24)).toEqual([25]);
  });

  it("are found where a version has put them that wrote an item for each", async () => {
    await publish(2);
    // As such a function leaves a head that it doesn't know to list anything.
    const made = samplePublications([emptyHour()], head);
    head = (await store.parts.hours.publish("acme", { ...made.head, recent: head.recent }, [], 1)) ?? head;
    const published = [{ number: 3, hour: SAMPLE_HOUR + 2, revision: 0 }];
    await store.put({ ...KEYS.published("acme", 3), published: JSON.stringify(published) });
    expect(await numbers(0)).toEqual([1, 2, 3]);
    await publish(1);
    expect(await numbers(0)).toEqual([1, 2, 3, 4]);
    expect(await numbers(2)).toEqual([3, 4]);
    expect(await numbers(3)).toEqual([4]);
    expect(await numbers(0, 2)).toEqual([1, 2]);
  });
});
