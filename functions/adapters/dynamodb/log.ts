import { KEEP_DAYS, KEYS } from "../../contract.ts";
import { isTombstone } from "../../core/directory.ts";
import { DAY_MS } from "../../core/hour.ts";
import { Failure } from "../../core/failure.ts";
import type { Appended, BatchRecord, Log, Part, Segment } from "../../ports/log.ts";
import { anyNumberIn, anyTextIn, jsonIn, numberIn, textIn } from "./attributes.ts";
import { actItem } from "./audit.ts";
import { bodyAttributes, bodyOf, ownedByWorkspace } from "./bodies.ts";
import { readHead } from "./head.ts";
import { expiry, type StoreOptions } from "./store.ts";
import { IS_NEW, type Item, type Table } from "./table.ts";

/** Tries for a place at a lane's tail; every loss means that somebody else got on. */
const TRIES = 200;
/** Segments of a page; a page is 1 MB at most anyway. */
const SEGMENTS_IN_A_PAGE = 500;

/** The log in DynamoDB. */
export const dynamoLog = ({ table, blobs, expires }: StoreOptions): Log => {
  /** Tails as this process left them: right as long as nobody else wrote, and proven by the write's own condition. */
  const tails = new Map<string, number>();
  /** This process's own writers queue for a lane instead of racing for it. */
  const queues = new Map<string, Promise<unknown>>();

  const inTurn = async <T>(lane: string, write: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(lane) ?? Promise.resolve()).then(write, write);
    const settled = turn.catch(() => undefined);
    queues.set(lane, settled);
    try {
      return await turn;
    } finally {
      if (queues.get(lane) === settled) queues.delete(lane);
    }
  };

  /** The larger of the lane's last segment and the head's position: TTL deletes in no order. */
  const readTail = async (workspace: string, lane: number): Promise<number> => {
    const [{ items }, head] = await Promise.all([
      table.query(KEYS.segment(workspace, lane, 0).pk, {}, { limit: 1, isDescending: true }),
      readHead(table, blobs, workspace),
    ]);
    return Math.max(Number(items[0]?.["sk"] ?? 0), head?.positions[lane] ?? 0);
  };

  const itemsOf = (part: Part): ReturnType<Table["put"]>[] => {
    const { workspace, before, after, now } = part;
    const record = table.put(
      {
        ...KEYS.batch(workspace, after.id),
        bodyHash: after.bodyHash,
        done: after.done,
        total: after.total,
        answer: JSON.stringify([after.accepted, after.duplicates, after.refusedCount, after.refused]),
        ...(part.import === undefined ? { countedAt: now, ...expiry(expires, now, KEEP_DAYS.batch) } : {}),
      },
      before === undefined ? `${IS_NEW} OR countedAt <= :forgotten` : "done = :done",
      before === undefined ? { ":forgotten": now - KEEP_DAYS.batch * DAY_MS } : { ":done": before.done },
    );
    const reporters = part.reporters.map(({ before: was, after: { source, next } }) =>
      table.put(
        { ...KEYS.reporter(workspace, source), source, next },
        was === undefined ? IS_NEW : "#next = :next",
        was === undefined ? undefined : { ":next": was },
      ),
    );
    for (const { Put } of reporters)
      if (Put?.ExpressionAttributeValues) Put.ExpressionAttributeNames = { "#next": "next" };
    const entries = part.entries.map(({ entry, version }) =>
      table.put(
        {
          ...KEYS.directory(workspace, entry.kind, entry.id),
          entry: JSON.stringify(entry),
          version: version + 1,
          ...(isTombstone(entry) ? { removedAt: now, ...expiry(expires, now, KEEP_DAYS.tombstone) } : {}),
        },
        version === 0 ? IS_NEW : "version = :version",
        version === 0 ? undefined : { ":version": version },
      ),
    );
    const whileOpen =
      part.import === undefined
        ? []
        : [
            {
              ConditionCheck: {
                TableName: table.name,
                Key: { pk: { S: KEYS.head(workspace).pk }, sk: { S: KEYS.head(workspace).sk } },
                ConditionExpression: "importId = :import",
                ExpressionAttributeValues: { ":import": { S: part.import } },
              },
            },
          ];
    const acts = part.acts.map((act) => table.put(actItem(act)));
    // The import is checked last: its answer is looked for there.
    return [record, ...reporters, ...entries, ...acts, ...whileOpen];
  };

  const FAILED = "ConditionalCheckFailed";

  const append = async (
    part: Part,
    segment: Item | undefined,
    placed?: (position: number) => void,
  ): Promise<Appended> => {
    const { workspace, lane } = part;
    // A table that was lost and restored begins its lanes anew, and a process may have lived through it.
    const name = `${workspace}#${lane}#${part.restoredAt ?? ""}`;
    const items = itemsOf(part);
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const position = segment === undefined ? 0 : (tails.get(name) ?? (await readTail(workspace, lane))) + 1;
      const puts =
        segment === undefined ? [] : [table.put({ ...KEYS.segment(workspace, lane, position), ...segment }, IS_NEW)];
      const outcome = await table.transact([...items, ...puts]);
      if (outcome.isDone) {
        if (segment !== undefined) {
          tails.set(name, position);
          placed?.(position);
        }
        return "appended";
      }
      // The record decides before all else: a batch that was counted is answered, even when its import is over.
      const codes = outcome.codes.slice(0, items.length);
      if (codes.at(-1) === FAILED && part.import !== undefined && codes[0] !== FAILED) return "import-closed";
      if (codes.includes(FAILED)) return "moved";
      tails.delete(name);
      await table.pause(Math.min(attempt, 8));
    }
    throw new Failure("store.busy", "Other writers kept taking the lane's tail; send the same batch again.");
  };

  return {
    async readBatch(workspace, batch, now) {
      const item = await table.get(KEYS.batch(workspace, batch));
      // TTL deletes late, so the clock judges, too. Batches of imports are kept for good.
      // While an import is open its batches are known by no instant, and none of them is forgotten.
      const countedAt = anyNumberIn(item, "countedAt") ?? Infinity;
      if (item === undefined || countedAt + KEEP_DAYS.batch * DAY_MS <= now) return undefined;
      const [accepted, duplicates, refusedCount, refused] = jsonIn<
        [accepted: number, duplicates: number, refusedCount: number, refused: BatchRecord["refused"]]
      >(item, "answer");
      return {
        id: batch,
        bodyHash: textIn(item, "bodyHash"),
        done: numberIn(item, "done"),
        total: numberIn(item, "total"),
        accepted,
        duplicates,
        refusedCount,
        refused,
      };
    },

    async readReporters(workspace, sources) {
      const items = await table.getAll(sources.map((source) => KEYS.reporter(workspace, source)));
      return items.map((item) => ({ source: textIn(item, "source"), next: numberIn(item, "next") }));
    },

    async append(part, placed) {
      if (part.segment === undefined) return append(part, undefined);
      const prefix = ownedByWorkspace(part.workspace);
      const [body = {}] = await bodyAttributes(blobs, [{ kind: "segment", bytes: part.segment, prefix }]);
      const segment = {
        ...body,
        events: part.events,
        import: part.import,
        ...expiry(expires, part.now, KEEP_DAYS.segment),
      };
      return inTurn(`${part.workspace}#${part.lane}`, () => append(part, segment, placed));
    },

    async segmentsAfter(workspace, lane, position) {
      const { items, last } = await table.query(
        KEYS.segment(workspace, lane, 0).pk,
        { from: KEYS.segment(workspace, lane, position + 1).sk },
        { limit: SEGMENTS_IN_A_PAGE },
      );
      const segments = await Promise.all(
        items.map(async (item): Promise<Segment> => ({
          position: Number(item["sk"]),
          bytes: await bodyOf(blobs, "segment", item),
          import: anyTextIn(item, "import"),
        })),
      );
      for (const [at, segment] of segments.entries())
        if (segment.position !== position + 1 + at)
          throw new Error(
            `lane ${lane} of ${workspace} has no segment ${position + 1 + at}, but one at ${segment.position}`,
          );
      return { segments, isEnd: last === undefined };
    },
  };
};
