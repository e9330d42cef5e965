import { describe, expect, it } from "vitest";
import type { Document } from "../../../functions/core/document.ts";
import { listBody, type RecordPage, statisticsBody } from "../../../functions/dialects/rocketchat/body.ts";
import { dateText } from "../../../functions/dialects/rocketchat/date-text.ts";
import { projectionOf } from "../../../functions/dialects/rocketchat/projection.ts";
import { BARE_DOCUMENT, DOCUMENT } from "../documents.ts";

const GOLDEN = {
  _id: expect.stringMatching(/^[A-Za-z0-9]{17}$/) as string,
  uniqueId: "wD4EP3M7FeFzJZgk9",
  installedAt: "2018-02-18T19:40:45.369Z",
  version: "0.61.0-develop",
  totalUsers: 88,
  activeUsers: 80,
  nonActiveUsers: 3,
  activeGuests: 2,
  appUsers: 2,
  onlineUsers: 4,
  awayUsers: 1,
  busyUsers: 2,
  offlineUsers: 81,
  totalConnectedUsers: 5,
  totalRooms: 81,
  totalChannels: 41,
  totalPrivateGroups: 37,
  totalDirect: 3,
  totalLivechat: 0,
  totlalLivechat: 0,
  totalDiscussions: 5,
  totalMessages: 2408,
  totalChannelMessages: 730,
  totalPrivateGroupMessages: 1500,
  totalDirectMessages: 25,
  totalLivechatMessages: 0,
  totalDiscussionsMessages: 153,
  totalThreads: 12,
  uploadsTotal: 14,
  uploadsTotalSize: 123456,
  dailyPeakConnections: 11,
  instanceCount: 1,
  lastLogin: "2018-02-24T12:44:45.045Z",
  lastMessageSentAt: "2018-02-23T18:14:03.490Z",
  lastSeenSubscription: "2018-02-23T17:58:54.779Z",
  os: {
    type: "Linux",
    platform: "linux",
    loadavg: [0.1, 0.2, 0.3],
    totalmem: 5787901952,
    freemem: 1151168512,
    cpus: [],
  },
  process: { nodeVersion: "v8.9.4", pid: 11736 },
  deploy: { method: "tar", platform: "selfinstall" },
  migration: { _id: "control", version: 106, locked: false },
  apps: { engineVersion: "1.2.3" },
  mongoVersion: "3.6.2",
  mongoStorageEngine: "wiredTiger",
  createdAt: "2026-11-21T10:00:00.000Z",
  _updatedAt: "2026-11-21T10:00:00.000Z",
};

