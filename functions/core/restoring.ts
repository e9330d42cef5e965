import { NOTHING_CARRIED, unknownUntil } from "./connections.ts";
import type { InstanceReport } from "./event.ts";
import { type Head, type MissingHours, newHead } from "./head.ts";
import { type Hour, HOUR_SECONDS, hourOf, startOf } from "./hour.ts";
import { dateIn } from "./instant.ts";
import type { Restored } from "./restored.ts";
import { type Day, dayOf, hoursOf } from "./series.ts";
import { type Document, isReported, valueIn } from "./document.ts";
import { type Amounts, type LevelName, type StatisticName, STATISTICS, type TimeName } from "./statistic.ts";
import type { Link } from "./verification.ts";
import { DEFAULT_SETTINGS, type Workspace } from "./workspace.ts";

const numberIn = (document: Document | undefined, name: StatisticName): number | null => {
  const value = document === undefined ? null : valueIn(document, name);
  return typeof value === "number" ? value : null;
};

/** Names of the numbers that totals are kept of and no directory is needed for. */
const KEPT_LEVELS = STATISTICS.filter(
  ({ name, kind, derive }) => kind === "level" && derive === undefined && /^(messages|uploads)\./.test(name),
).map(({ name }) => name as LevelName);

const TIMES = STATISTICS.filter(({ kind }) => kind === "time").map(({ name }) => name as TimeName);

/** The zone of a restored workspace. */
const { timeZone } = DEFAULT_SETTINGS;

/** The most connections of an hour, as it closes: a server may report those of its day alone. */
const peakIn = (document: Document): number | null =>
  numberIn(document, "connections.peak") ?? (isReported(document) ? numberIn(document, "connections.dayPeak") : null);

/** What the standing documents of a workspace come to; they are noted by hour. */
export class Past {
  readonly hours: Hour[] = [];
  last: Document | undefined;
  /** The last one that tells levels. */
  #levels: Document | undefined;
  readonly #times: Partial<Record<TimeName, number>> = {};
  #dayPeak: Head["dayPeak"] = null;

  note(hour: Hour, document: Document): void {
    this.hours.push(hour);
    this.last = document;
    if (numberIn(document, "messages.total") !== null) this.#levels = document;
    this.#notePeak(dateIn(timeZone, startOf(hour)), peakIn(document));
    for (const name of TIMES) {
      const told = valueIn(document, name);
      const time = typeof told === "string" ? Date.parse(told) : Number.NaN;
      if (!Number.isNaN(time)) this.#times[name] = Math.max(this.#times[name] ?? time, time);
    }
  }

