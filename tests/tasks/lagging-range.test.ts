import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { readLedger } from "../../functions/tasks/read-ledger.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";

const ZERO = hourOf(HOUR_ZERO);

/** A store whose ranges do not show the last hour yet, as DynamoDB's may for a moment: they are eventually consistent. */
const lagging = (parts: Parts): Parts => ({
  ...parts,
  snapshots: {
    ...parts.snapshots,
    range: async (workspace, from, to, limit) => {
      const { snapshots, next } = await parts.snapshots.range(workspace, from, to, limit);
      return { snapshots: snapshots.filter(({ hour }) => hour < ZERO + 2), next };
    },
  },
});

describe("an hour that closed a moment ago", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene({ now: HOUR_ZERO, change: lagging });
    scene.clock.now = HOUR_ZERO + 3 * HOUR_MS;
    await scene.send([0, 1, 2].map((hour) => message(HOUR_ZERO + hour * HOUR_MS)));
    await scene.work();
  });
  afterEach(() => scene.close());

  it("is in the history, and not open", async () => {
    const asked = { statistics: ["messages.sent"], from: ZERO, to: ZERO + 4 };
    const { rows } = await readHistory(scene.parts)("demo", asked);
    expect(rows.map((row) => [row.status, row["messages.sent"]])).toEqual([
      ["complete", 1],
      ["complete", 1],
      ["complete", 1],
      ["open", null],
    ]);
  });

  it("is in the ledger, and not open", async () => {
    const { rows } = await readLedger(scene.parts)(scene.workspace, { from: ZERO, to: ZERO + 4, limit: 10 });
    expect(rows.map(({ status }) => status)).toEqual(["complete", "complete", "complete", "open"]);
  });

  it("is in a window", async () => {
    const window = { start: HOUR_ZERO, end: HOUR_ZERO + 3 * HOUR_MS };
    expect(await readWindow(scene.parts)(scene.workspace, window)).toMatchObject({ messageCount: 3 });
  });
});