describe("Rocket.Chat's record of statistics", () => {
  it("is nested as in the classic answer", () => {
    expect(JSON.parse(statisticsBody(DOCUMENT, "nested"))).toEqual({ statistics: GOLDEN, success: true });
  });

  it("is flat as in today's, with the two dates that it spells out", () => {
    const body = statisticsBody(DOCUMENT, "flat");

    expect(JSON.parse(body)).toEqual({
      ...GOLDEN,
      lastLogin: "Sat Feb 24 2018 12:44:45 GMT+0000 (Coordinated Universal Time)",
      lastSeenSubscription: "Fri Feb 23 2018 17:58:54 GMT+0000 (Coordinated Universal Time)",
      success: true,
    });
    expect(body.endsWith(',"success":true}')).toBe(true);
  });

  it("has every field of the published example", () => {
    const example =
      "_id uniqueId installedAt version totalUsers activeUsers nonActiveUsers onlineUsers awayUsers offlineUsers totalRooms " +
      "totalChannels totalPrivateGroups totalDirect totlalLivechat totalMessages totalChannelMessages " +
      "totalPrivateGroupMessages totalDirectMessages totalLivechatMessages lastLogin lastMessageSentAt " +
      "lastSeenSubscription os process deploy migration instanceCount createdAt _updatedAt";
    const { statistics } = JSON.parse(statisticsBody(DOCUMENT, "nested")) as { statistics: Record<string, unknown> };

    expect(example.split(" ").filter((field) => !(field in statistics))).toEqual([]);
  });

  it("names the licence's modules and tags, and says whether federation is on", () => {
    const license = { tags: [{ name: "Enterprise", color: "#ff0000" }], modules: ["auditing"], limits: {} };
    const federation = { enabled: true, domain: "chat.example", discovery: "dns", checks: null };

    expect(JSON.parse(statisticsBody({ ...DOCUMENT, license, federation }, "flat"))).toMatchObject({
      enterprise: { modules: ["auditing"], tags: ["Enterprise"] },
      matrixFederation: { enabled: true },
    });
    for (const unknown of [null, undefined, {}, "none", []]) {
      const body = statisticsBody({ ...DOCUMENT, license: unknown, federation: unknown }, "flat");
      expect(JSON.parse(body)).not.toHaveProperty("matrixFederation");
    }
    expect(JSON.parse(statisticsBody({ ...DOCUMENT, license: null }, "flat"))).not.toHaveProperty("enterprise");
  });

  it("says for how long the process had been running when the record was made", () => {
    const uptimeOf = (listed: object, uptime: number | null = 100.25): unknown => {
      const process = { nodeVersion: "v22.1.0", pid: 7, uptime };
      const document = {
        ...DOCUMENT,
        deployment: { ...DOCUMENT.deployment, process },
        instances: { count: 1, list: [listed] },
      };
      return (JSON.parse(statisticsBody(document, "flat")) as { process: { uptime?: number } }).process.uptime;
    };

    expect(uptimeOf({ uptime: 100.25, lastReportedAt: "2026-11-21T09:59:30.500Z" })).toBe(129.75);
    expect(uptimeOf({ uptime: 100.25, lastReportedAt: "2026-11-21T10:00:30.000Z" })).toBe(100.25);
    // It tells of another instance, or of one that is gone.
    expect(uptimeOf({ uptime: 5, lastReportedAt: "2026-11-21T09:59:30.500Z" })).toBe(100.25);
    expect(uptimeOf({ uptime: null, lastReportedAt: "2026-11-21T09:59:30.500Z" }, null)).toBeUndefined();
  });

  it("leaves out what is not known", () => {
    expect(JSON.parse(statisticsBody(BARE_DOCUMENT, "nested"))).toEqual({
      statistics: {
        _id: GOLDEN._id,
        uniqueId: "wD4EP3M7FeFzJZgk9",
        installedAt: "2018-02-18T19:40:45.369Z",
        totalUsers: 0,
        instanceCount: 0,
        createdAt: "2026-11-21T10:00:00.000Z",
        _updatedAt: "2026-11-21T10:00:00.000Z",
      },
      success: true,
    });
  });

  it("has an id that is the same for the same document, and another for any other", () => {
    const idOf = (more: object) =>
      (JSON.parse(statisticsBody({ ...DOCUMENT, ...more }, "flat")) as { _id: string })._id;
    const others = [
      { workspace: "other" },
      { hour: "2026-11-21T10" },
      { revision: 1 },
      { kind: "reading", hour: undefined },
      { kind: "reading", hour: undefined, takenAt: "2026-11-21T10:00:01.000Z" },
    ];

    expect(idOf({})).toBe(idOf({ users: {} }));
    expect(new Set([{}, ...others].map(idOf)).size).toBe(others.length + 1);
  });
});

describe("a date as text", () => {
  it.each([
    ["2018-02-24T12:44:45.045Z", "Sat Feb 24 2018 12:44:45"],
    ["2026-01-01T00:00:00.000Z", "Thu Jan 01 2026 00:00:00"],
    ["1999-12-31T23:59:59.999Z", "Fri Dec 31 1999 23:59:59"],
    ["0099-07-04T05:06:07.000Z", "Sat Jul 04 0099 05:06:07"],
  ])("is for %s what a server in UTC writes", (iso, text) => {
    expect(dateText(Date.parse(iso))).toBe(`${text} GMT+0000 (Coordinated Universal Time)`);
  });
});

describe("a page of records", () => {
  const page = (documents: readonly Document[], more: Partial<RecordPage> = {}): unknown =>
    JSON.parse(listBody({ documents, offset: 3, total: 9, fields: undefined, ...more }, "nested"));

  it("counts what it holds, and says where it begins and how many there are", () => {
    expect(page([DOCUMENT, BARE_DOCUMENT])).toMatchObject({ count: 2, offset: 3, total: 9, success: true });
    expect(page([DOCUMENT])).toMatchObject({ statistics: [GOLDEN] });
    expect(Object.keys(page([]) as object)).toEqual(["statistics", "count", "offset", "total", "success"]);
  });

  it("has the dates in the workspace's form, and of each record what was asked for", () => {
    const fields = projectionOf([
      ["lastLogin", 1],
      ["_id", 0],
    ]);
    const lastLogin = "Sat Feb 24 2018 12:44:45 GMT+0000 (Coordinated Universal Time)";

    expect(JSON.parse(listBody({ documents: [DOCUMENT], offset: 0, total: 1, fields }, "flat"))).toMatchObject({
      statistics: [{ lastLogin }],
    });
  });

  it("ends before it outgrows an answer, and after one record at the least", () => {
    const large = { ...DOCUMENT, deployment: { ...DOCUMENT.deployment, deploy: { text: "x".repeat(1_500_000) } } };
    const huge = { ...DOCUMENT, deployment: { ...DOCUMENT.deployment, deploy: { text: "x".repeat(5_000_000) } } };

    expect(page([large, large, large, large])).toMatchObject({ count: 2, total: 9 });
    expect(page([huge, huge])).toMatchObject({ count: 1 });
  });
});
