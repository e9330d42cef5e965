import { describe, expect, it } from "vitest";
import { readSettings } from "../functions/settings.ts";

const GIVEN = { TIDEMARK_TABLE: "table", TIDEMARK_ARCHIVE_BUCKET: "bucket" };

describe("the settings", () => {
  it("have a default where one will do", () => {
    expect(readSettings("serve", { ...GIVEN, OTHER: "passed over" })).toEqual({
      table: "table",
      archiveBucket: "bucket",
      graceSeconds: 180,
      refreshCooldownSeconds: 5,
    });
  });

  it("are read from text", () => {
    expect(
      readSettings("serve", { ...GIVEN, TIDEMARK_GRACE_SECONDS: "0", TIDEMARK_REFRESH_COOLDOWN_SECONDS: "60" }),
    ).toMatchObject({
      graceSeconds: 0,
      refreshCooldownSeconds: 60,
    });
  });

  it("complain once, about everything, without repeating values", () => {
    const wrong = { TIDEMARK_TABLE: "", TIDEMARK_GRACE_SECONDS: "secret", TIDEMARK_REFRESH_COOLDOWN_SECONDS: "3601" };

    expect(() => readSettings("serve", wrong)).toThrow(
      "These settings are wrong: TIDEMARK_TABLE is empty; TIDEMARK_ARCHIVE_BUCKET is not set; " +
        "TIDEMARK_GRACE_SECONDS is not a whole number of seconds from 0 to 3599; " +
        "TIDEMARK_REFRESH_COOLDOWN_SECONDS is not a whole number of seconds from 0 to 3600.",
    );
  });

  it.each([
    ["serve", "TIDEMARK_TABLE is not set; TIDEMARK_ARCHIVE_BUCKET is not set."],
    ["dispatch", "TIDEMARK_TABLE is not set; TIDEMARK_WORK_QUEUE_URL is not set."],
    ["work", "TIDEMARK_TABLE is not set; TIDEMARK_ARCHIVE_BUCKET is not set; TIDEMARK_WORK_QUEUE_URL is not set."],
  ] as const)("to %s are asked for by those who need them alone", (purpose, complaint) => {
    expect(() => readSettings(purpose, {})).toThrow(`These settings are wrong: ${complaint}`);
  });

  it("name an issuer of tokens and its audience, or neither", () => {
    const oidc = { TIDEMARK_OIDC_ISSUER: "https://login.example.test/realm", TIDEMARK_OIDC_AUDIENCE: "tidemark" };

    expect(readSettings("serve", { ...GIVEN, ...oidc })).toMatchObject({
      oidcIssuer: "https://login.example.test/realm",
      oidcAudience: "tidemark",
    });
    expect(() => readSettings("serve", { ...GIVEN, TIDEMARK_OIDC_ISSUER: oidc.TIDEMARK_OIDC_ISSUER })).toThrow(
      "TIDEMARK_OIDC_AUDIENCE is not set, but what belongs to it is.",
    );
    expect(() => readSettings("serve", { ...GIVEN, TIDEMARK_OIDC_AUDIENCE: "tidemark" })).toThrow(
      "TIDEMARK_OIDC_ISSUER is not set, but what belongs to it is.",
    );
    expect(() => readSettings("serve", { ...GIVEN, ...oidc, TIDEMARK_OIDC_AUDIENCE: "" })).toThrow(
      "TIDEMARK_OIDC_AUDIENCE is empty.",
    );
  });

  it.each([
    "",
    "login.example.test",
    "http://login.example.test",
    "https://login.example.test/?realm=1",
    "https://login.example.test/#realm",
    "https://user:password@login.example.test",
    "ftp://login.example.test",
  ])("don't take %o for an issuer", (issuer) => {
    const wrong = { ...GIVEN, TIDEMARK_OIDC_ISSUER: issuer, TIDEMARK_OIDC_AUDIENCE: "tidemark" };

    expect(() => readSettings("serve", wrong)).toThrow("TIDEMARK_OIDC_ISSUER is no https address without a query.");
  });

  it.each(["http://127.0.0.1:3001", "http://localhost:3001", "http://[::1]:3001"])(
    "take an issuer on the same machine, %s, without https",
    (issuer) => {
      const local = { ...GIVEN, TIDEMARK_OIDC_ISSUER: issuer, TIDEMARK_OIDC_AUDIENCE: "tidemark" };

      expect(readSettings("serve", local).oidcIssuer).toBe(issuer);
    },
  );

  it("hold nothing that a function has no use for", () => {
    const env = { ...GIVEN, TIDEMARK_WORK_QUEUE_URL: "https://queue", TIDEMARK_GRACE_SECONDS: "nonsense" };

    expect(readSettings("dispatch", env)).toEqual({ table: "table", workQueueUrl: "https://queue" });
  });
});