  /** Day by day of the restored workspace: its documents' own day peaks are of days as it had them before. */
  #notePeak(date: string, peak: number | null): void {
    const before = this.#dayPeak?.date === date ? this.#dayPeak.peak : null;
    this.#dayPeak =
      peak === null && before === null ? null : { date, timeZone, peak: Math.max(peak ?? 0, before ?? 0) };
  }

  get dayPeak(): Head["dayPeak"] {
    return this.#dayPeak;
  }

  get source(): Workspace["source"] {
    if (this.last === undefined || !isReported(this.last)) return "events";
    return this.last["upstream"] === undefined ? "imkit" : "rocketchat";
  }

  /** Totals without what only the directory tells. */
  get totals(): Head["totals"] {
    if (this.source !== "events") return { levels: {}, times: {}, primary: null };
    const levels: Amounts = {};
    for (const name of KEPT_LEVELS) {
      const value = numberIn(this.#levels, name) ?? 0;
      if (value !== 0) levels[name] = value;
    }
    return { levels, times: { ...this.#times }, primary: this.last === undefined ? null : reportIn(this.last) };
  }

  /** What was lost with the directory: nothing where it was empty, or where none is kept. */
  lost(area: "users" | "rooms"): null | 0 {
    return this.source !== "events" || numberIn(this.#levels, `${area}.total`) === 0 ? 0 : null;
  }
}

/** What a document tells of the instance that the deployment shows; null when none is known. */
const reportIn = ({ deployment, instances }: Document): InstanceReport | null => {
  const { version, process: running, id: _id, installedAt: _installedAt, ...others } = deployment;
  if (version === null) return null;
  const { nodeVersion: _nodeVersion, pid, uptime, ...process } = (running ?? {}) as Record<string, unknown>;
  const [listed] = instances.list as readonly { readonly id?: string; readonly address?: string | null }[];
  const told = { ...others, pid, uptime, address: listed?.address, process };
  const known = Object.entries(told).filter(([, value]) => value !== null && value !== undefined);
  return { id: listed?.id ?? "", version, ...Object.fromEntries(known) };
};

/** Hours between the first and the last document that have none. */
const gapsIn = (hours: readonly Hour[], why: string | undefined): readonly MissingHours[] =>
  hours.flatMap((hour, at): MissingHours[] => {
    const next = hours[at + 1];
    if (next === undefined || next === hour + 1) return [];
    return [why === undefined ? [hour + 1, next] : [hour + 1, next, why]];
  });

/** Why nothing is known of an hour that lies behind the archive's last document, or that an incomplete archive lacks. */
const LOST = { after: "restored", within: "not-archived" } as const;

/**
 * The head of a workspace whose log, directory and deltas are gone. It goes on in the running hour: what lies between
 * the last document and that is missing. Nobody knows who was seen, or who was connected.
 * @param last the last publication that fits.
 * @param isWhole the archive lacks nothing, so an hour without a document never had one.
 */
export const restoredHead = (
  past: Past,
  {
    last,
    isWhole,
    now,
  }: { readonly last: Pick<Link, "number" | "sha256">; readonly isWhole: boolean; readonly now: number },
): Head => {
  const { hours, totals, source } = past;
  const [first = hourOf(now)] = hours;
  const restoredThrough = hours.at(-1) ?? first;
  const closedThrough = Math.max(restoredThrough, hourOf(now) - 1);
  const days = [...new Set(hours.map(dayOf))];
  return {
    ...newHead(first),
    closedThrough,
    totals,
    carried: source === "events" ? unknownUntil((closedThrough + 1) * HOUR_SECONDS) : NOTHING_CARRIED,
    unpacked: days.filter((day) => !isOver(day, closedThrough)),
    publication: { number: last.number, sha256: last.sha256 },
    // Whoever has in mind what is usual reads it anew.
    rewritten: last.number,
    dayPeak: past.dayPeak,
    judged: { hour: restoredThrough, anomalies: past.last?.anomalies ?? null },
    missing: [
      ...gapsIn(hours, isWhole ? undefined : LOST.within),
      ...(closedThrough > restoredThrough
        ? [[restoredThrough + 1, closedThrough + 1, LOST.after] satisfies MissingHours]
        : []),
    ],
    people: { from: closedThrough + 1, swept: closedThrough + 1 },
    restoredThrough,
  };
};

/** Whether every hour of a day is closed or missing. */
export const isOver = (day: Day, closedThrough: Hour): boolean => hoursOf(day).to <= closedThrough + 1;

/** The settings of a workspace as far as its documents tell them. */
export const restoredWorkspace = (
  id: string,
  past: Past,
  { now, clientKey, deploymentId }: { readonly now: number; readonly clientKey: string; readonly deploymentId: string },
): Workspace => {
  const { last, source, hours } = past;
  const installedAt = source === "events" ? Date.parse(last?.deployment.installedAt ?? "") : Number.NaN;
  const restored: Restored = { at: now, users: past.lost("users"), rooms: past.lost("rooms") };
  return {
    id,
    name: id,
    state: "active",
    source,
    ...DEFAULT_SETTINGS,
    startsAt: Number.isNaN(installedAt) ? startOf(hours[0] ?? hourOf(now)) : installedAt,
    deploymentId: last?.deployment.id ?? deploymentId,
    clientKey,
    restored,
  };
};
