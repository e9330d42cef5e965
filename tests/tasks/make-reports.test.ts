import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reportIn } from "../../functions/core/report.ts";
import { filesOf, linesOf, titleOf } from "../../functions/dialects/report/writer.ts";
import { makeReports } from "../../functions/tasks/make-reports.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { event, message } from "../support/events.ts";
import { befallen, Mischance } from "../support/mishaps.ts";
import { openScene, type Scene } from "../support/scene.ts";

const WRITER = { filesOf, linesOf, titleOf };
const START = Date.parse("2026-11-18T22:00:00Z");
const HOUR = 3_600_000;
const YESTERDAY = { kind: "daily", name: "2026-11-20" } as const;

describe("reports", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene({ now: START });
    await scene.send([
      event("room.changed", START, { id: "general", kind: "channel" }),
      event("room.changed", START, { id: "ann-bob", kind: "direct" }),
    ]);
    for (const [at, user, room] of [
      [10, "ann", "general"],
      [30, "bob", "general"],
      [31, "ann", "general"],
      [40, "ann", "ann-bob"],
      [47, "cem", "general"],
    ] as const) {
      scene.clock.now = START + at * HOUR;
      await scene.send([message(scene.clock.now, user, room)]);
    }
    scene.clock.now = Date.parse("2026-11-21T00:08:00Z");
    while ((await scene.work()).remaining > 0);
    await scene.parts.channels.change(
      "demo",
      () => [
        {
          id: "c1",
          label: "Ops",
          topics: ["report.daily"],
          target: { kind: "email", addresses: ["a@b.example"] },
          createdAt: 0,
        },
      ],
      { workspace: "demo", id: "a", at: 0, by: "", action: "", details: {} },
    );
  });
  afterEach(() => scene.close());

  const make = (parts: Parts = scene.parts): Promise<readonly string[]> =>
    makeReports(parts, async () => WRITER)("demo", scene.clock.now);
  const file = async (form: "html" | "csv" | "json"): Promise<string | undefined> => {
    const bytes = await scene.parts.reportFiles.read("demo", YESTERDAY, form);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  };
  const all = async (): Promise<unknown> => ({
    files: await Promise.all((["html", "csv", "json"] as const).map(file)),
    records: (await scene.parts.reportRecords.list("demo", { limit: 100 })).records,
    plan: await scene.parts.reportRecords.plan("demo"),
    pending: (await scene.parts.outbox.pending("demo")).map(({ id, title }) => ({ id, title })),
  });

  it("are made of the last day that is over, with its numbers against the day before", async () => {
    expect(await make()).toEqual(["daily-2026-11-20"]);
    const report = reportIn(Buffer.from((await file("json")) ?? ""));
    expect(report.headlines.filter(({ name }) => ["users.seen", "messages.sent"].includes(name))).toMatchObject([
      { name: "users.seen", value: 3, previous: 1 },
      { name: "messages.sent", value: 4, previous: 1 },
    ]);
    expect(report.rows).toHaveLength(24);
    expect(await file("html")).toContain("3 people were active");
    expect(await file("csv")).toContain("headline,2026-11-20T00:00:00.000Z,users.seen,3,1,");
  });

  it("list no direct rooms: their ids may be those of people", async () => {
    await make();
    expect(reportIn(Buffer.from((await file("json")) ?? "")).rooms).toEqual([{ id: "general", messages: 3 }]);
    expect(await file("html")).not.toContain("ann-bob");
  });

  it("post a notice to who takes it, with the report's id and its numbers", async () => {
    await make();
    const [delivery] = await scene.parts.outbox.pending("demo");
    expect(delivery).toMatchObject({
      topic: "report.daily",
      channel: "c1",
      title: "Daily report: Demo, Friday, 20 November 2026",
    });
    const notice = await scene.parts.outbox.notice("demo", delivery?.notice ?? "");
    expect(notice?.data).toMatchObject({ report: "daily-2026-11-20", path: "/v1/reports/daily-2026-11-20", hours: 24 });
    expect(notice?.lines[0]).toContain("3 people were active");
  });

  it("are made once, however often they are asked for", async () => {
    await make();
    const before = await all();
    expect(await make()).toEqual([]);
    expect(await all()).toEqual(before);
  });

  it("are the same when 6 make them at once", async () => {
    await Promise.all(Array.from({ length: 6 }, () => make(scene.connect())));
    const { pending, records } = (await all()) as { pending: unknown[]; records: unknown[] };
    expect([pending.length, records.length]).toEqual([1, 1]);
  });

  it("stay as they were made when an hour of theirs is restated", async () => {
    await make();
    const before = await file("json");
    await scene.send([message(START + 47 * HOUR + 60_000, "dan")]);
    await scene.work();
    expect(await make()).toEqual([]);
    expect(await file("json")).toBe(before);
  });

  it("are written whole from what was kept first, whatever was published since", async () => {
    const struck = befallen(scene.parts, ["reportFiles"], { at: 1, how: "before" });
    await expect(make(struck.parts)).rejects.toThrow(Mischance);
    await scene.send([message(START + 47 * HOUR + 60_000, "dan")]);
    await scene.work();
    await make();
    expect(await file("json")).toContain('"value":4');
    expect(await file("html")).toContain("They sent 4 messages");
    expect(await file("csv")).toContain("messages.sent,4,1,");
  });
});
