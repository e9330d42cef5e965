import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { localParts, type Places } from "../../functions/adapters/compose.ts";
import { restoringParts } from "../../functions/adapters/compose-restoring.ts";
import { unpressed } from "../../functions/adapters/dynamodb/bodies.ts";
import { tableFile } from "../../functions/adapters/parquet/table-file.ts";
import { ARCHIVE, KEYS } from "../../functions/contract.ts";
import type { Head } from "../../functions/core/head.ts";
import { DAY_MS, HOUR_MS, hourName, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { documentIn, valueIn } from "../../functions/core/document.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { changeWorkspace } from "../../functions/tasks/change-workspace.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { compactDays } from "../../functions/tasks/compact-days.ts";
import { issueCredentials } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { pauseWorkspace } from "../../functions/tasks/pause-workspace.ts";
import { NotRestored, restoreWorkspace } from "../../functions/tasks/restore-workspace.ts";
import { commitList, keepListPage } from "../../functions/tasks/sync-directory.ts";
import { verifyPublications } from "../../functions/tasks/verify-publications.ts";
import { counted } from "../support/counted.ts";
import { described } from "../support/described.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { event, message, type RawEvent } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import { instead } from "../support/instead.ts";
import { openScene, type Scene, sha256, withoutScrypt } from "../support/scene.ts";
import { type S3Server, startS3Server } from "../support/servers/s3-server.ts";
import { itemsIn } from "../support/table-items.ts";

const START = Date.parse("2026-03-02T09:00:00.000Z");
/** Five times of use lie a week apart, so that it is known what is usual; or six hours, which end on the next day. */
const APART = { weeks: 168 * HOUR_MS, hours: 6 * HOUR_MS };
type Apart = keyof typeof APART;
const endOf = (apart: Apart): number => START + 4 * APART[apart] + HOUR_MS;
const END = endOf("hours");
const BUCKET = "archive";
const FIRST = ARCHIVE.statistics("acme", hourName(hourOf(START)));
const QUIET = { isAround: false, onProgress: () => {} };

type Item = Readonly<Record<string, unknown>>;

let originals: Readonly<Record<Apart, Scene>>;

/** People and rooms, uploads, connections, an instance, an hour that is unlike the others, and something that came late. */
const live = async (apart: Apart): Promise<Scene> => {
  const scene = await openScene({ now: START, id: "acme" });
  const said = (at: number, of: number): RawEvent[] =>
    Array.from({ length: of }, (_, more) => message(at + more * 1_000, `user-${more % 20}`));
  for (const [week, messages] of [20, 21, 22, 23, 400].entries()) {
    const at = START + week * APART[apart] + HOUR_MS / 2;
    scene.clock.now = at;
    await scene.send([
      event("user.changed", at, { id: `user-${week}`, kind: "user", active: true, status: "online" }),
      event("room.changed", at, { id: `room-${week}`, kind: "channel" }),
      event("upload.added", at, { bytes: 1_000 }),
      event("connection.opened", at, { connection: `c-${week}`, user: "user-1" }),
      event("instance.reported", at, { id: "i-1", version: "8.6.1", connections: 3, os: { totalmem: 10, freemem: 5 } }),
      ...said(at, messages),
    ]);
  }
  scene.clock.now = endOf(apart);
  while ((await scene.work()).remaining > 0);
  await scene.send([message(endOf(apart) - 5 * HOUR_MS, "late")]);
  await scene.work();
  while ((await compactDays({ ...scene.parts, tableFile })("acme")).remaining > 0);
  return scene;
};

beforeAll(async () => {
  originals = { weeks: await live("weeks"), hours: await live("hours") };
});
afterAll(async () => {
  for (const scene of Object.values(originals)) await scene.close();
});

/** Another place, with an empty table and a copy of the archive. */
interface Elsewhere {
  readonly parts: Parts & ReturnType<typeof restoringParts>;
  readonly open: OpenParts;
  /** Reads, changes (`undefined` removes) an object of the copy. */
  readonly change: (key: string, change: (bytes: Buffer) => Buffer | undefined) => Promise<void>;
}

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  closing = [];
});

const keysIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

