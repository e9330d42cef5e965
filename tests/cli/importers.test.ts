import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, runCommand } from "../support/command.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { zipOf } from "../support/zip.ts";

type Fields = Readonly<Record<string, unknown>>;

let folder: string;
let runtime: DrillRuntime;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-importers-"));
  runtime = await startDrill("2024-06-01T00:30:00Z");
});
afterAll(async () => {
  await runtime.remove();
  await rm(folder, { recursive: true, force: true });
});

const operator = () => ({ "x-api-key": runtime.credentials.operatorKey });
const makeWorkspace = async (id: string): Promise<void> => {
  const answer = await fetch(`${runtime.baseUrl}/v1/workspaces`, {
    method: "POST",
    headers: { ...operator(), "content-type": "application/json" },
    body: JSON.stringify({ id, name: id }),
  });
  if (!answer.ok) throw new Error(await answer.text());
};
const snapshotOf = async (workspace: string, hour: string): Promise<Fields> => {
  const headers = { ...operator(), "x-tidemark-workspace": workspace };
  return (await (await fetch(`${runtime.baseUrl}/v1/snapshots/${hour}`, { headers })).json()) as Fields;
};
const filesOf = async (name: string, files: Readonly<Record<string, unknown>>): Promise<string> => {
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, name, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(
      path,
      content instanceof Uint8Array || typeof content === "string" ? content : JSON.stringify(content),
    );
  }
  return join(folder, name);
};
const tidemark = (...args: string[]): Promise<Ran> => runCommand(args, { cwd: folder, env: {} });
const importInto = (workspace: string, ...args: string[]): Promise<Ran> =>
  tidemark("import", ...args, "--data", runtime.dataFolder, "--workspace", workspace);
const resultOf = ({ stdout }: Ran): Fields => JSON.parse(stdout) as Fields;

const lines = (...documents: readonly object[]): string => documents.map((one) => JSON.stringify(one)).join("\n");
const at = (time: string): object => ({ $date: time });

