import { type Key, KEYS } from "../../contract.ts";
import type { Remains } from "../../ports/remains.ts";
import type { BlobStore } from "../../ports/blobs.ts";
import { keyOf, textIn } from "./attributes.ts";
import { type Body, ownedByWorkspace } from "./bodies.ts";
import { removeBodies } from "./removing.ts";
import { itemsWithSets, stripSets } from "./sets-beside.ts";
import { type Item, prefixBounds, type Table } from "./table.ts";

/** Items that one transaction takes (AWS: at most 100). */
const ITEMS_AT_A_TIME = 100;
/** Items that one call removes; it has to answer in time. */
const ITEMS_IN_A_CALL = 1_000;

/** Part of a partition; all of it without bounds. */
interface Place {
  readonly pk: string;
  readonly bounds?: { readonly from: string; readonly to: string };
}

/** Partitions that tell of people, of what was told to whom, or of work that nobody goes on with. The batches' expire. */
const partitionsOf = (workspace: string, lanes: number): Place[] =>
  [
    KEYS.directory(workspace, "user", ""),
    KEYS.directory(workspace, "room", ""),
    KEYS.sets(workspace, ""),
    KEYS.union(workspace, "", ""),
    KEYS.firsts(workspace),
    KEYS.delta(workspace, ""),
    // What a server was asked for lies beside what it sent.
    KEYS.report(workspace, ""),
    KEYS.published(workspace, 0),
    KEYS.notice(workspace, ""),
    KEYS.pending(workspace, ""),
    KEYS.delivery(workspace, "", ""),
    KEYS.reportMade(workspace, ""),
    ...Array.from({ length: lanes }, (_, lane) => KEYS.segment(workspace, lane, 0)),
  ].map(({ pk }) => ({ pk }));

/** Everything before the first name in a key of the workspace's own partition. */
const kindOf = ({ pk, sk }: Key): Place => ({ pk, bounds: prefixBounds(sk.slice(0, sk.indexOf("#") + 1)) });
const only = ({ pk, sk }: Key): Place => ({ pk, bounds: { from: sk, to: sk } });

/** What of the workspace's own partition goes; settings, head, latest document and ended credentials stay. */
const ownOf = (workspace: string): Place[] => [
  only(KEYS.channels(workspace)),
  only(KEYS.alertRules(workspace)),
  only(KEYS.follower(workspace)),
  only(KEYS.reportPlan(workspace)),
  only(KEYS.poll(workspace)),
  only(KEYS.usual(workspace)),
  only(KEYS.refresh(workspace)),
  kindOf(KEYS.reporter(workspace, "")),
  kindOf(KEYS.forgetting(workspace, "")),
];

/** Kinds of large bodies that name people. */
const LARGE: readonly Body["kind"][] = ["segment", "delta", "report", "sets", "union", "firsts"];

/** What is kept of people in DynamoDB, and what is too large for it. */
export const dynamoRemains = (table: Table, blobs: BlobStore): Remains => {
  const page = async ({ pk, bounds }: Place): Promise<readonly Item[]> =>
    (await table.query(pk, bounds ?? {}, { limit: ITEMS_AT_A_TIME })).items;

  /** All places, each to be emptied before the next is asked for. */
  const placesOf = async function* (workspace: string, lanes: number): AsyncGenerator<Place> {
    yield* partitionsOf(workspace, lanes);
    yield* ownOf(workspace);
    // Lists of the directory on their way in: each has a partition, and last goes what it is found by.
    for (let isDone = false; !isDone;) {
      const listed = await page(kindOf(KEYS.syncListed(workspace, "", "")));
      for (const item of listed) {
        const [kind, id] = [textIn(item, "kind"), textIn(item, "id")];
        yield { pk: KEYS.sync(workspace, kind, id).pk };
        yield only(KEYS.syncListed(workspace, kind, id));
      }
      isDone = listed.length === 0;
    }
  };

  return {
    async remove(workspace, lanes) {
      let removed = 0;
      for await (const place of placesOf(workspace, lanes))
        for (let isDone = false; !isDone;) {
          const items = await page(place);
          isDone = items.length === 0;
          if (isDone) continue;
          if (removed >= ITEMS_IN_A_CALL) return { removed, isEmpty: false };
          await table.transact(items.map((item) => table.remove(keyOf(item))));
          removed += items.length;
        }
      const most = ITEMS_IN_A_CALL - removed;
      if (most > 0) removed += await stripSets(table, itemsWithSets(table, workspace), most);
      // When no item points to them any more.
      for (const kind of LARGE) {
        const left = ITEMS_IN_A_CALL - removed;
        if (left > 0) removed += await removeBodies(blobs, kind, ownedByWorkspace(workspace), { most: left });
      }
      return { removed, isEmpty: removed < ITEMS_IN_A_CALL };
    },
  };
};
