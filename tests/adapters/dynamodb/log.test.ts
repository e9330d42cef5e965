import { afterEach, describe, expect, it } from "vitest";
import { KEEP_DAYS } from "../../../functions/contract.ts";
import { DAY_MS } from "../../../functions/core/hour.ts";
import { logContract } from "../../contracts/log.contract.ts";
import { samplePart, sampleUser } from "../../support/samples.ts";
import { type DynamoStore, openStore } from "../../support/store.ts";

logContract("DynamoDB", openStore);

describe("what the log leaves to time-to-live", () => {
  let store: DynamoStore;
  afterEach(() => store.close());

  const entries = [
    { entry: sampleUser("u1"), version: 0 },
    { entry: sampleUser("u2", { removed: "3" }), version: 0 },
    { entry: sampleUser("u3", { removed: "1" }), version: 0 },
  ];
  const after = (days: number): number => samplePart("").now / 1_000 + (days * DAY_MS) / 1_000;

  it("lets segments, batches and tombstones go, and what lives stay", async () => {
    store = await openStore();
    await store.parts.log.append(samplePart("a", { entries }));
    const items = await store.items();
    const expiry = (pk: string, sk: string): unknown =>
      items.find((item) => item["pk"] === pk && item["sk"] === sk)?.["expiresAt"];
    expect(expiry("LOG#acme#0", "000000000001")).toBe(after(KEEP_DAYS.segment));
    expect(expiry("BATCH#acme#a", "BATCH")).toBe(after(KEEP_DAYS.batch));
    expect(expiry("DIR#acme#user", "u2")).toBe(after(KEEP_DAYS.tombstone));
    expect(expiry("DIR#acme#user", "u1")).toBeUndefined();
    expect(expiry("DIR#acme#user", "u3")).toBeUndefined();
  });

  it("lets nothing go in a drill, whose clock is not the table's", async () => {
    store = await openStore({ expires: false });
    await store.parts.log.append(samplePart("a", { entries }));
    const items = await store.items();
    expect(items).toHaveLength(5);
    expect(items.filter((item) => "expiresAt" in item)).toEqual([]);
  });
});