describe("tidemark import rocketchat", () => {
  const USERS = lines(
    {
      _id: "ann",
      createdAt: at("2024-03-04T05:00:00Z"),
      active: true,
      roles: ["admin", "user"],
      type: "user",
      lastLogin: at("2024-03-04T06:10:00Z"),
    },
    {
      _id: "guest",
      createdAt: { $date: { $numberLong: String(Date.parse("2024-03-04T05:01:00Z")) } },
      active: true,
      roles: ["guest"],
    },
    { _id: "rocket.cat", createdAt: at("2024-03-04T05:02:00Z"), active: true, roles: ["bot"], type: "bot" },
    { _id: "poll.app", createdAt: at("2024-03-04T05:03:00Z"), active: true, type: "app" },
    { _id: "gone", createdAt: at("2024-03-04T05:04:00Z"), active: false, roles: ["user"] },
    { _id: "unfinished" },
  );
  const ROOMS = lines(
    { _id: "GENERAL", t: "c", ts: at("2024-03-04T05:00:00Z"), name: "general" },
    { _id: "secret", t: "p", ts: at("2024-03-04T05:10:00Z") },
    { _id: "talk", t: "p", prid: "GENERAL", ts: at("2024-03-04T05:11:00Z") },
    { _id: "anngone", t: "d", ts: at("2024-03-04T05:12:00Z") },
    { _id: "visitor", t: "l", ts: at("2024-03-04T05:13:00Z") },
    { _id: "call", t: "v", ts: at("2024-03-04T05:14:00Z") },
  );
  const message = (id: string, rid: string, time: string, more: object = {}): object => ({
    _id: id,
    rid,
    ts: at(time),
    u: { _id: "ann", username: "ann" },
    ...more,
  });
  const MESSAGES = lines(
    message("m0", "GENERAL", "2024-03-04T05:20:00Z", { t: "uj" }),
    message("m1", "GENERAL", "2024-03-04T05:21:00Z", { tcount: 1 }),
    message("m2", "GENERAL", "2024-03-04T06:00:00Z", { tmid: "m1" }),
    message("m3", "secret", "2024-03-04T06:01:00Z", { u: { _id: "guest" } }),
    message("m4", "talk", "2024-03-04T06:02:00Z"),
    message("m5", "anngone", "2024-03-04T06:03:00Z", { t: "e2e" }),
    message("m6", "visitor", "2024-03-04T06:04:00Z"),
    message("m7", "GENERAL", "2024-03-04T06:05:00Z", { _hidden: true }),
    message("m8", "nowhere", "2024-03-04T06:06:00Z"),
  );
  const UPLOADS = lines(
    { _id: "f1", size: 1_000, uploadedAt: at("2024-03-04T06:30:00Z"), complete: true },
    { _id: "f2", size: { $numberLong: "234" }, uploadedAt: at("2024-03-04T06:31:00Z"), complete: true },
    { _id: "f3", size: 9, uploadedAt: at("2024-03-04T06:32:00Z"), complete: false },
  );
  const exported = async (): Promise<string[]> => {
    const path = await filesOf("rocketchat", {
      "users.json": USERS,
      "rooms.json": ROOMS,
      "messages.json.gz": gzipSync(MESSAGES),
      "uploads.json": UPLOADS,
    });
    const [users, rooms, messages, uploads] = ["users.json", "rooms.json", "messages.json.gz", "uploads.json"].map(
      (name) => join(path, name),
    );
    return [
      "rocketchat",
      "--users",
      `${users}`,
      "--rooms",
      `${rooms}`,
      "--messages",
      `${messages}`,
      "--uploads",
      `${uploads}`,
    ];
  };

  it("counts people, rooms, messages, threads and uploads as the server held them", async () => {
    await makeWorkspace("rocketchat");
    const result = resultOf(await importInto("rocketchat", ...(await exported()), "--json"));
    expect(result).toMatchObject({ rows: 24, refusedCount: 0, hours: 2 });
    expect(await snapshotOf("rocketchat", "2024-03-04T05")).toMatchObject({
      ledger: { status: "imported" },
      messages: { total: 1, threads: 1, sent: 1 },
    });
    expect(await snapshotOf("rocketchat", "2024-03-04T06")).toMatchObject({
      users: { total: 5, activated: 1, guests: 1, bots: 1, apps: 1, deactivated: 1, seen: 2 },
      rooms: { total: 5, channels: 1, privateGroups: 2, direct: 1, omnichannel: 1, discussions: 1, used: 5 },
      messages: {
        total: 6,
        channels: 2,
        privateGroups: 1,
        direct: 1,
        omnichannel: 1,
        discussions: 1,
        threads: 1,
        sent: 5,
      },
      uploads: { total: 2, bytes: 1_234 },
      last: { login: "2024-03-04T06:10:00.000Z", message: "2024-03-04T06:04:00.000Z" },
    });
  });

  it("says what it passed over, and why", async () => {
    await makeWorkspace("rocketchat-told");
    const { stdout } = await importInto("rocketchat-told", ...(await exported()));
    expect(stdout).toMatch(/^24 rows imported as 18 events, 2 hours closed/);
    for (const told of [
      "1 users without id or createdAt",
      "1 rooms of other kinds",
      "1 system messages",
      "1 hidden messages",
      "1 messages of rooms that the export does not hold",
      "1 uploads that were never completed",
    ])
      expect(stdout).toContain(`  ${told}`);
  });

  it("names file and line of what is no export", async () => {
    await makeWorkspace("rocketchat-bad");
    const path = await filesOf("bad", {
      "users.json": '[{"_id":"ann"}]',
      "rooms.json": ROOMS,
      "messages.json": MESSAGES,
    });
    const flags = ["users", "rooms", "messages"].flatMap((name) => [`--${name}`, join(path, `${name}.json`)]);
    expect(await importInto("rocketchat-bad", "rocketchat", ...flags)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/users\.json line 1 is no document/),
    });
  });
});

