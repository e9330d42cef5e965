import { describe, expect, it } from "vitest";
import { INFORMATION } from "../../../functions/core/information.ts";
import { bytesOf } from "../../../functions/core/document.ts";
import { STATISTICS } from "../../../functions/core/statistic.ts";
import { snapshotsBody, statisticsBody } from "../../../functions/dialects/v1/body.ts";
import { JUDGED } from "../../../functions/core/baseline.ts";
import { definitionsBody } from "../../../functions/dialects/v1/definitions.ts";
import { DOCUMENT } from "../documents.ts";

const NINE = Date.parse("2026-11-21T09:00:00Z") / 3_600_000;

describe("a body of our own dialect", () => {
  it("is the document, and when there is the next", () => {
    expect(JSON.parse(statisticsBody(bytesOf(DOCUMENT), Date.parse("2026-11-21T11:03:00Z")))).toEqual({
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
      hasBaseline: false,
      dialects: { rocketchat: ["totalLivechat", "totlalLivechat"], imkit: [] },
    });
  });

  it("tells which statistics have a usual value for an hour of the week", () => {
    const { statistics } = JSON.parse(definitionsBody()) as { statistics: { name: string; hasBaseline: boolean }[] };

    expect(new Set(statistics.filter(({ hasBaseline }) => hasBaseline).map(({ name }) => name))).toEqual(
      new Set(JUDGED),
    );
  });
});
