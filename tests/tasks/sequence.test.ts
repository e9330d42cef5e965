import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../functions/core/failure.ts";
import { valueIn } from "../../functions/core/document.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { readReporter } from "../../functions/tasks/read-reporters.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { runs } from "../support/effort.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { minutes, numbered, openScene, type Scene, sha256 } from "../support/scene.ts";

const sentIn = async (scene: Scene): Promise<unknown> =>
  valueIn((await takeReading(scene.parts)(scene.workspace, scene.clock.now)).document, "messages.sent");

describe("a reporter that numbers its events", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ now: HOUR_ZERO + minutes(30), startsAt: HOUR_ZERO });
  });
  afterAll(() => scene.close());

  const stream = (source: string, count: number): ReturnType<typeof numbered> =>
    numbered(Array.from({ length: count }, (_, at) => message(HOUR_ZERO + at * 1_000, `u${at}`, "r", { source })));

  it("is counted once, however its stream is cut into batches that overlap, come again and come at once", async () => {
    let serial = 0;
    const cut = fc.array(
      fc.record({ back: fc.nat(8), length: fc.integer({ min: 1, max: 15 }), copies: fc.integer({ min: 1, max: 3 }) }),
      { minLength: 3, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(cut, async (cuts) => {
        const { parts } = scene;
        const { workspace } = await createWorkspace(parts)({ id: `s${serial++}`, name: "S", startsAt: HOUR_ZERO });
        const ingest = ingestEvents(parts);
        const events = stream("a", 60);
        let next = 0;
        for (const [turn, { back, length, copies }] of cuts.entries()) {
          const from = Math.max(next - back, 0);
          const to = Math.min(from + length, events.length);
          const part = events.slice(from, to);
          if (part.length === 0) continue;
          const answers = await Promise.all(
            Array.from({ length: copies }, (_, copy) =>
              // Copies with ids of their own: only the numbers can tell that they are the same.
              ingest({
                workspace: workspace.id,
                id: `batch-${turn}-${copy}`,
                bodyHash: sha256(part),
                events: part,
                mayAdjust: false,
                import: undefined,
              }),
            ),
          );
          const fresh = Math.max(to - Math.max(from, next), 0);
          expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(fresh);
          for (const answer of answers) expect(answer.accepted + answer.duplicates).toBe(part.length);
          next = Math.max(next, to);
        }
        const { document } = await takeReading(parts)(workspace, scene.clock.now);
        expect(valueIn(document, "messages.sent")).toBe(next);
        expect(valueIn(document, "users.seen")).toBe(next);
        expect(await readReporter(parts)(workspace.id, "a")).toMatchObject({ source: "a", next: next + 1 });
      }),
      { numRuns: runs(25, 250) },
    );
  });

  it("is told what is expected when a batch starts above, and nothing of that batch counts", async () => {
    const events = stream("gap", 10);
    await scene.send(events.slice(0, 3));
    const before = await sentIn(scene);
    const refused = await scene.send([message(HOUR_ZERO), ...events.slice(5)]).catch((failure: unknown) => failure);
    expect(refused).toBeInstanceOf(Failure);
    expect(refused).toMatchObject({ code: "sequence.gap", details: { source: "gap", expected: 4 } });
    expect(await sentIn(scene)).toBe(before);
    expect(await scene.send(events.slice(3))).toMatchObject({ accepted: 7, duplicates: 0 });
  });

  it("may begin with 0 or 1, and not with 2", async () => {
    expect(await scene.send(numbered([message(HOUR_ZERO, "a", "r", { source: "zero" })], 0))).toMatchObject({
      accepted: 1,
    });
    expect(await scene.send(numbered([message(HOUR_ZERO, "a", "r", { source: "one" })], 1))).toMatchObject({
      accepted: 1,
    });
    await expect(scene.send(numbered([message(HOUR_ZERO, "a", "r", { source: "two" })], 2))).rejects.toMatchObject({
      code: "sequence.gap",
      details: { expected: 1 },
    });
  });

  it("gets duplicates, and nothing counted, when it starts its numbers again", async () => {
    await scene.send(stream("again", 5));
    const restarted = numbered(
      Array.from({ length: 3 }, (_, at) => message(HOUR_ZERO + at, "late", "r", { source: "again" })),
    );
    expect(await scene.send(restarted)).toMatchObject({ accepted: 0, duplicates: 3, refusedCount: 0 });
    expect(await readReporter(scene.parts)("demo", "again")).toMatchObject({ source: "again", next: 6 });
  });

  it("uses up the number of an event that is refused", async () => {
    const source = "clumsy";
    const events = numbered([
      message(HOUR_ZERO, "a", "r", { source }),
      event("no.such", HOUR_ZERO, {}, { source }),
      message(HOUR_ZERO, "b", "r", { source }),
    ]);
    expect(await scene.send(events)).toMatchObject({
      accepted: 2,
      refusedCount: 1,
      refused: [{ index: 1, code: "event-unknown-type" }],
    });
    expect(await scene.send(numbered([message(HOUR_ZERO, "c", "r", { source })], 4))).toMatchObject({ accepted: 1 });
  });
});