const placesAt = (open: OpenParts, more: Partial<Places>): Places => ({
  dynamodbEndpoint: open.engine.endpoint,
  table: open.engine.table,
  archiveFolder: undefined,
  clock: () => open.clock.now,
  expires: false,
  graceSeconds: 180,
  cooldownSeconds: 0,
  ...more,
});

const onDisk = async (now = END, apart: Apart = "hours"): Promise<Elsewhere> => {
  const open = await openParts({ now });
  closing.push(open.close);
  await cp(originals[apart].archiveFolder, open.archiveFolder, { recursive: true });
  const places = placesAt(open, { archiveFolder: open.archiveFolder });
  return {
    parts: withoutScrypt({ ...localParts(places), ...restoringParts(places) }) as Elsewhere["parts"],
    open,
    change: async (key, change) => {
      const path = join(open.archiveFolder, key);
      const changed = change(await readFile(path));
      await (changed === undefined ? rm(path) : writeFile(path, changed));
    },
  };
};

let server: S3Server | undefined;
const inS3 = async (now = END, apart: Apart = "hours"): Promise<Elsewhere> => {
  const open = await openParts({ now });
  // The client asks for some, whoever runs this has none, and the server asks for none.
  process.env["AWS_ACCESS_KEY_ID"] ??= "tidemark";
  process.env["AWS_SECRET_ACCESS_KEY"] ??= "tidemark";
  server = await startS3Server();
  closing.push(open.close, server.close);
  const { objects } = server;
  for (const key of await keysIn(originals[apart].archiveFolder))
    objects.set(`${BUCKET}/${key}`, await readFile(join(originals[apart].archiveFolder, key)));
  const places = placesAt(open, { archiveBucket: BUCKET, s3Endpoint: server.endpoint });
  return {
    parts: withoutScrypt({ ...localParts(places), ...restoringParts(places) }) as Elsewhere["parts"],
    open,
    change: async (key, change) => {
      const changed = change(Buffer.from(objects.get(`${BUCKET}/${key}`) ?? []));
      if (changed === undefined) objects.delete(`${BUCKET}/${key}`);
      else objects.set(`${BUCKET}/${key}`, changed);
    },
  };
};

/** Items of the workspace by key, without attributes that the archive can't know. */
const itemsOf = async ({ engine }: Pick<OpenParts, "engine">, partition: string, unknown: readonly string[]) =>
  Object.fromEntries(
    (await itemsIn(engine).all())
      .filter(({ pk }) => pk === partition)
      .map((item) => [
        item["sk"],
        Object.fromEntries(Object.entries(item).filter(([name]) => !unknown.includes(name))),
      ]),
  );
const headIn = async ({ engine }: Pick<OpenParts, "engine">): Promise<Head> =>
  JSON.parse(unpressed((await itemsIn(engine).get(KEYS.head("acme")))["body"] as Uint8Array).toString()) as Head;
/** What a client is answered. */
const asking = async (parts: Parts): Promise<(path: string) => Promise<unknown>> => {
  const { apiKey } = await issueCredentials(parts)("acme", `somebody-${parts.secret(6)}`);
  const handler: HttpHandler = described(serveV1(parts, () => {}));
  return async (path) => {
    const result = await handler(sending("GET", path, { headers: { "x-api-key": apiKey } }));
    const answer = jsonIn(result);
    expect([path, result.statusCode, answer]).toEqual([path, 200, answer]);
    return answer;
  };
};
const RANGE = `from=${isoOf(START)}&to=${isoOf(endOf("weeks"))}`;
const ASKED = [
  `/v1/history?${RANGE}&metrics=messages.sent,messages.total,users.total,users.seen,rooms.used,connections.peak,uploads.bytes`,
  `/v1/history?${RANGE}&interval=day&metrics=messages.sent,messages.total,users.total,connections.peak,uploads.bytes`,
  `/v1/history?${RANGE}&interval=week&tz=Europe/Berlin&metrics=messages.sent,messages.total,users.joined`,
  `/v1/ledger?${RANGE}&limit=1000`,
  `/v1/anomalies?${RANGE}`,
  `/v1/baseline?statistic=messages.sent&${RANGE}`,
  "/v1/statistics",
];