const ts = (time: string): string => `${Date.parse(time) / 1_000}.000200`;

describe("tidemark import slack", () => {
  const EXPORT = {
    "users.json": [
      { id: "U1", name: "ann", deleted: false, is_bot: false },
      { id: "U2", name: "bob", deleted: true },
      { id: "U3", name: "eve", deleted: false, is_restricted: true },
      { id: "USLACKBOT", name: "slackbot", is_bot: false },
    ],
    "channels.json": [{ id: "C1", name: "general", created: Date.parse("2024-03-04T05:00:00Z") / 1_000 }],
    "groups.json": [{ id: "G1", name: "board", created: Date.parse("2024-03-04T05:30:00Z") / 1_000 }],
    "dms.json": [{ id: "D1", created: Date.parse("2024-03-04T05:40:00Z") / 1_000, members: ["U1", "U2"] }],
    "general/2024-03-04.json": [
      { type: "message", subtype: "channel_join", user: "U1", ts: ts("2024-03-04T05:01:00Z") },
      {
        type: "message",
        user: "U1",
        ts: ts("2024-03-04T05:02:00Z"),
        thread_ts: ts("2024-03-04T05:02:00Z"),
        reply_count: 1,
      },
      {
        type: "message",
        user: "U2",
        ts: ts("2024-03-04T06:02:00Z"),
        thread_ts: ts("2024-03-04T05:02:00Z"),
        files: [{ size: 77 }],
      },
      { type: "message", subtype: "bot_message", bot_id: "B1", ts: ts("2024-03-04T06:03:00Z") },
    ],
    "board/2024-03-04.json": [{ type: "message", user: "U1", ts: ts("2024-03-04T06:10:00Z") }],
    "D1/2024-03-04.json": [{ type: "message", user: "U3", ts: ts("2024-03-04T06:20:00Z") }],
  };
  const EXPECTED = {
    users: { total: 5, activated: 1, deactivated: 1, guests: 1, bots: 2, seen: 4 },
    rooms: { total: 3, channels: 1, privateGroups: 1, direct: 1, used: 3 },
    messages: { total: 5, channels: 3, privateGroups: 1, direct: 1, threads: 1, sent: 4 },
    uploads: { total: 1, bytes: 77 },
  };

  it("counts a folder", async () => {
    await makeWorkspace("slack-folder");
    const result = resultOf(await importInto("slack-folder", "slack", await filesOf("slack", EXPORT), "--json"));
    expect(result).toMatchObject({ refusedCount: 0, hours: 2, passedOver: { "system messages": 1 } });
    expect(await snapshotOf("slack-folder", "2024-03-04T06")).toMatchObject(EXPECTED);
    expect(await snapshotOf("slack-folder", "2024-03-04T05")).toMatchObject({
      users: { total: 1 },
      messages: { threads: 1 },
    });
  });

  it("counts the zip that Slack gives the same, with a folder around everything or without", async () => {
    for (const [name, around] of [
      ["slack-zip", ""],
      ["slack-packed", "My team Slack export/"],
    ] as const) {
      await makeWorkspace(name);
      const entries = Object.entries(EXPORT).map(
        ([file, content]) => [`${around}${file}`, JSON.stringify(content)] as const,
      );
      const path = await filesOf(name, { "export.zip": zipOf(entries) });
      const result = resultOf(await importInto(name, "slack", join(path, "export.zip"), "--json"));
      expect(result).toMatchObject({ refusedCount: 0, hours: 2 });
      expect(await snapshotOf(name, "2024-03-04T06")).toMatchObject(EXPECTED);
    }
  });

  it("says what it misses when it is given something else", async () => {
    await makeWorkspace("slack-other");
    const path = await filesOf("other", { "notes.txt": "nothing", "some.json": "{}" });
    expect(await importInto("slack-other", "slack", path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("holds no messages: it needs users.json"),
    });
    expect(await importInto("slack-other", "slack", join(path, "notes.txt"))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("neither a folder nor a zip"),
    });
  });
});

