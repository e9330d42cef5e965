import { afterEach, describe, expect, it } from "vitest";
import { KEEP_DAYS } from "../../../functions/contract.ts";
import { DAY_MS } from "../../../functions/core/hour.ts";
import { syncsContract } from "../../contracts/syncs.contract.ts";
import { type DynamoStore, openStore } from "../../support/store.ts";

syncsContract("DynamoDB", openStore);

describe("what full lists leave to time-to-live", () => {
  let store: DynamoStore;
  afterEach(() => store.close());

  it("lets go of all of it, because it names people", async () => {
    store = await openStore();
    const { syncs } = store.parts;
    const opened = Date.parse("2026-11-21T12:00:00Z");
    const sync = await syncs.open({ workspace: "acme", kind: "user", id: "nightly", at: opened, openedAt: opened });
    await syncs.keepPage(sync, 1, Buffer.from("one"));
    const counts = { received: 1, duplicates: 0, added: 1, changed: 0, removed: 0, unchanged: 0 };
    await syncs.keepPlan({ ...sync, pages: 1 }, { id: "p", pages: 1, chunks: [1], counts }, [Buffer.from("chunk")]);
    const items = await store.items();
    expect(items.map(({ expiresAt }) => expiresAt)).toEqual(
      [1, 2, 3, 4].map(() => (opened + KEEP_DAYS.sync * DAY_MS) / 1_000),
    );
    expect(await store.blobs("sync")).toEqual([]);
  });
});
