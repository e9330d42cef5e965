import { randomUUID } from "node:crypto";
import { isoOf } from "../functions/core/instant.ts";
import { type Api, ask } from "./import/api.ts";

/** What lives, and how often it shows. */
export interface LifeOptions {
  readonly api: Api;
  readonly clock: () => number;
  readonly everyMs: number;
  /** What the instance says of itself at the moment. */
  readonly report: () => object;
  /** Sends what happened since the last time. */
  readonly play: () => Promise<void>;
  readonly log: (line: object) => void;
}

/** A workspace that lives on. */
export interface Life {
  readonly stop: () => Promise<void>;
}

/** A moment past the minute, so that what belongs to it is over. */
const PAST_MS = 250;

/** Lets the local workspace live: once at the start and then each minute events come, and the instance reports. */
export const startLife = async ({ api, clock, everyMs, report, play, log }: LifeOptions): Promise<Life> => {
  const tell = (): Promise<unknown> => {
    const event = {
      specversion: "1.0",
      id: randomUUID(),
      source: "tidemark-local",
      type: "instance.reported",
      time: isoOf(clock()),
      data: report(),
    };
    return ask(api, "POST", "/v1/events", {
      headers: { "content-type": "application/cloudevents-batch+json" },
      body: JSON.stringify([event]),
    });
  };
  const beat = async (): Promise<void> => {
    try {
      await tell();
      await play();
    } catch (error) {
      // The next minute sends it again.
      log({ event: "SampleFailed", error: String(error) });
    }
  };
  let running = beat();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const setNext = (): void => {
    timer = setTimeout(
      () => {
        running = beat().finally(() => {
          if (!isStopped) setNext();
        });
      },
      everyMs - (clock() % everyMs) + PAST_MS,
    );
  };
  await running;
  setNext();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
