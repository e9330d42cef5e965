import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { DAY_MS, HOUR_MS, hourNamed } from "../../functions/core/hour.ts";
import { valueIn } from "../../functions/core/document.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO });
});
afterEach(() => scene.close());

const report = (at: number, connections: number): ReturnType<typeof event> =>
  event("instance.reported", at, { id: "i", version: "1", os: { totalmem: 2, freemem: 1 }, connections });

describe("a late event", () => {
  it("restates the flows, distincts and times of its closed hour; levels stay, and the amount enters the next hour", async () => {
    scene.clock.now = HOUR_ZERO + minutes(60);
    await scene.send([message(HOUR_ZERO + minutes(10), "ann")]);
    scene.clock.now = HOUR_ZERO + minutes(63);
    expect(await scene.work()).toEqual({ closed: 1, restated: 0, remaining: 0 });

    await scene.send([message(HOUR_ZERO + minutes(50), "bob", "den")]);
    expect(await scene.work()).toEqual({ closed: 0, restated: 1, remaining: 0 });
    const restated = await scene.published("2026-03-02T09");
    expect(restated).toMatchObject({ revision: 1, ledger: { status: "restated", reasons: [] } });
    expect(
      ["messages.sent", "users.seen", "rooms.used", "last.message", "messages.total"].map((name) =>
        valueIn(restated, name),
      ),
    ).toEqual([2, 2, 2, "2026-03-02T09:50:00.000Z", 1]);

    scene.clock.now = HOUR_ZERO + minutes(123);
    await scene.work();
    const next = await scene.published("2026-03-02T10");
    expect(next).toMatchObject({
      revision: 0,
      messages: { total: 2, sent: 0 },
      ledger: { status: "complete", bookedLate: { "messages.channels": 1 } },
    });
    expect(valueIn(next, "last.message")).toBe("2026-03-02T09:50:00.000Z");
  });

  it("leaves the older revision in the table and, in the archive, under superseded", async () => {
    scene.clock.now = HOUR_ZERO + minutes(60);
    await scene.send([message(HOUR_ZERO + minutes(10))]);
    scene.clock.now = HOUR_ZERO + minutes(63);
    await scene.work();
    const hour = hourNamed("2026-03-02T09") as number;
    const first = await scene.parts.archive.read("demo", hour);
    for (const minute of [20, 30]) {
      await scene.send([message(HOUR_ZERO + minutes(minute))]);
      await scene.work();
    }
    expect(await scene.published("2026-03-02T09", 0)).toMatchObject({ revision: 0, messages: { sent: 1 } });
    expect(await scene.published("2026-03-02T09")).toMatchObject({ revision: 2, messages: { sent: 3 } });
    expect(await scene.parts.archive.readSuperseded("demo", hour, 0)).toEqual(first);
    expect(JSON.parse(String(await scene.parts.archive.readSuperseded("demo", hour, 1)))).toMatchObject({
      revision: 1,
    });
    expect(JSON.parse(String(await scene.parts.archive.read("demo", hour)))).toMatchObject({ revision: 2 });
  });

  it("makes a missing hour partial, revision 1, its levels unknown", async () => {
    const { id } = await openImport(scene.parts)("demo", {});
    await scene.send([message(HOUR_ZERO - 5 * HOUR_MS)], { import: id });
    await finishImport(scene.parts)(scene.workspace, id);
    scene.clock.now = HOUR_ZERO + minutes(63);
    await scene.work();
    const range = {
      statistics: ["messages.sent", "messages.total"],
      from: hourNamed("2026-03-02T04") as number,
      to: hourNamed("2026-03-02T10") as number,
    };
    const { rows } = await readHistory(scene.parts)("demo", range);
    expect(
      rows.map((row) => [row.start.slice(11, 13), row.status, row["messages.sent"], row["messages.total"]]),
    ).toEqual([
      ["04", "imported", 1, 1],
      ["05", "missing", null, null],
      ["06", "missing", null, null],
      ["07", "missing", null, null],
      ["08", "missing", null, null],
      ["09", "complete", 0, 1],
    ]);

    await scene.send([message(HOUR_ZERO - 2 * HOUR_MS)]);
    expect(await scene.work()).toMatchObject({ restated: 1 });
    expect(await scene.published("2026-03-02T07")).toMatchObject({
      revision: 1,
      messages: { sent: 1, total: null },
      users: { seen: 1, total: null },
      ledger: { status: "partial", reasons: ["was-missing"] },
    });
    scene.clock.now = HOUR_ZERO + minutes(123);
    await scene.work();
    expect(await scene.published("2026-03-02T10")).toMatchObject({ messages: { total: 2 } });
  });

  it("is refused by name when it is 36 days old or lies before the first hour", async () => {
    scene.clock.now = HOUR_ZERO + 40 * DAY_MS;
    const answer = await scene.send([
      message(HOUR_ZERO + minutes(1)),
      message(HOUR_ZERO - minutes(1)),
      message(HOUR_ZERO + 6 * DAY_MS),
    ]);
    expect(answer).toMatchObject({ accepted: 1, refusedCount: 2 });
    expect(answer.refused.map(({ code }) => code)).toEqual(["event-too-old", "event-too-old"]);
  });

  it("restates the peak from the connections that were carried into its hour", async () => {
    scene.clock.now = HOUR_ZERO + minutes(63);
    await scene.send([report(HOUR_ZERO + minutes(59), 10)]);
    await scene.work();
    scene.clock.now = HOUR_ZERO + minutes(123);
    await scene.send([report(HOUR_ZERO + minutes(61), 12), report(HOUR_ZERO + minutes(119), 3)]);
    await scene.work();
    expect(await scene.published("2026-03-02T10")).toMatchObject({ connections: { peak: 12, current: 3 } });
    await scene.send([event("connection.opened", HOUR_ZERO + minutes(62), { connection: "c" })]);
    await scene.work();
    expect(await scene.published("2026-03-02T10")).toMatchObject({
      revision: 1,
      connections: { peak: 13, current: 3 },
    });
  });

  it("carries a connection that was opened late into the hours to come", async () => {
    scene.clock.now = HOUR_ZERO + minutes(63);
    await scene.work();
    await scene.send([event("connection.opened", HOUR_ZERO + minutes(59), { connection: "c" })]);
    await scene.work();
    scene.clock.now = HOUR_ZERO + minutes(123);
    await scene.work();
    expect(await scene.published("2026-03-02T10")).toMatchObject({ connections: { current: 1, peak: 1 } });
  });

  it("keeps a broken identity flagged: the levels that break it stay as published", async () => {
    scene.clock.now = HOUR_ZERO + minutes(63);
    await scene.send([event("message.removed", HOUR_ZERO, { room: "r", roomKind: "direct" })]);
    await scene.work();
    await scene.send([message(HOUR_ZERO + minutes(1))]);
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      revision: 1,
      messages: { direct: -1, total: -1 },
      integrity: ["messages.total is below zero", "messages.direct is below zero"],
    });
  });

  it("raises the peak of the day for the hours to come, but not of another day", async () => {
    scene.clock.now = HOUR_ZERO + minutes(63);
    await scene.send([report(HOUR_ZERO + minutes(59), 10)]);
    await scene.work();
    await scene.send([report(HOUR_ZERO + minutes(30), 50)]);
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({ connections: { peak: 50, dayPeak: 10 } });
    scene.clock.now = HOUR_ZERO + minutes(123);
    await scene.work();
    expect(await scene.published("2026-03-02T10")).toMatchObject({ connections: { dayPeak: 50 } });
    scene.clock.now = HOUR_ZERO + DAY_MS + minutes(63);
    await scene.work();
    await scene.send([report(HOUR_ZERO + minutes(31), 90)]);
    await scene.work();
    scene.clock.now = HOUR_ZERO + DAY_MS + minutes(123);
    await scene.work();
    expect(await scene.published("2026-03-03T10")).toMatchObject({ connections: { dayPeak: 0 } });
  });

  it("sets a level that was carried through an hour without events", async () => {
    const opened = (count: number): ReturnType<typeof event>[] =>
      Array.from({ length: count }, (_, at) => event("connection.opened", HOUR_ZERO, { connection: `c${at}` }));
    scene.clock.now = HOUR_ZERO + minutes(123);
    await scene.send(opened(10));
    await scene.work();
    expect(await scene.published("2026-03-02T10")).toMatchObject({ connections: { current: 10 } });
    await scene.send([report(HOUR_ZERO + minutes(119), 12)]);
    await scene.work();
    scene.clock.now = HOUR_ZERO + minutes(183);
    await scene.work();
    expect(await scene.published("2026-03-02T11")).toMatchObject({ connections: { peak: 12 } });
  });

  it("shows in a reading at once what it does to the connections open now", async () => {
    scene.clock.now = HOUR_ZERO + minutes(130);
    await scene.send([event("connection.opened", HOUR_ZERO, { connection: "c" })]);
    await scene.work();
    await scene.send([event("connection.closed", HOUR_ZERO + minutes(1), { connection: "c" })]);
    for (const _ of ["unfolded", "restated"]) {
      const { document } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
      expect(document).toMatchObject({ connections: { current: 0 } });
      await scene.work();
    }
  });

  it("counts in levels, but restates nothing, once the delta of its hour has expired", async () => {
    scene.clock.now = HOUR_ZERO + minutes(63);
    await scene.send([message(HOUR_ZERO + minutes(1)), message(HOUR_ZERO + minutes(2))]);
    await scene.work();
    // Sent in time, and folded only when a worker that was down for days is back.
    await scene.send([message(HOUR_ZERO + minutes(3))]);
    const client = dynamoClient(scene.engine.endpoint);
    await client.send(
      new DeleteItemCommand({
        TableName: scene.engine.table,
        Key: { pk: { S: "DELTA#demo" }, sk: { S: "2026-03-02T09" } },
      }),
    );
    client.destroy();
    expect(await scene.work()).toMatchObject({ restated: 0 });
    expect(await scene.published("2026-03-02T09")).toMatchObject({ revision: 0, messages: { sent: 2 } });
    scene.clock.now = HOUR_ZERO + minutes(123);
    await scene.work();
    expect(await scene.published("2026-03-02T10")).toMatchObject({
      messages: { total: 3 },
      ledger: { bookedLate: { "messages.channels": 1 } },
    });
  });
});
