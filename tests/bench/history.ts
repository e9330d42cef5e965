import { hourNamed } from "../../functions/core/hour.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { eventsOf } from "../../local/import/lean-zulip.ts";
import { finish, openOrResume } from "../../local/import/imports.ts";
import { sendBatches } from "../../local/import/send-batches.ts";
import { rowsOfYear } from "../support/recounts/year.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { duel, medianOf, spreadOf } from "./measure.ts";
import { onMeter } from "./meter.ts";

const HOURS = 8_784;
const FROM = hourNamed("2024-01-01T00") ?? Number.NaN;
const STATISTICS = [
  "messages.sent",
  "messages.total",
  "users.seen",
  "users.total",
  "rooms.used",
  "rooms.total",
  "connections.peak",
  "last.message",
];
const ROUNDS = { warmUp: 2, rounds: 12 };

type HistoryParts = Parameters<typeof readHistory>[0];

const unitsOf = (field: Field): Promise<number> =>
  onMeter(field, async (parts, meter) => {
    await readHistory(parts)("year", { statistics: STATISTICS, from: FROM, to: FROM + HOURS });
    return meter.reads;
  });

const run = async (): Promise<readonly Figure[]> =>
  onField(Date.parse("2025-01-02T00:00:00.000Z"), async (field) => {
    const { key } = await field.workspace("year", Date.parse("2025-01-01T00:00:00.000Z"));
    const api = (await field.door())(key);
    const importId = await openOrResume(api);
    if (importId === undefined) throw new Error("the workspace has a past already");
    await sendBatches(api, eventsOf(rowsOfYear(HOURS)), { name: "year", importId });
    await finish(api, importId, "2024-12-31T23");
    const bare = { ...field.parts, series: { ...field.parts.series, between: async () => new Map() } };
    const asked = { statistics: STATISTICS, from: FROM, to: FROM + HOURS };
    const read = async (parts: HistoryParts): Promise<void> => {
      const { rows } = await readHistory(parts)("year", asked);
      if (rows.length !== HOURS || rows[0]?.status !== "imported") throw new Error("the history is not the year's");
    };
    const { ours, theirs } = await duel({ ours: () => read(field.parts), theirs: () => read(bare) }, ROUNDS);
    const ratios = ours.map((own, at) => (theirs[at] ?? Number.NaN) / own);
    const units = await unitsOf(field);
    return [
      {
        ...figure("reading 8,784 snapshots over reading their series", "×", spreadOf(ratios), { atLeast: 20 }),
        value: medianOf(theirs) / medianOf(ours),
      },
      figure("a year of hours, 8 statistics", "ms", spreadOf(ours)),
      figure("the same from snapshots", "ms", spreadOf(theirs)),
      figure("a year of hours", "read units", spreadOf([units]), { atMost: 250 }),
    ];
  });

/** How fast histories are read. */
export const HISTORY: Part = {
  name: "history",
  title: "Reading a year",
  how:
    "The real year 2024, imported over HTTP and closed, 8,784 hours; eight statistics of all of them, read by the task " +
    "behind `GET /v1/history`: as it does, and by turns with nothing packed, so that every snapshot has to be read. " +
    `${ROUNDS.rounds} rounds after ${ROUNDS.warmUp} to warm up. Read units are the engine's own word.`,
  run,
};
