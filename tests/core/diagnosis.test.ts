import { describe, expect, it } from "vitest";
import type { Channel } from "../../functions/core/channel.ts";
import type { Credential } from "../../functions/core/credential.ts";
import { failed, newDelivery } from "../../functions/core/delivery.ts";
import { diagnose, type Symptoms } from "../../functions/core/diagnosis.ts";
import { type Health, healthOf } from "../../functions/core/health.ts";
import { newHead } from "../../functions/core/head.ts";
import { DAY_MS, endOf } from "../../functions/core/hour.ts";
import type { Notice } from "../../functions/core/notice.ts";
import { SAMPLE_HOUR, sampleWorkspace } from "../support/samples.ts";

const NOW = endOf(SAMPLE_HOUR);
const HEALTHY: Health = healthOf(sampleWorkspace(), newHead(SAMPLE_HOUR), null, NOW);

const credential = (changes: Partial<Credential>): Credential => ({
  hash: "h",
  workspace: "acme",
  kind: "key",
  scopes: [],
  userId: null,
  label: "chat server",
  lastCharacters: "wxyz",
  createdAt: 0,
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  ...changes,
});

const diagnosed = (changes: Partial<Symptoms>) =>
  diagnose({ workspace: sampleWorkspace(), health: HEALTHY, credentials: [], latestAt: null, now: NOW, ...changes });

describe("a diagnosis", () => {
  it("finds nothing where nothing is wrong", () => {
    expect(diagnosed({ credentials: [credential({}), credential({ expiresAt: NOW + 30 * DAY_MS })] })).toEqual([]);
  });

  it.each([
    ["paused", "note", /resume/],
    ["import-open", "note", /finish/],
    ["no-recent-success", "critical", /tidemark close/],
    ["catching-up", "warn", /wait/],
    ["hours-failed", "critical", /log/],
    ["closing-failed", "warn", /log/],
    ["reporters-silent", "warn", /chat server/],
    ["integrity", "critical", /reporters/],
    ["delivery-given-up", "warn", /tidemark channel test/],
    ["directory-lost", "warn", /PUT \/v1\/directory\/users/],
    ["upstream-unauthorized", "critical", /credential that its server knows: tidemark source add/],
    ["upstream-forbidden", "critical", /may read .*: tidemark source add/],
    ["upstream-redirected", "critical", /address .*: tidemark source add/],
    ["upstream-not-public", "critical", /public address.*: tidemark source add/],
    ["upstream-not-secret", "critical", /https address: tidemark source add/],
    ["upstream-certificate", "critical", /certificate.*: tidemark source add/],
    ["credential-missing", "critical", /credential.*: tidemark source add/],
    ["credential-unreadable", "critical", /credential again: tidemark source add/],
    ["upstream-failed", "warn", /tidemark source show/],
  ])("says what to do about %s", (reason, severity, remedy) => {
    const [finding] = diagnosed({ health: { ...HEALTHY, reasons: [reason] } });
    expect(finding).toMatchObject({ severity, subject: "acme", remedy: expect.stringMatching(remedy) });
  });

  it.each([
    [{ users: null, rooms: null }, ["directory-lost"]],
    [{ users: NOW, rooms: null }, ["directory-lost"]],
    [{ users: NOW, rooms: NOW }, []],
    [{ users: 0, rooms: 0 }, []],
  ])("says that the directory was lost until both lists are there again: %o", (known, reasons) => {
    const workspace = { ...sampleWorkspace(), restored: { at: NOW - DAY_MS, ...known } };
    expect(healthOf(workspace, newHead(SAMPLE_HOUR), null, NOW).reasons).toEqual(reasons);
  });

  it("tells of hours passed over, of documents on their way to the archive, and of hours to be restated", () => {
    const found = diagnosed({ health: { ...HEALTHY, failed: [SAMPLE_HOUR], unarchived: 2, dirty: [SAMPLE_HOUR] } });
    expect(found.map(({ what }) => what)).toEqual([
      "2 published documents are not in the archive yet",
      "hours passed over: 2026-11-21T09",
      "1 hours wait to be restated",
    ]);
  });

  it("names each channel that notices were given up to, why, and what to do about it", () => {
    const mail: Channel = {
      id: "c1",
      label: "Ops",
      topics: [],
      target: { kind: "email", addresses: [] },
      createdAt: 0,
    };
    const notice: Notice = { id: "n", topic: "alert", at: NOW, title: "Messages are up", lines: [], data: {} };
    const last = failed(newDelivery("acme", notice, mail, NOW), "it answered with 410", true, NOW);
    const found = diagnosed({ health: { ...HEALTHY, givenUp: [{ channel: "c1", count: 3, last }] } });
    expect(found).toEqual([
      {
        severity: "note",
        subject: "acme",
        what: "given up to the channel c1: 3, the last «Messages are up» at 2026-11-21T10:00:00.000Z: it answered with 410",
        remedy: "tidemark channel test c1 tells whether it takes a notice; tidemark channel remove c1 takes it away",
      },
    ]);
  });

  it("warns of keys that have expired, notes those that soon will, and leaves sessions and revoked ones alone", () => {
    const found = diagnosed({
      credentials: [
        credential({ label: "old", expiresAt: NOW - 1 }),
        credential({ label: "soon", expiresAt: NOW + DAY_MS }),
        credential({ label: "later", expiresAt: NOW + 15 * DAY_MS }),
        credential({ label: "ended", expiresAt: NOW - 1, revokedAt: NOW - 2 }),
        credential({ label: "login", kind: "session", expiresAt: NOW + DAY_MS }),
      ],
    });
    expect(found.map(({ severity, what }) => [severity, what])).toEqual([
      ["warn", expect.stringContaining("the key «old» (…wxyz) expired at")],
      ["note", expect.stringContaining("the key «soon» (…wxyz) expires at")],
    ]);
  });

  it("finds a clock that is behind what was made already", () => {
    expect(diagnosed({ latestAt: NOW + 30_000 })).toEqual([]);
    expect(diagnosed({ latestAt: NOW + 3_600_000 })).toEqual([
      expect.objectContaining({ severity: "critical", what: expect.stringContaining("clock") }),
    ]);
  });

  it("puts the worst first", () => {
    const found = diagnosed({
      health: { ...HEALTHY, reasons: ["paused", "closing-failed", "integrity"] },
      credentials: [credential({ expiresAt: NOW - 1 })],
    });
    expect(found.map(({ severity }) => severity)).toEqual(["critical", "warn", "warn", "note"]);
  });
});
