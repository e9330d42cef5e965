import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endOf, hourOf, MINUTE_MS, startOf } from "../../functions/core/hour.ts";
import { documentIn, valueIn } from "../../functions/core/snapshot.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { pauseWorkspace, resumeWorkspace } from "../../functions/tasks/pause-workspace.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { runs } from "../support/effort.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { anyQuietEvent, HOUR_ZERO, type RawEvent } from "../support/events.ts";
import { Recount } from "../support/oracle.ts";
import { sha256 } from "../support/scene.ts";

/** What happens to a workspace; before each step some minutes pass. */
interface Step {
  readonly kind: "send" | "pause" | "resume" | "work";
  readonly minutes: number;
  readonly events: readonly { readonly event: RawEvent; readonly back: number }[];
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("send", "send", "pause", "resume", "work"),
  minutes: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 150 })),
  // Event times are given as minutes back from the sending, so that some lie in pauses and in closed hours.
  events: fc.array(fc.record({ event: anyQuietEvent(0, MINUTE_MS), back: fc.integer({ min: 0, max: 200 }) }), {
    minLength: 1,
    maxLength: 6,
  }),
});

const LEVELS = ["messages.total", "users.total", "rooms.total", "uploads.total"] as const;
const FLOWS = ["messages.sent", "users.seen", "rooms.used", "uploads.added"] as const;

const pick = (numbers: Readonly<Record<string, number>>, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, numbers[name] ?? 0]));

/** Levels of the recount, whose messages are by kind. */
const levelsOf = (recount: Recount, hour: number, order: number): Record<string, number> => {
  const levels = recount.levels(hour, order);
  const kinds = ["channels", "privateGroups", "direct", "omnichannel", "discussions"];
  const total = kinds.reduce((sum, kind) => sum + (levels[`messages.${kind}`] ?? 0), 0);
  return pick({ ...levels, "messages.total": total }, LEVELS);
};

describe("counting with pauses, whatever happens in whatever order", () => {
  let open: OpenParts;
  let serial = 0;
  beforeAll(async () => {
    open = await openParts({ now: HOUR_ZERO, cooldownSeconds: 0, expires: false });
  });
  afterAll(() => open.close());

  const run = async (steps: readonly Step[]): Promise<void> => {
    const { parts, clock } = open;
    clock.now = HOUR_ZERO;
    const id = `w${serial++}`;
    const { workspace } = await createWorkspace({ ...parts, hashPassword: async () => "" })({
      id,
      name: id,
      startsAt: HOUR_ZERO,
    });
    const ingest = ingestEvents(parts);
    const recount = new Recount();
    /** Every minute in which nothing was taken, and for each closed hour how many events had been taken by then. */
    const pausedMinutes = new Set<number>();
    const closedAt = new Map<number, number>();
    let isPaused = false;
    let next = hourOf(HOUR_ZERO);
    const work = async (): Promise<void> => {
      await closeDueHours(parts)(id);
      for (; endOf(next) <= clock.now; next++) closedAt.set(next, recount.taken);
    };

    for (const [at, { kind, minutes, events }] of steps.entries()) {
      for (let minute = 0; minute < minutes; minute++, clock.now += MINUTE_MS)
        if (isPaused) pausedMinutes.add(clock.now / MINUTE_MS);
      if (kind === "work") await work();
      else if (kind === "pause") {
        await pauseWorkspace(parts)(id);
        isPaused = true;
      } else if (kind === "resume") {
        await resumeWorkspace(parts)(id);
        isPaused = false;
      } else {
        const sent = events.map(({ event, back }) => ({
          ...event,
          time: new Date(Math.max(clock.now - back * MINUTE_MS - Date.parse(event.time), HOUR_ZERO)).toISOString(),
        }));
        const batch = { workspace: id, id: `b${at}`, bodyHash: sha256(sent), events: sent };
        const taking = ingest({ ...batch, mayAdjust: false, import: undefined });
        if (isPaused) await expect(taking).rejects.toMatchObject({ code: "workspace.paused" });
        else {
          expect(await taking).toMatchObject({ accepted: sent.length });
          for (const event of sent) recount.take(event);
        }
      }
    }
    await work();
    expect(await closeDueHours(parts)(id)).toEqual({ closed: 0, restated: 0, remaining: 0 });

    const head = await parts.hours.head(id);
    for (const [hour, order] of closedAt) {
      const minutes = Array.from({ length: 60 }, (_, minute) => startOf(hour) / MINUTE_MS + minute);
      const lost = minutes.filter((minute) => pausedMinutes.has(minute)).length;
      const flows = pick(recount.flows(startOf(hour), endOf(hour)), FLOWS);
      const snapshot = await parts.snapshots.read(id, hour);
      const isMissing = head?.missing.some(([from, to]) => hour >= from && hour < to) ?? false;
      expect(isMissing).toBe(lost === 60);
      if (snapshot === undefined) {
        expect([lost, flows]).toEqual([60, pick({}, FLOWS)]);
        continue;
      }
      const document = documentIn(snapshot.bytes);
      const values = (names: readonly string[]): object =>
        Object.fromEntries(names.map((name) => [name, valueIn(document, name)]));
      expect(values(FLOWS)).toEqual(flows);
      expect(values(LEVELS)).toEqual(
        lost === 60 ? Object.fromEntries(LEVELS.map((name) => [name, null])) : levelsOf(recount, hour, order),
      );
      expect(document.ledger.reasons.includes("paused")).toBe(lost > 0);
      if (lost > 0) expect(document.ledger.status).toBe("partial");
    }
    const { document } = await takeReading(parts)(workspace, clock.now);
    const levels = Object.fromEntries(LEVELS.map((name) => [name, valueIn(document, name)]));
    expect(levels).toEqual(levelsOf(recount, Infinity, Infinity));
  };

  it("equals a naive recount of what was taken, and tells of each hour whether all, some or none of it was", async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), run), {
      numRuns: runs(60, 600),
    });
  });
});
