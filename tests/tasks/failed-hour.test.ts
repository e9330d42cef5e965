import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { emptyHour, type HourDelta } from "../../functions/core/delta.ts";
import { encodeDelta } from "../../functions/core/delta-encoding.ts";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { HourFailed } from "../../functions/tasks/close-next.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { brokenLinks } from "../support/chain.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const BROKEN = hourOf(HOUR_ZERO) + 1;

describe("an hour that can't be closed", () => {
  let scene: Scene;
  let isBroken = true;
  beforeEach(async () => {
    isBroken = true;
    scene = await openScene({
      now: HOUR_ZERO,
      change: (parts) => ({
        ...parts,
        hours: {
          ...parts.hours,
          deltas: async (workspace, hours) => {
            const deltas = new Map(await parts.hours.deltas(workspace, hours));
            // A delta at which the closing stumbles, as it would at a fault of its own.
            if (isBroken && deltas.has(BROKEN))
              deltas.set(BROKEN, { ...emptyHour(), levels: null } as unknown as HourDelta);
            return deltas;
          },
        },
      }),
    });
    scene.clock.now = HOUR_ZERO + 3 * HOUR_MS;
    await scene.send([message(HOUR_ZERO), message(HOUR_ZERO + HOUR_MS, "bob"), message(HOUR_ZERO + 2 * HOUR_MS)]);
    // The closing reads the delta, and does not have it in hand.
    await foldLog(scene.parts)("demo");
  });
  afterEach(() => scene.close());

  const rows = async (): Promise<unknown[]> => {
    const from = hourOf(HOUR_ZERO);
    const { rows: found } = await readHistory(scene.parts)("demo", {
      statistics: ["messages.total"],
      from,
      to: from + 4,
    });
    return found.map((row) => [row.status, row["messages.total"]]);
  };

  it("fails loudly, is tried in three runs and then passed over, so that later hours close and say what they lack", async () => {
    await expect(scene.work()).rejects.toThrow(HourFailed);
    await expect(scene.work()).rejects.toThrow("hour 2026-03-02T10 could not be closed");
    expect(await rows()).toEqual([
      ["complete", 1],
      ["open", null],
      ["open", null],
      ["open", null],
    ]);
    await expect(scene.work()).rejects.toThrow(HourFailed);
    expect(await scene.work()).toMatchObject({ closed: 1, remaining: 0 });
    expect(await rows()).toEqual([
      ["complete", 1],
      ["failed", null],
      ["partial", 2],
      ["open", null],
    ]);
    expect(await scene.published("2026-03-02T11")).toMatchObject({
      ledger: { status: "partial", reasons: ["levels-short"] },
    });
  });

  it("closes once it can, late events in it included, and nothing it counted is lost", async () => {
    for (let run = 0; run < 3; run++) await expect(scene.work()).rejects.toThrow(HourFailed);
    await scene.work();
    isBroken = false;
    await scene.send([message(HOUR_ZERO + HOUR_MS + minutes(5), "cat")]);
    expect(await scene.work()).toMatchObject({ closed: 0, restated: 1 });
    expect(await scene.published("2026-03-02T10")).toMatchObject({
      revision: 1,
      messages: { sent: 2, total: null },
      users: { seen: 2 },
      ledger: { status: "partial", reasons: ["was-failed"] },
    });
    scene.clock.now = HOUR_ZERO + 4 * HOUR_MS;
    await scene.work();
    expect(await scene.published("2026-03-02T12")).toMatchObject({
      messages: { total: 4 },
      ledger: { status: "complete", reasons: [], bookedLate: { "messages.channels": 2 } },
    });
    expect(await brokenLinks(scene.parts, "demo")).toEqual([]);
  });

  it("may be one whose delta can't be read", async () => {
    isBroken = false;
    const { parts } = scene;
    await foldLog(parts)("demo");
    const client = dynamoClient(scene.engine.endpoint);
    const put = (body: Uint8Array): Promise<unknown> =>
      client.send(
        new PutItemCommand({
          TableName: scene.engine.table,
          Item: { pk: { S: "DELTA#demo" }, sk: { S: "2026-03-02T10" }, body: { B: body } },
        }),
      );
    const whole = encodeDelta(await parts.hours.deltas("demo", [BROKEN]));
    await put(Buffer.from("no delta"));
    for (let run = 0; run < 3; run++) await expect(scene.work()).rejects.toThrow("2026-03-02T10 could not be closed");
    expect(await scene.work()).toMatchObject({ closed: 1, restated: 0 });
    expect(await rows()).toEqual([
      ["complete", 1],
      ["failed", null],
      ["partial", 2],
      ["open", null],
    ]);
    await put(whole);
    expect(await scene.work()).toMatchObject({ closed: 0, restated: 1 });
    client.destroy();
  });
});
