import { Failure } from "./failure.ts";
import { isFields, type Fields } from "./fields.ts";
import { endOf, HOUR_MS, MINUTE_MS, startOf } from "./hour.ts";
import { type HourReport, OFF_MS } from "./hour-report.ts";
import { parseInstant } from "./instant.ts";
import { valueAt } from "./path.ts";
import { STATISTICS, type StatisticName } from "./statistic.ts";

const malformed = (what: string): Failure => new Failure("report.malformed", what);

/** The record: under `statistics` in servers of the first years, flat in today's. */
const recordIn = (body: unknown): Fields => {
  if (!isFields(body)) throw malformed("The answer is no JSON object.");
  if (body["success"] === false) throw malformed("The answer says that it failed.");
  const record = isFields(body["statistics"]) ? body["statistics"] : body;
  if (typeof record["totalUsers"] !== "number" && typeof record["version"] !== "string")
    throw malformed("The answer holds no statistics.");
  return record;
};

/** Years of four digits: others can't be written as RFC 3339 has it. */
const FIRST_TIME = Date.parse("0000-01-01T00:00:00.000Z");
const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** Today's servers spell some dates out, as JavaScript does. */
const instantOf = (value: unknown): number | undefined => {
  if (typeof value !== "string" || value === "") return undefined;
  const instant = parseInstant(value) ?? Date.parse(value);
  return instant >= FIRST_TIME && instant <= LAST_TIME ? instant : undefined;
};

const figuresIn = (record: Fields): Partial<Record<StatisticName, number>> => {
  const figures: Partial<Record<StatisticName, number>> = {};
  for (const { name, kind, rocketchat = [] } of STATISTICS)
    for (const field of rocketchat) {
      const value = valueAt(record, field);
      // Where a server could not count it says null, or what JSON has no word for.
      const known =
        kind === "time"
          ? instantOf(value)
          : typeof value === "number" && Number.isSafeInteger(value)
            ? value
            : undefined;
      if (known !== undefined) figures[name] ??= known;
    }
  return figures;
};

const MESSAGES = ["channels", "privateGroups", "direct", "omnichannel", "discussions"] as const;

/** Sentences that today's servers keep by their own definitions; where a term is unknown, nothing is said. */
const isInconsistent = (figures: Readonly<Partial<Record<StatisticName, number>>>): boolean => {
  const sumOf = (...names: StatisticName[]): number =>
    names.reduce((sum, name) => sum + (figures[name] ?? Number.NaN), 0);
  return (
    Object.values(figures).some((value) => value < 0) ||
    sumOf("users.activated", "users.deactivated") > (figures["users.total"] ?? Infinity) ||
    // Those who did not count discussions counted documents, and so something else.
    Math.abs(
      sumOf(...MESSAGES.map((kind) => `messages.${kind}` as const)) - (figures["messages.total"] ?? Number.NaN),
    ) > 0
  );
};

/** Fields that are ours to give, or that nobody else should have. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  "_id",
  "_updatedAt",
  "createdAt",
  "statsToken",
  "success",
  "__proto__",
  ...STATISTICS.flatMap(({ rocketchat = [] }) => rocketchat),
]);
/** Of the set-up form; servers of some years added who filled it in. */
const WIZARD: readonly string[] = [
  "organizationType",
  "industry",
  "size",
  "country",
  "language",
  "serverType",
  "registerServer",
];

const passedOn = (record: Fields): Fields =>
  Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => !NOT_PASSED_ON.has(name))
      .map(([name, value]) =>
        name === "wizard" && isFields(value)
          ? [name, Object.fromEntries(Object.entries(value).filter(([field]) => WIZARD.includes(field)))]
          : [name, value],
      ),
  );

/** Clocks may differ by this much before it is said. */
const SKEW_MS = 5 * MINUTE_MS;

/**
 * Reads a Rocket.Chat server's statistics, of the first servers as of today's. They tell of an instant and not of a
 * window: of when they were counted, which is now when the server was asked to count anew.
 * @param now when they came, milliseconds since 1970 UTC.
 * @throws Failure `report.malformed`.
 */
export const parseRocketchatReport = (
  body: unknown,
  { now, isCountedNow }: { readonly now: number; readonly isCountedNow: boolean },
): HourReport => {
  const record = recordIn(body);
  const createdAt = instantOf(record["createdAt"]) ?? now;
  const isConflict = isCountedNow ? Math.abs(createdAt - now) > SKEW_MS : createdAt > now + SKEW_MS;
  const end = isCountedNow || isConflict ? now : createdAt;
  const window = { start: end - HOUR_MS, end };
  const hour = Math.round(window.start / HOUR_MS);
  const offMs = Math.max(Math.abs(window.start - startOf(hour)), Math.abs(end - endOf(hour)));
  const figures = figuresIn(record);
  return {
    hour,
    window,
    offMs,
    reasons: [
      ...(offMs > OFF_MS ? ["misaligned"] : []),
      ...(isConflict ? ["clock-conflict"] : []),
      ...(isInconsistent(figures) ? ["upstream-inconsistent"] : []),
    ],
    users: [],
    figures,
    upstream: passedOn(record),
  };
};