const seconds = (time: string): number => Date.parse(time) / 1_000;

describe("tidemark import zulip", () => {
  const EXPORT = {
    "realm.json": {
      zerver_userprofile: [
        {
          id: 1,
          is_bot: false,
          is_active: true,
          role: 200,
          date_joined: seconds("2024-03-04T05:00:00Z"),
          last_login: seconds("2024-03-04T06:30:00Z"),
        },
        { id: 2, is_bot: false, is_active: false, role: 400, date_joined: seconds("2024-03-04T05:01:00Z") },
        { id: 3, is_bot: true, is_active: true, role: 400, date_joined: seconds("2024-03-04T05:02:00Z") },
        { id: 4, is_bot: false, is_active: true, role: 600, date_joined: seconds("2024-03-04T05:03:00Z") },
      ],
      zerver_stream: [
        { id: 10, name: "general", invite_only: false, date_created: seconds("2024-03-04T05:00:00Z") },
        { id: 11, name: "board", invite_only: true, date_created: seconds("2024-03-04T05:10:00Z") },
      ],
      zerver_recipient: [
        { id: 100, type: 2, type_id: 10 },
        { id: 101, type: 2, type_id: 11 },
        { id: 102, type: 1, type_id: 1 },
        { id: 103, type: 1, type_id: 4 },
        { id: 104, type: 3, type_id: 7 },
      ],
    },
    "messages-000001.json": {
      zerver_message: [
        { id: 1, sender: 1, recipient: 100, subject: "hello", date_sent: seconds("2024-03-04T05:20:00Z") },
        { id: 2, sender: 4, recipient: 100, subject: "hello", date_sent: seconds("2024-03-04T06:20:00Z") },
        { id: 3, sender: 1, recipient: 101, subject: "plans", date_sent: seconds("2024-03-04T06:21:00Z") },
      ],
    },
    "messages-000002.json": {
      zerver_message: [
        { id: 4, sender: 1, recipient: 103, subject: "", date_sent: seconds("2024-03-04T06:22:00Z") },
        { id: 5, sender: 4, recipient: 102, subject: "", date_sent: seconds("2024-03-04T06:23:00Z") },
        { id: 6, sender: 3, recipient: 104, subject: "", date_sent: seconds("2024-03-04T06:24:00Z") },
        { id: 7, sender: 3, recipient: 999, subject: "", date_sent: seconds("2024-03-04T06:25:00Z") },
      ],
    },
    "attachment.json": { zerver_attachment: [{ id: 1, size: 500, create_time: seconds("2024-03-04T06:40:00Z") }] },
  };

  it("counts channels, groups and people who write to each other, topics as threads", async () => {
    await makeWorkspace("zulip");
    const result = resultOf(await importInto("zulip", "zulip", await filesOf("zulip", EXPORT), "--json"));
    expect(result).toMatchObject({
      refusedCount: 0,
      hours: 2,
      passedOver: { "messages to recipients that the export does not hold": 1 },
    });
    expect(await snapshotOf("zulip", "2024-03-04T06")).toMatchObject({
      users: { total: 4, activated: 1, deactivated: 1, guests: 1, bots: 1, seen: 3 },
      rooms: { total: 4, channels: 1, privateGroups: 1, direct: 2, used: 4 },
      messages: { total: 6, channels: 2, privateGroups: 1, direct: 3, threads: 2, sent: 5 },
      uploads: { total: 1, bytes: 500 },
      last: { login: "2024-03-04T06:30:00.000Z" },
    });
  });

  it("imports nothing twice: a settled workspace is left as it is", async () => {
    const before = await snapshotOf("zulip", "2024-03-04T06");
    expect(await importInto("zulip", "zulip", join(folder, "zulip"))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("closed hours"),
    });
    expect(await snapshotOf("zulip", "2024-03-04T06")).toEqual(before);
  });
});
