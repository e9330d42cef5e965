import { afterEach, describe, expect, it } from "vitest";
import { KEEP_DAYS } from "../../../functions/contract.ts";
import { newHead } from "../../../functions/core/head.ts";
import { DAY_MS, endOf, type Hour } from "../../../functions/core/hour.ts";
import { hoursContract } from "../../contracts/hours.contract.ts";
import { busyHour, SAMPLE_HOUR, sampleWorkspace, sampleAccount } from "../../support/samples.ts";
import { type DynamoStore, openStore } from "../../support/store.ts";

hoursContract("DynamoDB", openStore);

describe("what the hours leave to time-to-live", () => {
  let store: DynamoStore;
  afterEach(() => store.close());

  const expiryAfter = async (hour: Hour, now: number): Promise<unknown> => {
    await store.parts.workspaces.create(sampleWorkspace(), newHead(SAMPLE_HOUR), sampleAccount());
    await store.parts.hours.advance("acme", newHead(SAMPLE_HOUR), new Map([[hour, busyHour(1)]]));
    await store.parts.hours.expire("acme", [hour], now);
    return (await store.items()).find((item) => item["pk"] === "DELTA#acme")?.["expiresAt"];
  };
  const seconds = (instant: number): number => (instant + KEEP_DAYS.delta * DAY_MS) / 1_000;

  it("lets a delta go 40 days after it was closed, when that was after the hour", async () => {
    store = await openStore();
    const closedAt = endOf(SAMPLE_HOUR) + 3 * DAY_MS;
    expect(await expiryAfter(SAMPLE_HOUR, closedAt)).toBe(seconds(closedAt));
  });

  it("lets a delta go 40 days after its hour's end, when the clock says less", async () => {
    store = await openStore();
    expect(await expiryAfter(SAMPLE_HOUR, endOf(SAMPLE_HOUR) - DAY_MS)).toBe(seconds(endOf(SAMPLE_HOUR)));
  });

  it("lets none go in a drill, whose clock is not the table's", async () => {
    store = await openStore({ expires: false });
    expect(await expiryAfter(SAMPLE_HOUR, endOf(SAMPLE_HOUR))).toBeUndefined();
  });
});
