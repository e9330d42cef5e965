import { DAY_MS, hourName, hourOf, HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { type Api, ApiFailure } from "../import/api.ts";
import { finish, openOrResume } from "../import/imports.ts";
import { sendBatch, sendBatches } from "../import/send-batches.ts";
import { grouped, type Terminal } from "../terminal.ts";
import { layOut, type Timeline } from "./sample.ts";
import { NOTHING_SENT, readSampleState, type SampleState, writeSampleState } from "./state.ts";

/** Who plays the sample to whom. */
export interface PlayerOptions {
  readonly api: Api;
  readonly folder: string;
  /** First hour of the workspace: what lies before is imported, the rest happens. */
  readonly liveFrom: number;
  readonly clock: () => number;
  readonly terminal: Terminal;
}

/** Later events are taken for 35 days; a runtime that was off for longer leaves the rest out. */
const LONGEST_BACKLOG_MS = 34 * DAY_MS;
const MINUTES_AT_ONCE = 4;

/** Plays the shipped sample through the public API, as a chat server would send it. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #timeline: Timeline;
  #sentThrough: number;

  private constructor(options: PlayerOptions, timeline: Timeline, sentThrough: number) {
    this.#options = options;
    this.#timeline = timeline;
    this.#sentThrough = sentThrough;
  }

  /** Fills the workspace's past, unless that is done, and begins where the last run ended. */
  static async begin(options: PlayerOptions): Promise<Player> {
    const { folder, liveFrom } = options;
    const state = (await readSampleState(folder)) ?? NOTHING_SENT;
    const timeline = await layOut(liveFrom);
    if (!state.isImported) {
      await importPast(options, timeline, state);
      await writeSampleState(folder, { ...state, isImported: true });
    }
    return new Player(options, timeline, state.sentThrough ?? liveFrom);
  }

  /** Sends what happened since, minute by minute: a minute is always the same batch, so it may be sent twice. */
  async catchUp(): Promise<void> {
    const { api, clock, folder } = this.#options;
    const now = clock();
    const through = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    const minutes: number[] = [];
    for (let at = Math.max(this.#sentThrough, through - LONGEST_BACKLOG_MS); at < through; at += MINUTE_MS)
      minutes.push(at);
    for (let at = 0; at < minutes.length; at += MINUTES_AT_ONCE)
      await Promise.all(
        minutes.slice(at, at + MINUTES_AT_ONCE).map(async (minute) => {
          const events = [...this.#timeline.between(minute, minute + MINUTE_MS)];
          if (events.length > 0) await sendBatch(api, `sample-${isoOf(minute).slice(0, 16)}`, events);
        }),
      );
    if (through <= this.#sentThrough) return;
    this.#sentThrough = through;
    await writeSampleState(folder, { isImported: true, importId: null, sentThrough: through });
  }
}

/** Opens the import, or goes on with the one that the last run wrote down. */
const importPast = async (options: PlayerOptions, timeline: Timeline, state: SampleState): Promise<void> => {
  if (state.importId === null) {
    const importId = await openOrResume(options.api);
    // Its history is settled already, so there is nothing left to fill.
    if (importId === undefined) return;
    await writeSampleState(options.folder, { ...state, importId });
    await fill(options, timeline, importId);
    return;
  }
  try {
    await fill(options, timeline, state.importId);
  } catch (error) {
    // The last run ended between finishing it and writing that down.
    if (!(error instanceof ApiFailure) || error.slug !== "import-missing") throw error;
  }
};

const fill = async (
  { api, liveFrom, terminal }: PlayerOptions,
  timeline: Timeline,
  importId: string,
): Promise<void> => {
  const events = [...timeline.between(timeline.start, liveFrom)];
  const hours = hourOf(liveFrom) - hourOf(Date.parse(events[0]?.time ?? isoOf(liveFrom)));
  terminal.line(
    `Filling the workspace with five weeks of a real community's activity (${grouped(events.length)} events).`,
  );
  const { refusedCount, refused } = await sendBatches(api, events, {
    name: "sample",
    importId,
    onProgress: ({ events: sent }) => terminal.progress(`  ${grouped(sent)} of ${grouped(events.length)} events sent`),
  });
  if (refusedCount > 0)
    throw new Error(`the sample was not taken whole: ${refused[0]?.code ?? ""} ${refused[0]?.detail ?? ""}`);
  await finish(api, importId, hourName(hourOf(liveFrom - HOUR_MS)), (closed) =>
    terminal.progress(`  ${grouped(closed)} of ${grouped(hours)} hours closed`),
  );
  terminal.line(`  ${grouped(events.length)} events sent, ${grouped(hours)} hours closed.`);
};
