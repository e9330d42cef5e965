import { KEYS } from "../../contract.ts";
import type { Head } from "../../core/head.ts";
import type { Blobs } from "../../ports/blobs.ts";
import type { PublicationRecord, Publications } from "../../ports/publications.ts";
import { jsonIn } from "./attributes.ts";
import { readHead } from "./head.ts";
import { recordOf } from "./recent-publications.ts";
import type { Table } from "./table.ts";

/** Whether a head lists everything after a number; what a function of an older version published is an item alone. */
const isWhole = ({ recent, publication }: Head, number: number): boolean => {
  const first = recent[0]?.[0] ?? publication.number + 1;
  return first <= number + 1 && recent.length === publication.number - first + 1;
};

/** What was published in which order: the last ones in the head, those before them in items. */
export const dynamoPublications = (table: Table, blobs: Blobs): Publications => {
  const moved = async (workspace: string, number: number, limit: number): Promise<readonly PublicationRecord[]> => {
    const { pk, sk } = KEYS.published(workspace, number + 1);
    const { items } = await table.query(pk, { from: sk }, { limit });
    return items.flatMap((item) => jsonIn<PublicationRecord[]>(item, "published"));
  };

  return {
    async after(workspace, number, limit) {
      // The head first: what has left it since is found among the items, twice at worst.
      const head = await readHead(table, blobs, workspace);
      if (head === undefined) return [];
      const listed = head.recent.map(recordOf);
      const before = isWhole(head, number) ? [] : await moved(workspace, number, limit);
      const known = new Set(before.map((record) => record.number));
      return [...before, ...listed.filter((record) => !known.has(record.number))]
        .filter((record) => record.number > number)
        .toSorted((a, b) => a.number - b.number)
        .slice(0, limit);
    },
  };
};
