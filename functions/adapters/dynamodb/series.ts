import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Key, KEYS } from "../../contract.ts";
import type { UsualDay } from "../../core/baseline.ts";
import type { PackedDay } from "../../core/compaction.ts";
import { keptJson } from "../../core/kept-json.ts";
import { type Day, dayName, type DaySeries } from "../../core/series.ts";
import { DAY_MS } from "../../core/hour.ts";
import type { Series } from "../../ports/series.ts";
import { bytesIn, numberIn, textIn } from "./attributes.ts";
import { pressed, unpressed } from "./bodies.ts";
import { attributes, prefixBounds, type Table } from "./table.ts";

const dayNamed = (name: string): Day => Date.parse(`${name}T00:00:00.000Z`) / DAY_MS;

/** Packed days in DynamoDB. A day takes a few KB, whatever happened in it. */
export const dynamoSeries = (table: Table): Series => ({
  async keep(workspace, day, series, publication) {
    // One that lost packed something newer, or the same.
    await table.transact([
      table.put(
        {
          ...KEYS.series(workspace, dayName(day)),
          body: pressed(JSON.stringify(series)),
          publication,
        },
        "attribute_not_exists(pk) OR publication <= :publication",
        { ":publication": publication },
      ),
      table.put({ ...KEYS.packed(workspace, publication, dayName(day)), day: dayName(day), publication }),
    ]);
  },

  async between(workspace, from, to) {
    const { pk } = KEYS.series(workspace, "");
    const found = new Map<Day, DaySeries>();
    if (to <= from) return found;
    let start: Key | undefined;
    do {
      const page = await table.query(
        pk,
        { from: dayName(from), to: dayName(to - 1) },
        start === undefined ? {} : { start },
      );
      for (const item of page.items)
        found.set(dayNamed(textIn(item, "sk")), keptJson<DaySeries>(unpressed(bytesIn(item, "body")).toString()));
      start = page.last;
    } while (start !== undefined);
    return found;
  },

  async usual(workspace) {
    const item = await table.get(KEYS.usual(workspace));
    return item === undefined ? undefined : keptJson<UsualDay>(unpressed(bytesIn(item, "body")).toString());
  },

  async keepUsual(workspace, usual) {
    const item = { ...KEYS.usual(workspace), body: pressed(JSON.stringify(usual)) };
    await table.client.send(new PutItemCommand({ TableName: table.name, Item: attributes(item) }));
  },

  async packedSince(workspace, publication) {
    const { pk, sk: from } = KEYS.packed(workspace, publication, "");
    const { to } = prefixBounds(KEYS.packed(workspace, 0, "").sk.split("#")[0] ?? "");
    const found: PackedDay[] = [];
    let start: Key | undefined;
    do {
      const page = await table.query(pk, { from, to }, start === undefined ? {} : { start });
      for (const item of page.items)
        found.push({ day: dayNamed(textIn(item, "day")), publication: numberIn(item, "publication") });
      start = page.last;
    } while (start !== undefined);
    return found;
  },
});
