import { UpdateItemCommand, ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { KEEP_DAYS, type Key, KEYS } from "../../contract.ts";
import type { HourDelta } from "../../core/delta.ts";
import { encodeDelta } from "../../core/delta-encoding.ts";
import { Unreadable } from "../../core/failure.ts";
import type { Head } from "../../core/head.ts";
import { DAY_MS, endOf, type Hour, hourName } from "../../core/hour.ts";
import type { Blobs } from "../../ports/blobs.ts";
import type { Hours } from "../../ports/hours.ts";
import { actItem } from "./audit.ts";
import { type Body, bodyAttributes, bodyOf, ownedBy } from "./bodies.ts";
import { decodedDeltas } from "./decoded-deltas.ts";
import { headBody, headItem, readHead } from "./head.ts";
import { publicationsMoved } from "./recent-publications.ts";
import { setsApart, setsBeside, setsBody } from "./sets.ts";
import type { StoreOptions } from "./store.ts";
import { snapshotBodies, snapshotItem } from "./snapshots.ts";
import { attributes, IS_NEW, type Item, type Table } from "./table.ts";

type Deltas = ReadonlyMap<Hour, HourDelta>;

/** @throws Unreadable when a delta can't be decoded; what fails to arrive throws its own error. */
const deltaReader = (blobs: Blobs): ((items: readonly Item[]) => Promise<Deltas>) => {
  const decode = decodedDeltas();
  const deltaAt = (place: string, bytes: Uint8Array): Deltas => {
    try {
      return decode(place, bytes);
    } catch (error) {
      throw new Unreadable(`The delta ${place} can't be read.`, { cause: error });
    }
  };
  return async (items) => {
    const bodies = await Promise.all(items.map((item) => bodyOf(blobs, "delta", item)));
    return new Map(
      items.flatMap(({ pk, sk }, at) => [...deltaAt(`${String(pk)} ${String(sk)}`, bodies[at] as Uint8Array)]),
    );
  };
};

/** When the delta of an hour that closed at `now` may go, seconds since 1970 UTC. */
const mayGoAt = (hour: Hour, now: number): number =>
  Math.ceil((Math.max(endOf(hour), now) + KEEP_DAYS.delta * DAY_MS) / 1_000);

/** That the stored head is the one that was read. */
const hasVersion = ({ version }: Pick<Head, "version">): readonly [condition: string, values: Item] => [
  "version = :version",
  { ":version": version },
];

/** Heads and hour deltas in DynamoDB. */
export const dynamoHours = ({ table, blobs, expires }: StoreOptions): Hours => {
  const readDeltas = deltaReader(blobs);
  const next = (head: Head): Head => ({ ...head, version: head.version + 1 });
  const putHead = (workspace: string, after: Head, stored: Item): ReturnType<Table["put"]> =>
    table.put(headItem(workspace, after, stored), ...hasVersion({ version: after.version - 1 }));
  const deltaBody =
    (workspace: string) =>
    ([hour, delta]: readonly [Hour, HourDelta]): Body => ({
      kind: "delta",
      bytes: encodeDelta(new Map([[hour, delta]])),
      prefix: ownedBy(KEYS.delta(workspace, hourName(hour))),
    });
  const deltaItem = (workspace: string, hour: Hour, stored: Item | undefined): Item => ({
    ...KEYS.delta(workspace, hourName(hour)),
    ...stored,
  });

  return {
    head: (workspace) => readHead(table, blobs, workspace),

    async deltas(workspace, hours) {
      const items = await table.getAll(hours.map((hour) => KEYS.delta(workspace, hourName(hour))));
      return readDeltas(items);
    },

    async deltasBetween(workspace, from, to) {
      const { pk } = KEYS.delta(workspace, hourName(from));
      const deltas = new Map<Hour, HourDelta>();
      let start: Key | undefined;
      do {
        const page = await table.query(
          pk,
          { from: hourName(from), to: hourName(to - 1) },
          start === undefined ? {} : { start },
        );
        for (const [hour, delta] of await readDeltas(page.items)) deltas.set(hour, delta);
        start = page.last;
      } while (start !== undefined);
      return deltas;
    },

    async advance(workspace, head, deltas, acts = []) {
      const after = next(head);
      if (deltas.size === 0 && acts.length === 0) {
        const [ofHead = {}] = await bodyAttributes(blobs, [headBody(after)]);
        const isDone = await table.putIf(headItem(workspace, after, ofHead), ...hasVersion(head));
        return isDone ? after : undefined;
      }
      const hours = [...deltas];
      const [ofHead = {}, ...stored] = await bodyAttributes(blobs, [
        headBody(after),
        ...hours.map(deltaBody(workspace)),
      ]);
      const outcome = await table.transact([
        putHead(workspace, after, ofHead),
        ...hours.map(([hour], at) => table.put(deltaItem(workspace, hour, stored[at]))),
        ...acts.map((act) => table.put(actItem(act))),
      ]);
      return outcome.isDone ? after : undefined;
    },

    async publish(workspace, head, publications, now, deltas = new Map()) {
      const { head: after, items: moved } = publicationsMoved(workspace, next(head), now, expires);
      const hours = [...deltas];
      const bodies = publications.flatMap((publication): Body[] => [
        ...snapshotBodies(publication),
        setsBody(workspace, publication),
      ]);
      const all = [headBody(after), ...hours.map(deltaBody(workspace)), ...bodies];
      const [ofHead = {}, ...others] = await bodyAttributes(blobs, all);
      const attributesOf = others.slice(hours.length);
      const isPublished = (hour: Hour): boolean => publications.some((publication) => publication.hour === hour);
      const going = (hour: Hour): Item => (expires && isPublished(hour) ? { expiresAt: mayGoAt(hour, now) } : {});
      const outcome = await table.transact([
        putHead(workspace, after, ofHead),
        ...hours.map(([hour], at) => table.put(deltaItem(workspace, hour, { ...others[at], ...going(hour) }))),
        ...publications.flatMap((publication, at) => {
          const [stored = {}, carriedIn = {}, sets = {}] = attributesOf.slice(3 * at, 3 * at + 3);
          return [
            table.put(snapshotItem(workspace, publication, now, { stored, carriedIn, sets: setsBeside(sets) }), IS_NEW),
            ...setsApart(workspace, publication.hour, sets).map((item) => table.put(item)),
          ];
        }),
        ...moved.map((item) => table.put(item)),
      ]);
      return outcome.isDone ? after : undefined;
    },

    async expire(workspace, hours, now) {
      if (!expires) return;
      await Promise.all(
        hours.map(async (hour) => {
          await expireItem(table, workspace, hour, mayGoAt(hour, now));
        }),
      );
    },
  };
};

const expireItem = async (table: Table, workspace: string, hour: Hour, until: number): Promise<void> => {
  try {
    await table.update(
      new UpdateItemCommand({
        TableName: table.name,
        Key: attributes({ ...KEYS.delta(workspace, hourName(hour)) }),
        UpdateExpression: "SET expiresAt = :until",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeValues: attributes({ ":until": until }),
      }),
    );
  } catch (error) {
    // An hour without events has no delta.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};