describe.each([
  ["disk", onDisk],
  ["S3", inS3],
] as const)("a workspace restored from its archive on %s", (where, open) => {
  it("has the snapshots, publications, series and ledger that it had, and answers as it did", async () => {
    const original = originals.weeks;
    const end = endOf("weeks");
    const elsewhere = await open(end, "weeks");
    const told = await restoreWorkspace(elsewhere.parts)("acme", QUIET);
    expect(told).toMatchObject({ wasThere: false, unfit: [], hours: 673, publications: 674 });

    const same = async (partition: string, unknown: readonly string[] = []): Promise<number> => {
      const [before, after] = await Promise.all([
        itemsOf(original, partition, unknown),
        itemsOf(elsewhere.open, partition, unknown),
      ]);
      expect(after).toEqual(before);
      return Object.keys(before).length;
    };
    // When it was made is when it was written to the archive; who was connected before, or seen, is not published.
    const snapshots = await same("SNAP#acme", ["madeAt", "carriedIn", "sets"]);
    const [packedBefore, packed] = await Promise.all([
      itemsOf(original, "SERIES#acme", ["publication"]),
      itemsOf(elsewhere.open, "SERIES#acme", ["publication"]),
    ]);
    // A day is packed again when one of its hours is restated; the note of the first time is not published.
    const days = (items: Item) => Object.fromEntries(Object.entries(items).filter(([sk]) => !sk.startsWith("PACKED#")));
    expect(days(packed)).toEqual(days(packedBefore));
    const order = await Promise.all(
      [original.parts, elsewhere.parts].map((parts) => parts.publications.after("acme", 0, 1_000)),
    );
    expect(order[1]).toHaveLength(674);
    expect(order[1]).toEqual(order[0]);
    const items = itemsIn(elsewhere.open.engine);
    expect(await items.get(KEYS.latest("acme"))).toEqual(await itemsIn(original.engine).get(KEYS.latest("acme")));
    counted(
      snapshots + Object.keys(days(packed)).length,
      "items held against the lost ones",
      `restoring from ${where}`,
    );

    const [before, after] = await Promise.all([headIn(original), headIn(elsewhere.open)]);
    const {
      // Counters of the writers.
      version: _version,
      positions: _positions,
      // What items tell now, and what readers have in mind.
      recent,
      rewritten,
      // Nobody knows who is connected, which instances were steady, and who was seen.
      carried,
      steadyHour,
      people,
      restoredThrough,
      // What came late since the last hour closed.
      bookedLate,
      totals: { levels, primary, times },
      ...others
    } = after;
    const {
      version: _v,
      positions: _p,
      carried: _c,
      steadyHour: _s,
      bookedLate: _b,
      recent: _r,
      rewritten: _w,
      totals,
      ...known
    } = before;
    expect(others).toEqual(known);
    expect(carried).toEqual({ isKnown: false, reporters: [], unknownUntil: end / 1_000 });
    expect(bookedLate).toEqual({ levels: {}, times: {} });
    expect([recent, rewritten]).toEqual([[], 674]);
    expect(steadyHour).toBeNull();
    expect(restoredThrough).toBe(hourOf(end) - 1);
    expect(people).toEqual({ from: hourOf(end), swept: hourOf(end) });
    expect(times).toEqual(totals.times);
    // The directory is gone, so its levels begin anew with the next full list; all others go on.
    expect(levels).toEqual(
      Object.fromEntries(
        Object.entries(totals.levels).filter(([name, value]) => !/^(users|rooms)\./.test(name) && value !== 0),
      ),
    );
    expect({ ...primary, address: undefined }).toMatchObject({ version: "8.6.1", os: totals.primary?.os });

    expect(await verifyPublications(elsewhere.parts)("acme")).toEqual({
      checked: 674,
      unarchived: 0,
      flaws: [],
      isWhole: true,
    });
    const [ask, askAgain] = await Promise.all([asking(original.parts), asking(elsewhere.parts)]);
    for (const path of ASKED) expect(await askAgain(path)).toEqual(await ask(path));
    counted(ASKED.length, "answers equal", `restoring from ${where}`);
  });

  it("is found when nobody says which there are, and is restored once", async () => {
    const { parts, open: place } = await open();
    expect(await parts.archived.workspaces()).toEqual(["acme"]);
    await restoreWorkspace(parts)("acme", QUIET);
    const before = await itemsIn(place.engine).all();
    place.clock.now += 5 * HOUR_MS;
    expect(await restoreWorkspace(parts)("acme", QUIET)).toMatchObject({ wasThere: true, publications: 26 });
    expect(await itemsIn(place.engine).all()).toEqual(before);
  });

  it.each([
    [
      "altered",
      (bytes: Buffer) => Buffer.from(bytes.toString().replace('"sent":20', '"sent":21')),
      `${FIRST} is not the publication 1 that`,
    ],
    ["cut short", (bytes: Buffer) => bytes.subarray(0, 100), `${FIRST} is no statistics of an hour that can be read`],
    ["gone", () => undefined, "publication 1 is nowhere"],
  ])("is refused when an object is %s, and named", async (_how, change, problem) => {
    const { parts, open: place, change: tamper } = await open();
    await tamper(FIRST, change);
    const refusal = await restoreWorkspace(parts)("acme", QUIET).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NotRestored);
    const { unfit } = refusal as NotRestored;
    expect(unfit.map((one) => (one.key === null ? one.problem : `${one.key} ${one.problem}`))).toContainEqual(
      expect.stringContaining(problem),
    );
    expect(await itemsIn(place.engine).all()).toEqual([]);

    // Around it: the hour is missing, the ledger says so, and so does whoever verifies.
    const around = await restoreWorkspace(parts)("acme", { ...QUIET, isAround: true });
    expect(around.hours).toBe(24);
    expect(around.unfit).toEqual(unfit);
    expect((await verifyPublications(parts)("acme")).flaws).not.toEqual([]);
  });
});

