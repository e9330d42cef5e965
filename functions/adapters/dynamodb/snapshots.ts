import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { KEYS } from "../../contract.ts";
import type { Publication } from "../../core/publication.ts";
import type { Carried } from "../../core/connections.ts";
import { hourName, hourNamed } from "../../core/hour.ts";
import { keptJson } from "../../core/kept-json.ts";
import type { Blobs } from "../../ports/blobs.ts";
import type { Revision, Snapshot, Snapshots } from "../../ports/snapshots.ts";
import { anyTextIn, hourIn, numberIn, textIn } from "./attributes.ts";
import { type Body, bodyAttributes, bodyOf, pressed, pressedDocument, unpressed } from "./bodies.ts";
import { attributes, type Item, type Table } from "./table.ts";

/** An item holds 400 KB at most, and a document may take three quarters of it. */
const CARRIED_BYTES = 50_000;

const REVISIONS_IN_A_PAGE = 200;

/** The bodies of a publication: its document, and the connections carried in, which lie beside it in one item. */
export const snapshotBodies = ({
  bytes,
  carriedIn,
}: Pick<Publication, "bytes" | "carriedIn">): readonly [document: Body, carriedIn: Body] => [
  { kind: "snapshot", bytes: pressedDocument(bytes) },
  { kind: "carried", bytes: pressed(JSON.stringify(carriedIn)), most: CARRIED_BYTES },
];

/** The item of a publication; `stored` are the attributes of its document, `carriedIn` those of what was carried in, `sets` of who was seen. */
export const snapshotItem = (
  workspace: string,
  publication: Pick<Publication, "hour" | "revision" | "sha256" | "number" | "previous">,
  now: number,
  { stored, carriedIn, sets }: { readonly stored: Item; readonly carriedIn: Item; readonly sets: Item },
): Item => ({
  ...KEYS.snapshot(workspace, hourName(publication.hour), publication.revision),
  revision: publication.revision,
  sha256: publication.sha256,
  number: publication.number,
  previous: publication.previous ?? undefined,
  carriedIn,
  madeAt: now,
  ...stored,
  ...sets,
});

/** Bytes of a body, or none when it is no compressed text. */
const decoded = (body: Uint8Array): Uint8Array => {
  try {
    return unpressed(body);
  } catch {
    return new Uint8Array();
  }
};

/** Published snapshots in DynamoDB. */
export const dynamoSnapshots = (table: Table, blobs: Blobs): Snapshots => {
  const revisionOf = (item: Item, bytes: Uint8Array): Revision => ({
    hour: hourIn(item),
    revision: numberIn(item, "revision"),
    bytes,
    sha256: textIn(item, "sha256"),
    number: numberIn(item, "number"),
    previous: anyTextIn(item, "previous") ?? null,
    madeAt: numberIn(item, "madeAt"),
  });
  const snapshotOf = async (item: Item): Promise<Snapshot> => ({
    ...revisionOf(item, unpressed(await bodyOf(blobs, "snapshot", item))),
    carriedIn: keptJson<Carried>(unpressed(await bodyOf(blobs, "carried", item["carriedIn"] as Item)).toString()),
  });

  return {
    async read(workspace, hour, revision) {
      if (revision !== undefined) {
        const item = await table.get(KEYS.snapshot(workspace, hourName(hour), revision));
        return item === undefined ? undefined : snapshotOf(item);
      }
      const { pk } = KEYS.snapshot(workspace, hourName(hour), 0);
      const bounds = { from: `${hourName(hour)}#`, to: `${hourName(hour)}$` };
      const { items } = await table.query(pk, bounds, { limit: 1, isDescending: true });
      return items[0] === undefined ? undefined : snapshotOf(items[0]);
    },

    async range(workspace, from, to, limit) {
      const found = new Map<string, Item>();
      const { pk } = KEYS.snapshot(workspace, hourName(from), 0);
      // The sort key of a revision is longer than its hour's name, so the name of `to` itself lies before its hour.
      const bounds = { from: hourName(from), to: hourName(to) };
      if (to <= from) return { snapshots: [], next: undefined };
      let start: Parameters<Table["query"]>[2] = { isConsistent: false };
      for (let more = true; more && found.size <= limit;) {
        const { items, last } = await table.query(pk, bounds, start);
        // Revisions come in order, so the latest one stays.
        for (const item of items) found.set(textIn(item, "sk").slice(0, 13), item);
        more = last !== undefined;
        if (last !== undefined) start = { isConsistent: false, start: last };
      }
      const hours = [...found];
      const snapshots = await Promise.all(hours.slice(0, limit).map(async ([, item]) => snapshotOf(item)));
      const next = hours[limit]?.[0];
      return { snapshots, next: next === undefined ? undefined : hourNamed(next) };
    },

    async revisions(workspace, from, to, after) {
      if (to <= from) return { snapshots: [], next: undefined };
      const { pk } = KEYS.snapshot(workspace, hourName(from), 0);
      const { items, last } = await table.query(
        pk,
        { from: hourName(from), to: hourName(to) },
        { limit: REVISIONS_IN_A_PAGE, ...(after === undefined ? {} : { start: { pk, sk: after } }) },
      );
      return {
        snapshots: await Promise.all(
          items.map(async (item) => revisionOf(item, decoded(await bodyOf(blobs, "snapshot", item)))),
        ),
        next: last?.sk,
      };
    },

    // Loaded late: few calls ask who was seen.
    async sets(workspace, hour) {
      const { setsOfHour } = await import("./read-sets.ts");
      return setsOfHour({ table, blobs }, workspace, hour);
    },

    async *setsBetween(workspace, from, to) {
      const { setsBetween } = await import("./read-sets.ts");
      yield* setsBetween({ table, blobs }, workspace, from, to);
    },

    async latest(workspace) {
      const item = await table.get(KEYS.latest(workspace));
      if (item === undefined) return undefined;
      return {
        bytes: unpressed(await bodyOf(blobs, "snapshot", item)),
        windowEnd: numberIn(item, "windowEnd"),
        isSnapshot: item["isSnapshot"] === true,
        takenAt: numberIn(item, "takenAt"),
        revision: numberIn(item, "revision"),
      };
    },

    async keepLatest(workspace, { bytes, windowEnd, isSnapshot, takenAt, revision }) {
      const [body = {}] = await bodyAttributes(blobs, [{ kind: "snapshot", bytes: pressedDocument(bytes) }]);
      try {
        await table.client.send(
          new PutItemCommand({
            TableName: table.name,
            Item: attributes({ ...KEYS.latest(workspace), ...body, windowEnd, isSnapshot, takenAt, revision }),
            ConditionExpression:
              "attribute_not_exists(pk) OR windowEnd < :end OR (windowEnd = :end AND (takenAt < :taken OR (takenAt = :taken AND revision <= :revision)))",
            ExpressionAttributeValues: attributes({ ":end": windowEnd, ":taken": takenAt, ":revision": revision }),
          }),
        );
      } catch (error) {
        // A later one is there: that is what was asked for.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
};
