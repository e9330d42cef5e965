import { describe, expect, it } from "vitest";
import { hourNamed } from "../../functions/core/hour.ts";
import { Past, restoredHead } from "../../functions/core/restoring.ts";
import type { Document } from "../../functions/core/document.ts";

/** What a document of a workspace in Berlin says of its connections; `more` is what only some documents say. */
const told = (peak: number | null, dayPeak: number, more: object = {}): Document =>
  ({
    ...more,
    connections: { peak, dayPeak },
    deployment: { version: null },
    instances: { list: [] },
  }) as unknown as Document;

const dayPeakOf = (documents: readonly (readonly [hour: string, document: Document])[]) => {
  const past = new Past();
  for (const [hour, document] of documents) past.note(hourNamed(hour) ?? Number.NaN, document);
  const now = Date.parse("2026-03-02T02:00:00.000Z");
  return restoredHead(past, { last: { number: documents.length, sha256: "sha256:any" }, isWhole: true, now }).dayPeak;
};

describe("the day peak of a restored workspace", () => {
  it("is of its own day, which is UTC's, whatever day its documents tell of", () => {
    // In Berlin the second of March began at 23:00 UTC.
    const documents = [
      ["2026-03-01T23", told(9, 9)],
      ["2026-03-02T00", told(3, 9)],
      ["2026-03-02T01", told(2, 9)],
    ] as const;
    expect(dayPeakOf(documents)).toEqual({ date: "2026-03-02", timeZone: "UTC", peak: 3 });
  });

  it("is not known where no hour of the day tells one", () => {
    expect(
      dayPeakOf([
        ["2026-03-01T23", told(9, 9)],
        ["2026-03-02T00", told(null, 9)],
      ]),
    ).toBeNull();
  });

  it("is what a server reported of its day, where it reports nothing of an hour", () => {
    const reported = { reportedWindow: { start: "2026-03-02T00:00:00.000Z", end: "2026-03-02T01:00:00.000Z" } };
    expect(dayPeakOf([["2026-03-02T00", told(null, 7, reported)]])).toEqual({
      date: "2026-03-02",
      timeZone: "UTC",
      peak: 7,
    });
  });
});