describe("a workspace restored from its archive", () => {
  const send = (parts: Parts, events: readonly unknown[], id = sha256(events)) =>
    ingestEvents(parts)({
      workspace: "acme",
      id,
      bodyHash: sha256(events),
      events,
      mayAdjust: false,
      import: undefined,
    });
  const documentOf = async (parts: Parts, at: number) => {
    const snapshot = await parts.snapshots.read("acme", hourOf(at));
    return snapshot === undefined ? undefined : documentIn(snapshot.bytes);
  };

  it("goes on counting, and says what it can't know until a full list tells it", async () => {
    // Two hours and a half after the archive ends.
    const now = END + 2 * HOUR_MS + 30 * MINUTE_MS;
    const { parts, open } = await onDisk(now);
    const { head } = await restoreWorkspace(parts)("acme", QUIET);
    expect(head.missing).toEqual([[hourOf(END), hourOf(END) + 2, "restored"]]);
    const last = await documentOf(originals.hours.parts, END - HOUR_MS);

    await send(parts, [
      message(now, "ann"),
      event("user.changed", now, { id: "user-1", kind: "user", active: true, status: "away" }),
      event("connection.closed", now, { connection: "c-1" }),
    ]);
    open.clock.now = END + 3 * HOUR_MS;
    await closeDueHours(parts)("acme");
    const first = await documentOf(parts, now);
    expect(first).toMatchObject({
      messages: { total: Number(last && valueIn(last, "messages.total")) + 1, sent: 1 },
      users: { total: null, online: null, offline: null, joined: null, seen: 1 },
      rooms: { total: null, opened: null, used: 1 },
      uploads: { total: 5, bytes: 5_000 },
      connections: { current: null },
      deployment: { version: "8.6.1" },
      ledger: { status: "partial", reasons: ["restored", "directory-lost"] },
      integrity: [],
      publication: { number: 27, previous: head.publication.sha256 },
    });

    const list = { workspace: "acme", kind: "user", id: "all" } as const;
    await keepListPage(parts)({
      ...list,
      page: 1,
      at: undefined,
      lines: [
        { id: "user-1", kind: "user", active: true, status: "away" },
        { id: "user-7", kind: "user", active: true },
      ],
    });
    expect(await commitList(parts)({ ...list, pages: 1, mayBeEmpty: false })).toMatchObject({ committed: true });
    open.clock.now = END + 4 * HOUR_MS;
    await closeDueHours(parts)("acme");
    expect(await documentOf(parts, END + 3 * HOUR_MS)).toMatchObject({
      users: { total: 2, away: 1, offline: 1, joined: 1 },
      rooms: { total: null },
      ledger: { status: "partial", reasons: ["directory-lost"] },
    });
    const rooms = { workspace: "acme", kind: "room", id: "all" } as const;
    await keepListPage(parts)({ ...rooms, page: 1, at: undefined, lines: [{ id: "general", kind: "channel" }] });
    await commitList(parts)({ ...rooms, pages: 1, mayBeEmpty: false });
    open.clock.now = END + 5 * HOUR_MS;
    await closeDueHours(parts)("acme");
    open.clock.now = END + 6 * HOUR_MS;
    await closeDueHours(parts)("acme");
    expect(await documentOf(parts, END + 5 * HOUR_MS)).toMatchObject({
      users: { total: 2, joined: 0 },
      rooms: { total: 1, opened: 0 },
      ledger: { status: "complete", reasons: [] },
    });
    expect((await verifyPublications(parts)("acme")).flaws).toEqual([]);
  });

  it("counts nothing twice: what came by then is refused, what was lost is taken late", async () => {
    const now = END + 2 * HOUR_MS + 30 * MINUTE_MS;
    const { parts, open } = await onDisk(now);
    await restoreWorkspace(parts)("acme", QUIET);
    const again = await send(parts, [message(END - 30 * MINUTE_MS), message(END + 30 * MINUTE_MS, "lost")]);
    expect(again).toMatchObject({ accepted: 1, refused: [{ code: "event-too-old" }] });
    expect(again.refused[0]?.detail).toContain("was restored from the archive");
    open.clock.now = END + 3 * HOUR_MS;
    await closeDueHours(parts)("acme");
    expect(await documentOf(parts, END)).toMatchObject({
      revision: 1,
      messages: { sent: 1, total: null },
      ledger: { status: "partial", reasons: ["was-missing", "restored"] },
    });
    expect(await documentOf(parts, END - HOUR_MS)).toMatchObject({ revision: 0 });
  });

  it("takes up numbered events where their reporters are", async () => {
    const { parts } = await onDisk(END + HOUR_MS / 2);
    await restoreWorkspace(parts)("acme", QUIET);
    const numbered = [5_001, 5_002].map((sequence) => ({ ...message(END + MINUTE_MS), sequence }));
    expect(await send(parts, numbered)).toMatchObject({ accepted: 2 });
    expect(await send(parts, numbered, "another batch")).toMatchObject({ accepted: 0, duplicates: 2 });
    await expect(send(parts, [{ ...message(END + MINUTE_MS), sequence: 5_009 }])).rejects.toThrow("send from 5003");
  });

  it("makes no union of a time of which some is lost", async () => {
    const { parts, open } = await onDisk(END + HOUR_MS / 2);
    await restoreWorkspace(parts)("acme", QUIET);
    await send(parts, [message(END + MINUTE_MS, "ann")]);
    open.clock.now = END + 9 * 24 * HOUR_MS;
    while ((await closeDueHours(parts)("acme")).remaining > 0);
    const ask = await asking(parts);
    const { rows } = (await ask(
      "/v1/history?from=2026-03-02T00&to=2026-03-06T00&interval=day&metrics=users.seen,messages.sent",
    )) as { rows: readonly Record<string, unknown>[] };
    expect(rows.map((row) => row["users.seen"])).toEqual([null, null, 0, 0]);
    expect(rows.map((row) => row["messages.sent"])).toEqual([63, 326, 0, 0]);
    expect((await parts.unions.between("acme", "week", 0, 100_000)).length).toBe(0);
  });

  it.each([
    ["counts", "lets go of"],
    ["hash", "hashes"],
  ] as const)("with retention «%s» %s who came late for the hours that were lost", async (people, _how) => {
    const { parts: own, open } = await onDisk(END + 2 * HOUR_MS + 30 * MINUTE_MS);
    const peopleKeys = { make: () => Promise.resolve(), find: () => Promise.resolve("a key") };
    const parts = { ...own, peopleKeys: instead(own.peopleKeys, peopleKeys) };
    await restoreWorkspace(parts)("acme", QUIET);
    await send(parts, [message(END + 30 * MINUTE_MS, "lost")]);
    open.clock.now = END + 3 * HOUR_MS;
    await closeDueHours(parts)("acme");
    const lost = KEYS.snapshot("acme", hourName(hourOf(END)), 1);
    const seen = async (): Promise<string> => {
      const { sets } = await itemsIn(open.engine).get(lost);
      return sets === undefined ? "" : unpressed(sets as Uint8Array).toString();
    };
    expect(await seen()).toContain('"lost"');

    await pauseWorkspace(parts)("acme");
    await changeWorkspace(parts)("acme", { retention: { people, afterDays: 36 } });
    open.clock.now = END + 80 * DAY_MS;
    while ((await closeDueHours(parts)("acme")).remaining > 0);
    await closeDueHours(parts)("acme");

    expect(await seen()).not.toContain('"lost"');
  });

  it("counts what comes in a process that has lived through all of it", async () => {
    const { parts, open } = await onDisk(END + MINUTE_MS);
    const items = itemsIn(open.engine);
    for (let lives = 0; lives < 2; lives++) {
      for (const { pk, sk } of await items.all()) await items.remove({ pk: String(pk), sk: String(sk) });
      open.clock.now += 10 * MINUTE_MS;
      await restoreWorkspace(parts)("acme", QUIET);
      for (const more of [1, 2]) await send(parts, [message(open.clock.now + more)], `${lives} ${more}`);
    }
    open.clock.now = END + HOUR_MS;
    await closeDueHours(parts)("acme");

    expect(await documentOf(parts, END)).toMatchObject({ messages: { sent: 2 } });
  });

  it("goes on after a crash at any object, and never writes over what stands there", async () => {
    const { parts, open } = await onDisk();
    for (const crashAt of [1, 2]) {
      let puts = 0;
      const dying = {
        ...parts,
        restoring: {
          put: (...what) => (++puts === crashAt ? Promise.reject(new Error("killed")) : parts.restoring.put(...what)),
        } satisfies typeof parts.restoring,
      };
      await expect(restoreWorkspace(dying)("acme", QUIET)).rejects.toThrow("killed");
      expect(await parts.workspaces.find("acme")).toBeUndefined();
    }
    await restoreWorkspace(parts)("acme", QUIET);
    expect((await verifyPublications(parts)("acme")).flaws).toEqual([]);

    const items = itemsIn(open.engine);
    await items.remove(KEYS.head("acme"));
    await items.remove(KEYS.workspace("acme"));
    const key = KEYS.snapshot("acme", hourName(hourOf(START)), 0);
    await items.put({ ...(await items.get(key)), sha256: "sha256:another" });
    await expect(restoreWorkspace(localFresh(open, parts))("acme", QUIET)).rejects.toThrow("something else stands");
    expect(await items.get(key)).toMatchObject({ sha256: "sha256:another" });
  });

  it("is not restored over a workspace that has another history", async () => {
    const { parts, open } = await onDisk();
    await restoreWorkspace(parts)("acme", QUIET);
    open.clock.now += HOUR_MS;
    await closeDueHours(parts)("acme");
    await rm(join(open.archiveFolder, ARCHIVE.statistics("acme", hourName(hourOf(END)))));
    await expect(restoreWorkspace(parts)("acme", QUIET)).rejects.toThrow(
      "has a workspace acme already, with 27 publications, and the archive has 26",
    );
    await expect(restoreWorkspace(parts)("nobody", QUIET)).rejects.toThrow("no documents of a workspace nobody");
  });

  it("leaves the tables of the archive as they are", async () => {
    const { parts, open } = await onDisk(END + 24 * HOUR_MS);
    const folder = open.archiveFolder;
    await restoreWorkspace(parts)("acme", QUIET);
    const tables = async () =>
      Object.fromEntries(
        await Promise.all(
          (await keysIn(folder))
            .filter((key) => key.endsWith(".parquet"))
            .map(async (key) => [key, sha256(await readFile(join(folder, key)))]),
        ),
      ) as Record<string, string>;
    const before = await tables();
    await compactDays({ ...parts, tableFile })("acme");
    const after = await tables();
    expect(Object.keys(before).length).toBeGreaterThan(0);
    for (const [key, hash] of Object.entries(before)) expect([key, after[key]]).toEqual([key, hash]);
  });
});

/** Parts that remember nothing of a workspace that was removed behind their back. */
const localFresh = (open: OpenParts, { archived, restoring }: Elsewhere["parts"]): Elsewhere["parts"] =>
  withoutScrypt({ ...open.connect(), archived, restoring } as unknown as Parts) as Elsewhere["parts"];
