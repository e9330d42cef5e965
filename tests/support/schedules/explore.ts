import { createHash } from "node:crypto";
import type { Option, Schedule } from "./scheduler.ts";

/** A scenario that can be begun any number of times, always the same. */
export interface Scenario {
  readonly name: string;
  /** What it can be made again from, as JSON. */
  readonly recipe: string;
  /** Crashes and lost answers in one schedule at most. */
  readonly faults: number;
  readonly begin: () => Promise<Begun>;
}

/** A run of a scenario. */
export interface Begun {
  readonly schedule: Schedule;
  /** What the scenario itself remembers of how it came here, and judges by later. */
  readonly memory: () => string;
  /** Throws when something does not hold that holds at any time. */
  readonly check: () => void;
  /** When nothing more happens: equal where the rest is. */
  readonly end: () => string;
  /** When nothing more happens: recovers, and throws when something does not hold at the end. */
  readonly finish: () => Promise<void>;
}

/** How much was tried. */
export interface Explored {
  readonly states: number;
  readonly schedules: number;
  readonly ends: number;
  /** False when it was cut off at the most states that were wanted. */
  readonly isWhole: boolean;
}

/** The choice of one option after the other, by their places: what replays a schedule. */
type Choices = readonly number[];

/** What went wrong, with all it takes to see it again. */
export class Found extends Error {
  override readonly name = "Found";
  readonly choices: Choices;

  constructor({ name, recipe, faults }: Scenario, choices: Choices, { story }: Schedule, cause: unknown) {
    super(
      [
        `${name}: ${cause instanceof Error ? cause.message : String(cause)}`,
        `Replay it with ${REPLAY}='${JSON.stringify({ recipe, faults, choices })}'`,
        ...story.map((line, at) => `  ${at + 1}. ${line}`),
      ].join("\n"),
      { cause },
    );
    this.choices = choices;
  }
}

/** Environment variable that holds one schedule to replay, as {@link Found} prints it. */
export const REPLAY = "TIDEMARK_REPLAY";

const optionAt = (begun: Begun, scenario: Scenario, choice: number): Option | undefined =>
  begun.schedule.options(scenario.faults)[choice];

/** Begins a scenario and lets happen what was chosen. */
const begunWith = async (scenario: Scenario, choices: Choices, look: (begun: Begun) => void): Promise<Begun> => {
  const begun = await scenario.begin();
  for (const [at, choice] of choices.entries()) {
    const option = optionAt(begun, scenario, choice);
    if (option === undefined) throw new Error(`choice ${at} of the schedule is not there: it is of another scenario`);
    await begun.schedule.take(option);
    look(begun);
  }
  return begun;
};

/** Lets happen once more what was printed, and looks at every step of it. */
export const replay = async (scenario: Scenario, choices: Choices): Promise<void> => {
  let last: Begun | undefined;
  try {
    last = await begunWith(scenario, choices, (begun) => {
      last = begun;
      begun.check();
    });
    if (last.schedule.options(scenario.faults).length === 0) await last.finish();
  } catch (error) {
    throw last === undefined ? error : new Found(scenario, choices, last.schedule, error);
  }
};

/**
 * Lets happen all that can: every order of every call, every fault at every place, from each state once. States are
 * equal when world and actors are, so nothing that can happen is left out.
 * @param atMost states after which it is cut off.
 */
export const explore = async (scenario: Scenario, atMost = Infinity): Promise<Explored> => {
  const seen = new Set<string>();
  const ended = new Set<string>();
  const open: Choices[] = [[]];
  let schedules = 0;
  for (let choices = open.pop(); choices !== undefined; choices = open.pop()) {
    schedules++;
    // What led here was looked at before, but for its last choice.
    const begun = await begunWith(scenario, choices, () => undefined);
    const { schedule } = begun;
    const made = [...choices];
    try {
      for (;;) {
        begun.check();
        const print = createHash("md5").update(`${schedule.fingerprint}\n${begun.memory()}`).digest("base64");
        if (seen.has(print)) break;
        if (seen.size >= atMost) return { states: seen.size, schedules, ends: ended.size, isWhole: false };
        seen.add(print);
        const options = schedule.options(scenario.faults);
        const [first] = options;
        if (first === undefined) {
          const end = begun.end();
          if (!ended.has(end)) await begun.finish();
          ended.add(end);
          break;
        }
        for (let other = options.length - 1; other > 0; other--) open.push([...made, other]);
        made.push(0);
        await schedule.take(first);
      }
    } catch (error) {
      throw new Found(scenario, made, schedule, error);
    }
  }
  return { states: seen.size, schedules, ends: ended.size, isWhole: true };
};

/** A small generator of chance (mulberry32); the same numbers for the same seed. */
export const chanceOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Of so many options about one is a fault, however many actors could crash. */
const FAULTS_AMONG = 12;

/** Lets happen what chance wants, to the end. @returns how many calls were made. */
export const wander = async (scenario: Scenario, seed: number): Promise<number> => {
  const chance = chanceOf(seed);
  const begun = await scenario.begin();
  const { schedule } = begun;
  const made: number[] = [];
  try {
    for (;;) {
      begun.check();
      const options = schedule.options(scenario.faults);
      if (options.length === 0) break;
      const wanted = chance() * FAULTS_AMONG < 1;
      const some = options.flatMap((option, at) => ((option.what !== "step") === wanted ? [at] : []));
      const places = some.length > 0 ? some : [...options.keys()];
      const choice = places[Math.floor(chance() * places.length)] as number;
      made.push(choice);
      await schedule.take(options[choice] as Option);
    }
    await begun.finish();
  } catch (error) {
    throw new Found({ ...scenario, name: `${scenario.name}, seed ${seed}` }, made, schedule, error);
  }
  return made.length;
};
