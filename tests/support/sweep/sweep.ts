import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse } from "aws-lambda";
import { inspect, isDeepStrictEqual } from "node:util";
import { shareIn, shareText } from "../../../functions/core/share.ts";
import { exhaustive } from "../effort.ts";
import { counted } from "../counted.ts";
import { type Befalling, befalling, type Fault, FAULTS, faultsOf, type Point } from "./faults.ts";
import { httpApiEvent, schedulerEvent, sqsEvent } from "../lambda-events.ts";
import { type SdkCall, type ServiceName, watchSdk } from "../sdk-calls.ts";
import type { Process, Stage } from "./stage.ts";

type Worker = "close-hours" | "compact-days" | "follow-hours";

/** Who calls functions, and calls them again when it has to: clients, the schedule, the queue. */
export interface Platform {
  /** A request that its client repeats until it is answered. @returns the answer's status and body. */
  readonly request: (
    name: "serve-v1" | "serve-admin",
    ...what: Parameters<typeof httpApiEvent>
  ) => Promise<{ readonly status: number | undefined; readonly body: string }>;
  /** One run of a schedule, which is tried again when it fails. */
  readonly dispatch: () => Promise<void>;
  /** Messages of the queue, until it is empty; one that is not done comes again. */
  readonly work: (worker: Worker, workspaces?: readonly string[]) => Promise<void>;
}

/** Something that functions do, and what was there before. */
interface Script {
  readonly name: string;
  readonly before?: (platform: Platform, process: Process) => Promise<void>;
  /** What comes back is compared, too. */
  readonly run: (platform: Platform) => Promise<unknown>;
  /** In what runs may differ that come to the same: another key and value, or nothing. */
  readonly alike?: (key: string, value: unknown) => readonly [key: string, value: unknown] | undefined;
}

/** More than one fault ever needs: whoever is called so often goes round in circles. */
const MOST_CALLS = 12;

const TOO_MANY = 429;

