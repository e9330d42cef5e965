import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReportFiles } from "../../functions/ports/report-files.ts";

/** What the suite of reports' files needs of an adapter. */
export interface ReportStore {
  readonly files: ReportFiles;
  /** The same place as another process sees it. */
  readonly connect: () => ReportFiles;
  /** Every key there is, sorted. */
  readonly keys: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

const MARCH = { kind: "monthly", name: "2024-03" } as const;
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.repeat(20_000)));
const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString();

/** What every keeper of reports' files has to do. */
export const reportFilesContract = (adapter: string, open: () => Promise<ReportStore>): void => {
  describe(`the files of reports ${adapter}`, () => {
    let store: ReportStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it("has none at first", async () => {
      expect(await store.files.read("acme", MARCH, "html")).toBeUndefined();
    });

    it("keeps each form of each report under its own key", async () => {
      for (const form of ["html", "csv", "json"] as const) await store.files.keep("acme", MARCH, form, bytesOf(form));
      await store.files.keep("acme", { kind: "daily", name: "2024-03-01" }, "json", bytesOf("day"));
      expect(text(await store.connect().read("acme", MARCH, "csv"))).toBe(text(bytesOf("csv")));
      expect(await store.files.read("other", MARCH, "csv")).toBeUndefined();
      expect(await store.keys()).toEqual([
        "reports/workspace=acme/kind=daily/period=2024-03-01/report.json",
        "reports/workspace=acme/kind=monthly/period=2024-03/report.csv",
        "reports/workspace=acme/kind=monthly/period=2024-03/report.html",
        "reports/workspace=acme/kind=monthly/period=2024-03/report.json",
      ]);
    });

    it("leaves the first as it is, and gives it to whoever comes later", async () => {
      expect(text(await store.files.keep("acme", MARCH, "json", bytesOf("1")))).toBe(text(bytesOf("1")));
      expect(text(await store.files.keep("acme", MARCH, "json", bytesOf("2")))).toBe(text(bytesOf("1")));
      expect(text(await store.files.read("acme", MARCH, "json"))).toBe(text(bytesOf("1")));
    });

    it("gives the same bytes to all of 8 who keep different ones at once", async () => {
      const kept = await Promise.all(
        Array.from({ length: 8 }, (_, at) => store.connect().keep("acme", MARCH, "json", bytesOf(String(at)))),
      );
      expect(new Set(kept.map(text)).size).toBe(1);
      expect(text(await store.files.read("acme", MARCH, "json"))).toBe(text(kept[0]));
      expect(await store.keys()).toHaveLength(1);
    });
  });
};
