import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endOf, hourNamed, hourOf, MINUTE_MS, startOf } from "../../functions/core/hour.ts";
import { windowAt } from "../../functions/core/reading.ts";
import { type Document, valueIn, documentIn } from "../../functions/core/snapshot.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { runs } from "../support/effort.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { anyQuietEvent, HOUR_ZERO, type RawEvent } from "../support/events.ts";
import { Recount } from "../support/oracle.ts";

/** What happens to a workspace, as a list. Times are minutes. */
type Step =
  | {
      readonly kind: "send";
      readonly events: readonly { readonly event: RawEvent; readonly back: number }[];
      readonly copies: number;
    }
  | { readonly kind: "resend"; readonly which: number }
  | { readonly kind: "pass"; readonly minutes: number }
  | { readonly kind: "work" }
  | { readonly kind: "refresh" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      // Event times are given as minutes back from the sending, so that late ones come of themselves.
      events: fc.array(fc.record({ event: anyQuietEvent(0, MINUTE_MS), back: fc.integer({ min: 0, max: 200 }) }), {
        minLength: 1,
        maxLength: 12,
      }),
      copies: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("resend" as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "work" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "refresh" as const }) },
);

const sha256 = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

const LEVELS = STATISTICS.filter(
  (row) => row.kind === "level" && row.derive === undefined && !/^(connections|memory|instances)/.test(row.name),
).map((row) => row.name);
const FLOWS = STATISTICS.filter((row) => row.kind === "flow" || row.kind === "distinct").map((row) => row.name);
const TIMES = ["last.login", "last.message", "last.seen"];

const pick = (document: Document, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, valueIn(document, name)]));
const fill = (numbers: Readonly<Record<string, number>>, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, numbers[name] ?? 0]));

describe("counting, whatever happens in whatever order", () => {
  let open: OpenParts;
  let serial = 0;
  beforeAll(async () => {
    open = await openParts({ now: HOUR_ZERO, cooldownSeconds: 0, expires: false });
  });
  afterAll(async () => {
    await open.close();
  });

  const run = async (steps: readonly Step[]): Promise<void> => {
    const { parts, clock } = open;
    clock.now = HOUR_ZERO + 200 * MINUTE_MS;
    const { workspace } = await newWorkspace(`w${serial++}`);
    const recount = new Recount();
    /** For each closed hour, how many events had been taken when it closed. */
    const closedAt = new Map<number, number>();
    let next = hourOf(HOUR_ZERO);
    const sent: { readonly id: string; readonly events: RawEvent[] }[] = [];
    const ingest = ingestEvents(parts);
    const deliver = (batch: { readonly id: string; readonly events: RawEvent[] }): ReturnType<typeof ingest> =>
      ingest({
        workspace: workspace.id,
        id: batch.id,
        bodyHash: sha256(batch.events),
        events: batch.events,
        mayAdjust: false,
        import: undefined,
      });
    const work = async (): Promise<void> => {
      await closeDueHours(parts)(workspace.id);
      for (; endOf(next) <= clock.now; next++) closedAt.set(next, recount.taken);
    };

    for (const each of steps) {
      if (each.kind === "pass") clock.now += each.minutes * MINUTE_MS;
      else if (each.kind === "work") await work();
      else if (each.kind === "refresh") await refreshStatistics(parts)(workspace);
      else if (each.kind === "resend") {
        const batch = sent[each.which % Math.max(sent.length, 1)];
        if (batch !== undefined)
          expect(await deliver(batch)).toMatchObject({ accepted: batch.events.length, replayed: true });
      } else {
        const events = each.events.map(({ event, back }) => ({
          ...event,
          time: new Date(Math.max(clock.now - back * MINUTE_MS - Date.parse(event.time), HOUR_ZERO)).toISOString(),
        }));
        const batch = { id: `b${sent.length}`, events };
        sent.push(batch);
        const answers = await Promise.all(Array.from({ length: each.copies }, () => deliver(batch)));
        expect(answers.map(({ accepted }) => accepted)).toEqual(answers.map(() => events.length));
        expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
        for (const event of events) recount.take(event);
      }
    }
    await work();
    // A second run finds nothing left to restate.
    expect(await closeDueHours(parts)(workspace.id)).toEqual({ closed: 0, restated: 0, remaining: 0 });

    for (const [hour, order] of closedAt) {
      const snapshot = await parts.snapshots.read(workspace.id, hour);
      const document = documentIn(snapshot?.bytes ?? new Uint8Array());
      expect(hourNamed(document.hour ?? "")).toBe(hour);
      expect(pick(document, LEVELS)).toEqual(fill(recount.levels(hour, order), LEVELS));
      expect(pick(document, FLOWS)).toEqual(fill(recount.flows(startOf(hour), endOf(hour)), FLOWS));
      expect(pick(document, TIMES)).toEqual(recount.times((of, at) => of === hour || (of < hour && at < order)));
      expect(await parts.archive.read(workspace.id, hour)).toEqual(Buffer.from(snapshot?.bytes ?? []));
    }
    await compareReading(workspace, recount);
  };

  const compareReading = async (workspace: Workspace, recount: Recount): Promise<void> => {
    const { parts, clock } = open;
    const { document } = await takeReading(parts)(workspace, clock.now);
    const window = windowAt(clock.now);
    expect(pick(document, LEVELS)).toEqual(fill(recount.levels(Infinity, Infinity), LEVELS));
    expect(pick(document, FLOWS)).toEqual(fill(recount.flows(window.start, window.end), FLOWS));
    expect(pick(document, TIMES)).toEqual(recount.times(() => true));
  };

  const newWorkspace = (id: string): ReturnType<ReturnType<typeof createWorkspace>> =>
    createWorkspace({ ...open.parts, hashPassword: async () => "" })({ id, name: id, startsAt: HOUR_ZERO });

  it("equals a naive recount: flows, distincts and times by event time, levels by commit order", async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), run), {
      numRuns: runs(200, 2_000),
    });
  });
});
