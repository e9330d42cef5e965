import { describe, expect, it } from "vitest";
import { INFORMATION } from "../../../functions/core/information.ts";
import { STATISTICS } from "../../../functions/core/statistic.ts";
import { historyBody, snapshotsBody, statisticsBody } from "../../../functions/dialects/v1/body.ts";
import { definitionsBody } from "../../../functions/dialects/v1/definitions.ts";
import { DOCUMENT } from "../documents.ts";

const NINE = Date.parse("2026-11-21T09:00:00Z") / 3_600_000;

describe("a body of our own dialect", () => {
  it("is the document, and when there is the next", () => {
    expect(JSON.parse(statisticsBody(DOCUMENT, Date.parse("2026-11-21T11:03:00Z")))).toEqual({
      ...DOCUMENT,
      nextRunAt: "2026-11-21T11:03:00.000Z",
    });
  });

  it("lists snapshots", () => {
    const listed = { hour: NINE, revision: 2, sha256: "sha256:def", document: DOCUMENT };
    const row =
      '{"hour":"2026-11-21T09","revision":2,"status":"complete","coverage":{"heardMinutes":60,"of":60},"takenAt":"2026-11-21T10:00:00.000Z","sha256":"sha256:def","publication":{"number":17,"previous":"sha256:abc"}}';

    expect(snapshotsBody([listed], undefined)).toBe(`{"snapshots":[${row}]}`);
    expect(snapshotsBody([], "abc")).toBe('{"snapshots":[],"next":"abc"}');
  });

  const rows = [9, 10, 11].map((at) => ({
    start: `2026-11-21T${String(at).padStart(2, "0")}:00:00.000Z`,
    "messages.sent": at,
  }));
  const history = { workspace: "demo", from: NINE, to: NINE + 3, statistics: ["messages.sent"], rows };

  it("tells a history", () => {
    expect(JSON.parse(historyBody(history))).toEqual({
      workspace: "demo",
      interval: "hour",
      from: "2026-11-21T09:00:00.000Z",
      to: "2026-11-21T12:00:00.000Z",
      tz: "UTC",
      statistics: ["messages.sent"],
      rows,
    });
    expect(JSON.parse(historyBody({ ...history, rows: [] }))).toMatchObject({ rows: [] });
  });

  it("pages a history that is too long for one answer, and always goes on", () => {
    expect(JSON.parse(historyBody(history, 120))).toMatchObject({ rows: rows.slice(0, 2), next: rows[2]?.start });
    expect(JSON.parse(historyBody(history, 1))).toMatchObject({ rows: rows.slice(0, 1), next: rows[1]?.start });
    expect(JSON.parse(historyBody(history, 10_000))).not.toHaveProperty("next");
  });

  it("defines every statistic", () => {
    const { statistics, information } = JSON.parse(definitionsBody()) as Record<string, { name: string }[]>;

    expect(statistics?.map(({ name }) => name)).toEqual(STATISTICS.map(({ name }) => name));
    expect(information?.map(({ name }) => name)).toEqual(INFORMATION.map(({ name }) => name));
    expect(statistics?.find(({ name }) => name === "rooms.omnichannel")).toEqual({
      name: "rooms.omnichannel",
      kind: "level",
      unit: "rooms",
      window: "as of the window's end",
      rollUp: "last",
      definition: "Omnichannel rooms.",
      label: "Omnichannel Rooms",
      dialects: { rocketchat: ["totalLivechat", "totlalLivechat"], imkit: [] },
    });
  });
});
