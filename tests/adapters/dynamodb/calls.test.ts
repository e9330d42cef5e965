import { afterEach, describe, expect, it } from "vitest";
import { callsContract } from "../../contracts/calls.contract.ts";
import { type DynamoStore, openStore } from "../../support/store.ts";

callsContract("DynamoDB", openStore);

describe("what the counters of calls leave to time-to-live", () => {
  const WINDOW = Date.parse("2026-11-21T12:00:00Z");
  let store: DynamoStore;
  afterEach(() => store.close());

  const counter = async (): Promise<Record<string, unknown> | undefined> => {
    await store.parts.calls.count("login ann", WINDOW, 60_000);
    return (await store.items())[0];
  };

  it("lets a counter go a window after its own is over", async () => {
    store = await openStore();
    expect(await counter()).toMatchObject({ calls: 1, expiresAt: (WINDOW + 120_000) / 1_000 });
  });

  it("lets none go in a drill, whose clock is not the table's", async () => {
    store = await openStore({ expires: false });
    expect(await counter()).not.toHaveProperty("expiresAt");
  });
});
