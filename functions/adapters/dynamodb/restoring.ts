import { KEEP_DAYS, KEYS } from "../../contract.ts";
import { DAY_MS } from "../../core/hour.ts";
import type { Restoring } from "../../ports/restoring.ts";
import type { Snapshot } from "../../ports/snapshots.ts";
import { bodyAttributes } from "./bodies.ts";
import { snapshotBodies, snapshotItem } from "./snapshots.ts";
import { expiry, type StoreOptions } from "./store.ts";

/** Publications that are put at once. */
const AT_ONCE = 16;

/** Puts publications back into DynamoDB. `now` is the clock: the order of what is older than it is kept goes at once. */
export const dynamoRestoring = ({ table, blobs, expires }: StoreOptions, clock: () => number): Restoring => {
  const put = async (workspace: string, snapshot: Snapshot): Promise<boolean> => {
    const [stored = {}, carriedIn = {}] = await bodyAttributes(blobs, snapshotBodies(snapshot));
    const item = snapshotItem(workspace, snapshot, snapshot.madeAt, { stored, carriedIn, sets: {} });
    const isThere = await table.putIf(item, "attribute_not_exists(pk) OR sha256 = :sha256", {
      ":sha256": snapshot.sha256,
    });
    if (!isThere) return false;
    if (expires && snapshot.madeAt + KEEP_DAYS.published * DAY_MS <= clock()) return true;
    const { hour, revision, number } = snapshot;
    const published = JSON.stringify([{ number, hour, revision }]);
    await table.putIf(
      { ...KEYS.published(workspace, number), published, ...expiry(expires, snapshot.madeAt, KEEP_DAYS.published) },
      "attribute_not_exists(pk) OR published = :published",
      { ":published": published },
    );
    return true;
  };

  return {
    async put<S extends Snapshot>(workspace: string, publications: readonly S[]) {
      const others: S[] = [];
      for (let at = 0; at < publications.length; at += AT_ONCE)
        await Promise.all(
          publications.slice(at, at + AT_ONCE).map(async (snapshot) => {
            if (!(await put(workspace, snapshot))) others.push(snapshot);
          }),
        );
      return others;
    },
  };
};
