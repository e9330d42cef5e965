import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { errorOf } from "../../functions/core/thrown.ts";
import { type Api, ask } from "./api.ts";
import type { CloudEvent } from "./lean-zulip.ts";

/** How a delivery went. */
export interface Delivery {
  readonly batches: number;
  readonly events: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly refusedCount: number;
  /** The first refusals, in the server's words. */
  readonly refused: readonly Refusal[];
}

/** An event that was not counted. */
export interface Refusal {
  readonly id: string | null;
  readonly code: string;
  readonly detail: string;
}

interface BatchAnswer extends Pick<Delivery, "accepted" | "duplicates" | "refusedCount" | "refused"> {
  readonly replayed: boolean;
}

/** How events are cut into batches and sent. */
export interface SendOptions {
  /** Batches are called `‹name›-1`, `‹name›-2`, …: the same events under the same name are counted once. */
  readonly name: string;
  /** The import they belong to. */
  readonly importId?: string | undefined;
  readonly eventsPerBatch?: number;
  readonly inFlight?: number;
  /** Called after each batch with what was delivered so far. */
  readonly onProgress?: ((delivery: Delivery) => void) | undefined;
}

const compress = promisify(gzip);
/** The fastest: it halves the time, and the body is small either way. */
const LEVEL = { level: constants.Z_BEST_SPEED };
const LISTED_REFUSALS = 10;

/** Sends one batch under an id of its own; sending it again changes nothing. */
export const sendBatch = async (
  api: Api,
  id: string,
  events: readonly CloudEvent[],
  importId?: string,
): Promise<BatchAnswer> =>
  ask<BatchAnswer>(
    api,
    "POST",
    `/v1/events${importId === undefined ? "" : `?import=${encodeURIComponent(importId)}`}`,
    {
      headers: { "content-type": "application/x-ndjson", "content-encoding": "gzip", "idempotency-key": id },
      body: await compress(events.map((event) => JSON.stringify(event)).join("\n"), LEVEL),
    },
  );

/**
 * Sends events in batches, a few at once. The cut depends on the events alone, so a delivery that was broken off is
 * begun again from the start and what arrived before counts once.
 * @throws ApiFailure, Unreachable; what is in flight is waited for.
 */
export const sendBatches = async (
  api: Api,
  events: AsyncIterable<CloudEvent> | Iterable<CloudEvent>,
  { name, importId, eventsPerBatch = 2_000, inFlight = 3, onProgress }: SendOptions,
): Promise<Delivery> => {
  let delivery: Delivery = { batches: 0, events: 0, accepted: 0, duplicates: 0, refusedCount: 0, refused: [] };
  let cut = 0;
  let failure: unknown;
  const flying = new Set<Promise<void>>();
  const deliver = async (batch: readonly CloudEvent[], id: string): Promise<void> => {
    try {
      const answer = await sendBatch(api, id, batch, importId);
      delivery = {
        batches: delivery.batches + 1,
        events: delivery.events + batch.length,
        accepted: delivery.accepted + answer.accepted,
        duplicates: delivery.duplicates + answer.duplicates,
        refusedCount: delivery.refusedCount + answer.refusedCount,
        refused: [...delivery.refused, ...answer.refused].slice(0, LISTED_REFUSALS),
      };
      onProgress?.(delivery);
    } catch (error) {
      failure ??= error;
    }
  };
  const launch = async (batch: readonly CloudEvent[]): Promise<void> => {
    const flight = deliver(batch, `${name}-${++cut}`).finally(() => flying.delete(flight));
    flying.add(flight);
    if (flying.size >= inFlight) await Promise.race(flying);
  };
  let batch: CloudEvent[] = [];
  for await (const event of events) {
    batch.push(event);
    if (batch.length < eventsPerBatch) continue;
    await launch(batch);
    batch = [];
    if (failure !== undefined) break;
  }
  if (batch.length > 0 && failure === undefined) await launch(batch);
  await Promise.all(flying);
  if (failure !== undefined) throw errorOf(failure);
  return delivery;
};
