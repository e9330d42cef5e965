import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Hour, hourNamed, hourName, startOf } from "../../functions/core/hour.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { eventsOf, type Row } from "../../local/import/lean-zulip.ts";
import { finish, openOrResume } from "../../local/import/imports.ts";
import { sendBatches } from "../../local/import/send-batches.ts";
import { rowsOfYear } from "../support/recounts/year.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { duel, medianOf, spreadOf, timed } from "./measure.ts";
import { onMeter, setBack } from "./meter.ts";
import type { Walk, Walked } from "./walk-history.ts";

/** Of the real year, which is a leap year. */
const HOURS = 8_784;
const YEARS = 5;
/** The real year is the last; the four before it are the same, so many hours earlier each. */
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
interface Range {
  readonly from: Hour;
  readonly to: Hour;
}

/** The last `count` years, one after the other: an answer is made of one at most. */
const yearsOf = (count: number): readonly Range[] =>
  Array.from({ length: count }, (_, at) => FROM - (count - 1 - at) * HOURS).map((from) => ({ from, to: from + HOURS }));

/** The messages of all years. */
async function* rowsOfYears(): AsyncGenerator<Row> {
  for (const [at, { from }] of yearsOf(YEARS).entries()) {
    const earlier = (startOf(FROM) - startOf(from)) / 1_000;
    for await (const row of rowsOfYear(HOURS))
      yield { ...row, time: row.time - earlier, message: `${at}.${row.message}` };
  }
}

const fill = async (field: Field): Promise<string> => {
  const { key } = await field.workspace("years", startOf(FROM + HOURS + 24));
  const api = (await field.door())(key);
  const importId = await openOrResume(api);
  if (importId === undefined) throw new Error("the workspace has a past already");
  await sendBatches(api, eventsOf(rowsOfYears()), { name: "years", importId });
  await finish(api, importId, hourName(FROM + HOURS - 1));
  return key;
};

const read = async (parts: HistoryParts, ranges: readonly Range[]): Promise<void> => {
  for (const range of ranges) {
    const { rows } = await readHistory(parts)("years", { statistics: STATISTICS, ...range });
    if (rows.length !== range.to - range.from || rows.some(({ status }) => status !== "imported"))
      throw new Error("the history is not what was imported");
  }
};

/** How long ranges take, by turns, and what they read. */
const rangesOf = (field: Field): Promise<readonly Figure[]> =>
  onMeter(field, async (metered, meter) => {
    const ranges: readonly (readonly [string, readonly Range[]])[] = [
      ["a day of hours", [{ from: FROM + HOURS - 24, to: FROM + HOURS }]],
      ["a month of hours", [{ from: FROM + HOURS - 31 * 24, to: FROM + HOURS }]],
      ["a year of hours", yearsOf(1)],
      ["five years of hours", yearsOf(YEARS)],
    ];
    const times = ranges.map((): number[] => []);
    for (let round = 0; round < ROUNDS.warmUp + ROUNDS.rounds; round++)
      for (const [at, [, range]] of ranges.entries()) {
        const took = await timed(() => read(field.parts, range));
        if (round >= ROUNDS.warmUp) times[at]?.push(took);
      }
    const figures: Figure[] = [];
    for (const [at, [name, range]] of ranges.entries()) {
      setBack(meter);
      await read(metered, range);
      const bar = name === "a year of hours" ? { atMost: 250 } : undefined;
      figures.push(
        figure(name, "ms", spreadOf(times[at] ?? [])),
        figure(name, "read units", spreadOf([meter.reads]), bar),
      );
    }
    return figures;
  });

const WALKER = fileURLToPath(new URL("walk-history.ts", import.meta.url));
const WALKS = 3;
const MB = 1e6;

/** What a heap may hold while years are walked through: less than a function of 256 MB has. */
const HEAP = ["--max-old-space-size=64", "--max-semi-space-size=8"];

/** Walks through so many years in a process of its own, which ends when its heap is too small. */
const walked = async (field: Field, key: string, years: number): Promise<Walked> => {
  const walk: Walk = {
    endpoint: field.endpoint,
    table: field.table,
    archive: join(field.folder, "archive"),
    key,
    now: field.clock.now,
    ranges: yearsOf(years),
  };
  const { stdout } = await promisify(execFile)(process.execPath, [...HEAP, WALKER, JSON.stringify(walk)]);
  return JSON.parse(stdout) as Walked;
};

/** What walking takes of a process's memory: the more there is to walk through, the more would lie about. */
const walks = async (field: Field, key: string): Promise<readonly Figure[]> => {
  const one: Walked[] = [];
  const all: Walked[] = [];
  for (let round = 0; round < WALKS; round++) {
    one.push(await walked(field, key, 1));
    all.push(await walked(field, key, YEARS));
  }
  const peaks = (some: readonly Walked[]): readonly number[] => some.map(({ peakBytes }) => peakBytes / MB);
  return [
    {
      ...figure(
        "peak memory of five years' pages over one year's",
        "×",
        spreadOf(peaks(all).map((peak, at) => peak / (peaks(one)[at] ?? Number.NaN))),
        { atMost: 1.1 },
      ),
      value: medianOf(peaks(all)) / medianOf(peaks(one)),
    },
    figure("peak memory, five years of every statistic", "MB", spreadOf(peaks(all))),
    figure("their pages", "pages", spreadOf(all.map(({ pages }) => pages))),
    figure("their answers", "MB", spreadOf(all.map(({ bytes }) => bytes / MB))),
  ];
};

const run = async (): Promise<readonly Figure[]> =>
  onField(startOf(FROM + HOURS + 48), async (field) => {
    const key = await fill(field);
    const bare = { ...field.parts, series: { ...field.parts.series, between: async () => new Map() } };
    const sides = { ours: () => read(field.parts, yearsOf(1)), theirs: () => read(bare, yearsOf(1)) };
    const { ours, theirs } = await duel(sides, ROUNDS);
    const ratios = ours.map((own, at) => (theirs[at] ?? Number.NaN) / own);
    return [
      {
        ...figure("reading 8,784 snapshots over reading their series", "×", spreadOf(ratios), { atLeast: 20 }),
        value: medianOf(theirs) / medianOf(ours),
      },
      figure("the series", "ms", spreadOf(ours)),
      figure("the snapshots", "ms", spreadOf(theirs)),
      ...(await rangesOf(field)),
      ...(await walks(field, key)),
    ];
  });

/** How fast histories are read. */
export const HISTORY: Part = {
  name: "history",
  title: "Reading a year",
  how:
    "The real year 2024 and the same four times before it, imported over HTTP and closed: five years of 8,784 hours. " +
    "Eight statistics of all hours of the last, read by the task behind `GET /v1/history`: as it does, and by turns with " +
    "nothing packed, so that every snapshot has to be read. Then a day, a month, a year and five years in the same way, " +
    `a year at a time. ${ROUNDS.rounds} rounds after ${ROUNDS.warmUp} to warm up. Read units are the engine's own word. ` +
    "Last, a process of its own walks through the pages of every statistic, as API Gateway would ask for them, of one " +
    `year and of five (${WALKS} times by turns), with ${HEAP.join(" and ")}, which end it if that is too little; the ` +
    "figure is what it held in memory at most, Node itself included.",
  run,
};