const platformOn = (stage: Stage, befallen: Befalling): Platform => {
  let process = stage.start();
  const call = async (name: keyof Process["functions"], event: unknown): Promise<unknown> => {
    try {
      const answer = await befallen.within(() => process.functions[name](event as never));
      // Nobody hears of what a process was about to answer when it died.
      if (!befallen.isDead()) return answer;
    } catch (error) {
      if (!befallen.isDead()) throw error;
    }
    befallen.revive();
    process = stage.start();
    throw new Error("the process has died");
  };
  const untilDone = async <T>(once: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> => {
    let last: unknown;
    for (let calls = 0; calls < MOST_CALLS; calls++) {
      try {
        const answer = await once();
        if (isDone(answer)) return answer;
        last = answer;
      } catch (error) {
        last = error;
      }
    }
    throw new Error(`called ${MOST_CALLS} times, and still not done`, { cause: last });
  };
  return {
    request: async (name, ...what) => {
      const { statusCode, body = "" } = await untilDone(
        async () => {
          const answer = (await call(name, httpApiEvent(...what))) as APIGatewayProxyStructuredResultV2;
          // Whoever is told to wait does.
          if (answer.statusCode === TOO_MANY) stage.clock.now += Number(answer.headers?.["retry-after"]) * 1_000;
          return answer;
        },
        ({ statusCode: status = 500 }) => status < 500 && status !== TOO_MANY,
      );
      return { status: statusCode, body };
    },
    dispatch: async () => {
      const event = schedulerEvent(new Date(stage.clock.now).toISOString());
      await untilDone(
        () => call("dispatch-hours", event),
        () => true,
      );
    },
    work: async (worker, workspaces = ["demo"]) => {
      const { messages } = stage.queue;
      messages.push({ body: shareText({ workspaces, now: stage.clock.now, attempt: 1 }), delaySeconds: 0 });
      for (let message = messages.shift(), calls = 0; message !== undefined; message = messages.shift()) {
        const { body, delaySeconds } = message;
        // What failed is tried again at once here; what is to be done later is done later.
        if (shareIn(body).attempt === 1) stage.clock.now += delaySeconds * 1_000;
        if (++calls > MOST_CALLS) throw new Error(`the queue is never empty: ${body}`);
        let receiveCount = 0;
        await untilDone(
          async () => (await call(worker, sqsEvent([{ body, receiveCount: ++receiveCount }]))) as SQSBatchResponse,
          ({ batchItemFailures }) => batchItemFailures.length === 0,
        );
      }
    },
  };
};

/** What a run came to. */
interface Outcome {
  readonly told: unknown;
  readonly state: Readonly<Record<string, unknown>>;
}

/** Something that a sweep may strike: a call, as the undisturbed run makes it. */
interface Place {
  readonly at: number;
  readonly operation: string;
  readonly service: ServiceName;
  readonly site: string;
}

/** What was struck, so that in CI no other script of a file strikes the like again. */
const struck = new Set<string>();

const firstOf = (places: readonly Place[], seen: Set<string>, nameOf: (place: Place) => string): readonly Place[] =>
  places.filter((place) => !seen.has(nameOf(place)) && seen.add(nameOf(place)));

/**
 * Places to strike: all of them where there is time, and in CI the first of each operation and call site; of a script
 * that comes to no new one, the first of each operation.
 */
const chosen = (places: readonly Place[]): readonly Place[] => {
  if (exhaustive) return places;
  const fresh = firstOf(places, struck, ({ service, operation, site }) => `${service} ${operation} ${site}`);
  return fresh.length > 0 ? fresh : firstOf(places, new Set(), ({ operation }) => operation);
};

const nameOf = ({ service, operation, site }: Place): string =>
  `${service} ${operation} at ${site.split(" < ").slice(0, 3).join(" < ")}`;

/** What differs, as lines of text: whole states are too long to be read. */
const differences = (found: Outcome, expected: Outcome): readonly string[] => [
  ...(isDeepStrictEqual(found.told, expected.told)
    ? []
    : [`told ${JSON.stringify(found.told)} instead of ${JSON.stringify(expected.told)}`]),
  ...[...new Set([...Object.keys(found.state), ...Object.keys(expected.state)])]
    .filter((key) => !isDeepStrictEqual(found.state[key], expected.state[key]))
    .map(
      (key) =>
        `${key}: ${JSON.stringify(found.state[key])?.slice(0, 600) ?? "nothing"} instead of ${JSON.stringify(expected.state[key])?.slice(0, 600) ?? "nothing"}`,
    ),
];

/**
 * Runs a script undisturbed and lists every SDK call of it; then runs it again for each call and each thing that may
 * befall it, with those who called calling again. Every run has to come to the same.
 * @returns what came out otherwise, in words, and what the undisturbed run came to.
 */
export const sweep = async (
  stage: Stage,
  script: Script,
): Promise<{ readonly wrong: readonly string[]; readonly outcome: Outcome }> => {
  const nothing = befalling(undefined);
  await stage.putBack({ items: new Map(), objects: new Map(), secrets: new Map() });
  stage.clock.now = stage.startsAt;
  if (script.before !== undefined) await script.before(platformOn(stage, nothing), stage.start("first"));
  const began = stage.clock.now;
  const kept = await stage.keep();
  const runWith = async (befallen: Befalling, onCall?: (call: SdkCall) => void): Promise<Outcome> => {
    stage.clock.now = began;
    await stage.putBack(kept);
    watchSdk({
      call: (call) => {
        onCall?.(call);
        const happening = befallen.call(call);
        const stood = stage.standIn(call);
        return (attempt, request) => happening(attempt, stood ?? request);
      },
    });
    let told: unknown;
    try {
      told = await script.run(platformOn(stage, befallen));
      await befallen.land();
    } finally {
      watchSdk(undefined);
    }
    const alike = script.alike ?? ((key: string, value: unknown) => [key, value] as const);
    const state = Object.entries(await stage.state()).flatMap(([key, value]) => {
      const found = alike(key, value);
      return found === undefined ? [] : [found];
    });
    return { told, state: Object.fromEntries(state) };
  };

  const places: Place[] = [];
  const outcome = await runWith(befalling(undefined), ({ service, operation, site }) => {
    places.push({ at: places.length, service, operation, site: site() });
  });
  const swept: Record<Fault, number> = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  const wrong: string[] = [];
  for (const place of chosen(places))
    for (const fault of faultsOf(place)) {
      const point: Point = { at: place.at, fault };
      const befallen = befalling(point);
      swept[fault]++;
      try {
        const found = await runWith(befallen);
        if (!befallen.hasHappened()) wrong.push(`${fault} ${place.at}: there was no such call`);
        wrong.push(...differences(found, outcome).map((line) => `${fault} ${nameOf(place)} (${place.at}): ${line}`));
      } catch (error) {
        wrong.push(`${fault} ${nameOf(place)} (${place.at}): ${String(error)} ${inspect((error as Error).cause)}`);
      }
    }
  const byFault = FAULTS.filter((fault) => swept[fault] > 0).map((fault) => `${fault} ${swept[fault]}`);
  counted(
    Object.values(swept).reduce((sum, count) => sum + count, 0),
    `points (${byFault.join(", ")})`,
    `fault sweep of ${script.name}, ${places.length} calls`,
  );
  return { wrong, outcome };
};
