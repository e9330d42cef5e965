import { KEEP_DAYS, KEYS } from "../../contract.ts";
import type { PublicationRecord, Publications } from "../../ports/publications.ts";
import { expiry } from "./store.ts";
import type { Item, Table } from "./table.ts";

/** The item that lists what one transaction publishes, under its last number; none when it publishes nothing. */
export const publicationItems = (
  workspace: string,
  publications: readonly PublicationRecord[],
  now: number,
  expires: boolean,
): readonly Item[] => {
  const last = publications.at(-1);
  if (last === undefined) return [];
  return [
    {
      ...KEYS.published(workspace, last.number),
      published: JSON.stringify(publications.map(({ number, hour, revision }) => ({ number, hour, revision }))),
      ...expiry(expires, now, KEEP_DAYS.published),
    },
  ];
};

/** What was published in which order, an item for each transaction. */
export const dynamoPublications = (table: Table): Publications => ({
  async after(workspace, number, limit) {
    const { pk, sk } = KEYS.published(workspace, number + 1);
    const { items } = await table.query(pk, { from: sk }, { limit });
    const records: PublicationRecord[] = [];
    for (const item of items) {
      if (records.length >= limit) break;
      const published = JSON.parse(item["published"] as string) as PublicationRecord[];
      records.push(...published.filter((record) => record.number > number));
    }
    return records.slice(0, limit);
  },
});
