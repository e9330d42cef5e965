import { createHash } from "node:crypto";
import { RoaringBitmap32, roaringLibraryInitialize } from "roaring-wasm";
import { pressed, unpressed } from "../../functions/adapters/dynamodb/bodies.ts";
import type { Sets } from "../../functions/core/publication.ts";
import { hourNamed } from "../../functions/core/hour.ts";
import { UnionTally } from "../../functions/core/union.ts";
import { type HistoryParts, readHistory } from "../../functions/tasks/read-history.ts";
import { eventsOf } from "../../local/import/lean-zulip.ts";
import { finish, openOrResume } from "../../local/import/imports.ts";
import { sendBatches } from "../../local/import/send-batches.ts";
import { rowsOfYear } from "../support/recounts/year.ts";
import { onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { duel, medianOf, spreadOf, timed } from "./measure.ts";
import { type Meter, onMeter, setBack } from "./meter.ts";

const HOURS = 8_784;
const FROM = hourNamed("2024-01-01T00") ?? Number.NaN;
const PEOPLE = 50_000;
const ROUNDS = { warmUp: 1, rounds: 5 };

/** An id as Rocket.Chat makes them: 17 characters that no compression knows. */
const idOf = (at: number): string =>
  createHash("sha256").update(`user ${at}`).digest("base64url").replaceAll(/[-_]/g, "x").slice(0, 17);

/** Whoever of many people is seen in a time, by a share of them; always the same for the same time. */
const seenIn = (time: number, share: number): readonly number[] =>
  Array.from({ length: PEOPLE }, (_, at) => at).filter(
    (at) => ((at * 2_654_435_761 + time * 40_503) >>> 7) % 1_000 < share * 1_000,
  );

/** The same people as a list of ids, as it is kept, and as a bitmap of numbers that somebody gave them. */
interface Kept {
  readonly list: Uint8Array;
  readonly bitmap: Uint8Array;
}

const keptOf = (sets: Sets, numberOf: (id: string) => number): Kept => {
  const bitmap = new RoaringBitmap32(sets.users.map(([id]) => numberOf(id)));
  bitmap.optimize();
  const bytes = Uint8Array.from(bitmap.serialize("portable"));
  bitmap.dispose();
  return { list: pressed(JSON.stringify(sets)), bitmap: bytes };
};

const unionOfLists = (kept: readonly Kept[]): number => {
  const tally = new UnionTally();
  for (const { list } of kept) tally.add(JSON.parse(unpressed(list).toString()) as Sets);
  return tally.users.size;
};

const unionOfBitmaps = (kept: readonly Kept[]): number => {
  const union = new RoaringBitmap32();
  for (const { bitmap } of kept) {
    const other = RoaringBitmap32.deserialize("portable", bitmap);
    union.orInPlace(other);
    other.dispose();
  }
  const { size } = union;
  union.dispose();
  return size;
};

const IDS = Array.from({ length: PEOPLE }, (_, at) => idOf(at));
const NUMBERS = new Map(IDS.map((id, at) => [id, at]));

const synthetic = (time: number, share: number): Kept => {
  const users = seenIn(time, share)
    .map((at): [string, number] => [IDS[at] ?? "", 1 + (at % 20)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return keptOf({ users, rooms: [] }, (id) => NUMBERS.get(id) ?? 0);
};

const kilobytes = (bytes: readonly number[]): ReturnType<typeof spreadOf> =>
  spreadOf(bytes.map((some) => some / 1_000));

/** Unions of many: how long they take as lists and as bitmaps, and how large what is united is. */
const large = async (): Promise<readonly Figure[]> => {
  const hours = Array.from({ length: 24 }, (_, at) => synthetic(at, 0.2));
  const days = Array.from({ length: 31 }, (_, at) => synthetic(100 + at, 0.6));
  const months = Array.from({ length: 12 }, (_, at) => synthetic(1_000 + at, 0.95));
  const figures: Figure[] = [];
  for (const [name, parts] of [
    ["24 hours of 10,000", hours],
    ["7 days of 30,000", days.slice(0, 7)],
    ["31 days of 30,000", days],
    ["366 days as 12 months of 47,500", months],
  ] as const) {
    if (unionOfLists(parts) !== unionOfBitmaps(parts)) throw new Error("the two do not count the same");
    const { ours, theirs } = await duel(
      { ours: () => unionOfLists(parts), theirs: () => unionOfBitmaps(parts) },
      ROUNDS,
    );
    figures.push(
      figure(`${name}: lists of ids`, "ms", spreadOf(ours)),
      figure(`${name}: bitmaps`, "ms", spreadOf(theirs)),
    );
  }
  figures.push(
    figure("a day of 30,000: list of ids", "KB", kilobytes(days.map(({ list }) => list.length))),
    figure("a day of 30,000: bitmap", "KB", kilobytes(days.map(({ bitmap }) => bitmap.length))),
    figure("a month of 47,500: list of ids", "KB", kilobytes(months.map(({ list }) => list.length))),
    figure("a month of 47,500: bitmap", "KB", kilobytes(months.map(({ bitmap }) => bitmap.length))),
    figure(
      "what bitmaps need beside them: the numbers of 50,000",
      "KB",
      kilobytes([pressed(JSON.stringify([...NUMBERS])).length]),
    ),
    figure("reading those numbers", "ms", spreadOf([await timed(readNumbers)])),
  );
  return figures;
};

const NUMBERING = pressed(JSON.stringify([...NUMBERS]));
const readNumbers = (): number => new Map(JSON.parse(unpressed(NUMBERING).toString()) as [string, number][]).size;

const ASKED = { statistics: ["users.seen", "rooms.used"], from: FROM, to: FROM + HOURS };

/** What a year costs by day, week and month, with unions and without. */
const yearly = async (parts: HistoryParts, meter: Meter): Promise<readonly Figure[]> => {
  const bare: HistoryParts = { ...parts, unions: { ...parts.unions, between: async () => [] } };
  const figures: Figure[] = [];
  const none = { ...ASKED, statistics: ["messages.sent"] };
  for (const [interval, timeZone, bar] of [
    ["month", "UTC", { atMost: 40 }],
    ["week", "UTC", undefined],
    ["day", "UTC", undefined],
    ["month", "Europe/Berlin", undefined],
  ] as const) {
    const unitsOf = async (some: HistoryParts, asked: typeof ASKED): Promise<number> => {
      setBack(meter);
      await readHistory(some)("year", { ...asked, interval, timeZone });
      return meter.reads;
    };
    // What head and series cost is not the unions' doing.
    const base = await unitsOf(parts, none);
    const name = `a year by ${interval}, ${timeZone}`;
    figures.push(
      figure(`${name}: unions`, "read units", spreadOf([(await unitsOf(parts, ASKED)) - base]), bar),
      figure(`${name}: hourly sets`, "read units", spreadOf([(await unitsOf(bare, ASKED)) - base])),
    );
  }
  const read = (some: HistoryParts) => () => readHistory(some)("year", { ...ASKED, interval: "month" });
  const { ours, theirs } = await duel({ ours: read(parts), theirs: read(bare) }, ROUNDS);
  figures.push({
    ...figure(
      "a year by month from hourly sets over from unions",
      "×",
      spreadOf(ours.map((own, at) => (theirs[at] ?? 0) / own)),
      {
        atLeast: 3,
      },
    ),
    value: medianOf(theirs) / medianOf(ours),
  });
  figures.push(...(await sizesOf(parts)));
  return figures;
};

/** How large the real unions are. */
const sizesOf = async (parts: HistoryParts): Promise<readonly Figure[]> => {
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => {
    numbers.set(id, numbers.get(id) ?? numbers.size);
    return numbers.get(id) ?? 0;
  };
  const figures: Figure[] = [];
  for (const length of ["day", "week", "month"] as const) {
    const unions = await parts.unions.between("year", length, FROM / 24, FROM / 24 + 366);
    const kept: Kept[] = [];
    for (const { read } of unions) kept.push(keptOf((await read?.()) ?? { users: [], rooms: [] }, numberOf));
    figures.push(
      figure(`a real ${length}: list of ids, messages and rooms`, "KB", kilobytes(kept.map(({ list }) => list.length))),
      figure(`a real ${length}: bitmap of users alone`, "KB", kilobytes(kept.map(({ bitmap }) => bitmap.length))),
    );
  }
  return figures;
};

const run = async (): Promise<readonly Figure[]> => {
  await roaringLibraryInitialize();
  const synthesized = await large();
  return onField(Date.parse("2025-01-02T00:00:00.000Z"), async (field) => {
    const { key } = await field.workspace("year", Date.parse("2025-01-01T00:00:00.000Z"));
    const api = (await field.door())(key);
    const importId = await openOrResume(api);
    if (importId === undefined) throw new Error("the workspace has a past already");
    await sendBatches(api, eventsOf(rowsOfYear(HOURS)), { name: "year", importId });
    await finish(api, importId, "2024-12-31T23");
    return [...synthesized, ...(await onMeter(field, yearly))];
  });
};

/** How long different people of a range take. */
export const UNIONS: Part = {
  name: "unions",
  title: "Different people over a time",
  how:
    "Unions of who was seen, kept as compressed lists of ids (what is built) and as roaring bitmaps over a numbering of " +
    "the workspace's people: 50,000 made-up people whose ids no compression knows, and the real year 2024. Each side " +
    "decodes what is stored and unites it, by turns. Read units are the engine's own word, less what head and series cost.",
  run,
};
