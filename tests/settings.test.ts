import { describe, expect, it } from "vitest";
import { readSettings } from "../functions/settings.ts";

const GIVEN = { TIDEMARK_TABLE: "table", TIDEMARK_ARCHIVE_BUCKET: "bucket" };

describe("the settings", () => {
  it("have a default where one will do", () => {
    expect(readSettings({ ...GIVEN, OTHER: "passed over" })).toEqual({
      table: "table",
      archiveBucket: "bucket",
      graceSeconds: 180,
      refreshCooldownSeconds: 5,
    });
  });

  it("are read from text", () => {
    expect(
      readSettings({ ...GIVEN, TIDEMARK_GRACE_SECONDS: "0", TIDEMARK_REFRESH_COOLDOWN_SECONDS: "60" }),
    ).toMatchObject({
      graceSeconds: 0,
      refreshCooldownSeconds: 60,
    });
  });

  it("complain once, about everything, without repeating values", () => {
    const wrong = { TIDEMARK_TABLE: "", TIDEMARK_GRACE_SECONDS: "secret", TIDEMARK_REFRESH_COOLDOWN_SECONDS: "3601" };

    expect(() => readSettings(wrong)).toThrow(
      "These settings are wrong: TIDEMARK_TABLE is empty; TIDEMARK_ARCHIVE_BUCKET is not set; " +
        "TIDEMARK_GRACE_SECONDS is not a whole number of seconds from 0 to 3599; " +
        "TIDEMARK_REFRESH_COOLDOWN_SECONDS is not a whole number of seconds from 0 to 3600.",
    );
  });
});
