import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import type { Run } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import type { Answer } from "../../functions/tasks/ingest-events.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { verifyPublications } from "../../functions/tasks/verify-publications.ts";
import { counted } from "../support/counted.ts";
import { runs } from "../support/effort.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { event, HOUR_ZERO, message, type RawEvent } from "../support/events.ts";
import { type Act, openRace, type Race } from "../support/races/racers.ts";
import { minutes, withoutScrypt } from "../support/scene.ts";

const PARALLEL = 16;
const ROUNDS = runs(3, 100);

const NOW = HOUR_ZERO + minutes(40);
const MESSAGES = 300;
const USERS = 120;

/** Messages of one hour; with people, more than one transaction holds. */
const batchOf = (users: number, from = HOUR_ZERO): readonly RawEvent[] => [
  ...Array.from({ length: users }, (_, at) =>
    event("user.changed", from + at, { id: `u${at}`, kind: "user", active: true }),
  ),
  ...Array.from({ length: MESSAGES }, (_, at) => message(from + minutes(at % 30), `u${at % 50}`)),
];

/** What is looked at of a reading. */
interface Reading {
  readonly messages: { readonly total: number };
  readonly users: { readonly total: number };
}

describe.each([
  { processes: 1, title: `${PARALLEL} clients in one process` },
  { processes: 4, title: `${PARALLEL} clients in 4 processes` },
])("$title", ({ processes, title }) => {
  let open: OpenParts;
  let race: Race;
  let serial = 0;
  beforeAll(async () => {
    open = await openParts({ now: NOW, expires: false });
    const { engine, archiveFolder } = open;
    race = await openRace({ ...engine, archiveFolder }, processes, PARALLEL / processes);
  });
  afterAll(async () => {
    await race.close();
    await open.close();
  });

  const newWorkspace = async (): Promise<string> => {
    const id = `w${serial++}`;
    await createWorkspace(withoutScrypt(open.parts))({ id, name: id, startsAt: HOUR_ZERO });
    return id;
  };

  /** What everybody was answered; nobody may fail. */
  const raced = async <T>(act: Act, now = NOW): Promise<readonly T[]> => {
    const outcomes = await race.run(act, now);
    expect(outcomes.filter(({ state }) => state !== "done")).toEqual([]);
    expect(outcomes).toHaveLength(PARALLEL);
    return outcomes.map((outcome) => (outcome as { readonly answer: T }).answer);
  };
  const send = async (
    workspace: string,
    id: string | undefined,
    events: readonly unknown[],
  ): Promise<readonly Answer[]> => raced<Answer>({ what: "send", workspace, id, events });
  const readingOf = async (workspace: string) => {
    const found = await open.parts.workspaces.find(workspace);
    if (found === undefined) throw new Error(`no workspace ${workspace}`);
    return (await takeReading(open.parts)(found, NOW)).document as unknown as Reading;
  };
  const headOf = async (workspace: string) => {
    const head = await open.parts.hours.head(workspace);
    if (head === undefined) throw new Error(`no head of ${workspace}`);
    return head;
  };

  it.each([
    { users: 0, how: "in one transaction" },
    { users: USERS, how: "in several" },
  ])("count a batch once that all of them send, $how", async ({ users, how }) => {
    for (let round = 0; round < ROUNDS; round++) {
      const workspace = await newWorkspace();
      const answers = await send(workspace, `batch-${round}`, batchOf(users));

      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
      expect(new Set(answers.map((answer) => JSON.stringify({ ...answer, replayed: true }))).size).toBe(1);
      expect(answers[0]).toMatchObject({ accepted: users + MESSAGES, duplicates: 0, refusedCount: 0 });
      const reading = await readingOf(workspace);
      expect([reading.messages.total, reading.users.total]).toEqual([MESSAGES, users]);
    }
    counted(ROUNDS, `races for one batch (${how})`, title);
  });

  it("count numbered events once that all of them send under batch ids of their own", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const workspace = await newWorkspace();
      const events = batchOf(0).map((one, at) => ({ ...one, sequence: at + 1 }));
      const answers = await send(workspace, undefined, events);

      expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(MESSAGES);
      expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe((PARALLEL - 1) * MESSAGES);
      const reading = await readingOf(workspace);
      expect(reading.messages.total).toBe(MESSAGES);
    }
    counted(ROUNDS, "races for numbered events", title);
  });

  it("close each hour once that all of them close", async () => {
    const HOURS = 3;
    for (let round = 0; round < ROUNDS; round++) {
      const workspace = await newWorkspace();
      await send(workspace, "events", batchOf(USERS));
      const answers = await raced<Run>({ what: "close", workspace }, HOUR_ZERO + HOURS * HOUR_MS);

      const head = await headOf(workspace);
      expect([head.closedThrough, head.publication.number]).toEqual([hourOf(HOUR_ZERO) + HOURS - 1, HOURS]);
      // Those who came second did nothing, or what was left of it.
      expect(answers.reduce((sum, { closed }) => sum + closed, 0)).toBe(HOURS);
      expect(await verifyPublications(open.parts)(workspace)).toMatchObject({
        checked: HOURS,
        flaws: [],
        isWhole: true,
      });
    }
    counted(ROUNDS, "races to close", title);
  });

  it("restate an hour once that all of them restate", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const workspace = await newWorkspace();
      await send(workspace, "events", batchOf(0));
      const later = HOUR_ZERO + HOUR_MS;
      await raced({ what: "close", workspace }, later);
      await send(workspace, "late", batchOf(0));
      const answers = await raced<Run>({ what: "close", workspace }, later);

      expect(answers.reduce((sum, { restated }) => sum + restated, 0)).toBe(1);
      const verified = await verifyPublications(open.parts)(workspace);
      expect(verified).toMatchObject({ checked: 2, flaws: [], isWhole: true });
    }
    counted(ROUNDS, "races to restate", title);
  });

  it("fold once for all who refresh, and all are told the same", async () => {
    let coalesced = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const workspace = await newWorkspace();
      await send(workspace, "events", batchOf(USERS));
      const { version } = await headOf(workspace);
      const answers = await raced<{ state: string; document: string }>({ what: "refresh", workspace });

      expect(answers.filter(({ state }) => state === "fresh")).toHaveLength(1);
      expect(new Set(answers.map(({ document }) => document)).size).toBe(1);
      expect((await headOf(workspace)).version).toBe(version + 1);
      coalesced += answers.filter(({ state }) => state === "coalesced").length;
    }
    counted(ROUNDS, "races to refresh", title);
    counted(coalesced, "refreshes coalesced", title);
  });
});
