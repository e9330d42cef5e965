import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { layoutsOf } from "../../../functions/adapters/compose-layouts.ts";
import { LAYOUT } from "../../../functions/adapters/dynamodb/layout.ts";
import { pressed, unpressed } from "../../../functions/adapters/dynamodb/bodies.ts";
import { KEYS } from "../../../functions/contract.ts";
import type { Head } from "../../../functions/core/head.ts";
import { hourNamed } from "../../../functions/core/hour.ts";
import { documentIn } from "../../../functions/core/document.ts";
import type { Workspace } from "../../../functions/core/workspace.ts";
import { closeDueHours } from "../../../functions/tasks/close-hours.ts";
import { identifyCaller } from "../../../functions/tasks/identify-caller.ts";
import { ingestEvents } from "../../../functions/tasks/ingest-events.ts";
import { migrateWorkspaces } from "../../../functions/tasks/migrate-workspaces.ts";
import type { Parts } from "../../../functions/tasks/parts.ts";
import { readHistory } from "../../../functions/tasks/read-history.ts";
import { readLatest } from "../../../functions/tasks/read-latest.ts";
import { refreshStatistics } from "../../../functions/tasks/refresh-statistics.ts";
import { verifyPublications } from "../../../functions/tasks/verify-publications.ts";
import { type OpenParts, openParts } from "../../support/engine.ts";
import { message } from "../../support/events.ts";
import { type RecordedStore, recordedStore, restoreRecorded } from "../../support/layouts.ts";
import { itemsIn, type TableItems } from "../../support/table-items.ts";

/** Every layout that stores of people may have; the last one before this is recorded when this one is begun. */
const LAYOUTS = Array.from({ length: LAYOUT - 1 }, (_, at) => at + 1);

let open: OpenParts;
let parts: Parts;
let items: TableItems;
let left: RecordedStore;
const openRecorded = async (layout: number): Promise<void> => {
  left = await recordedStore(layout);
  open = await openParts({ now: left.now, expires: false, cooldownSeconds: 0 });
  await restoreRecorded(left, open);
  parts = open.parts;
  items = itemsIn(open.engine);
};
afterEach(() => open.close());

const migrating = () => ({
  ...parts,
  layouts: layoutsOf({ ...PLACES, dynamodbEndpoint: open.engine.endpoint, table: open.engine.table }),
});
const PLACES = { archiveFolder: "/nowhere", clock: () => 0, expires: false, graceSeconds: 0, cooldownSeconds: 0 };
const standing = async (): Promise<Workspace> => {
  const workspace = await parts.workspaces.find(left.workspace);
  if (workspace === undefined) throw new Error(`there is no workspace ${left.workspace}`);
  return workspace;
};
const published = async (hour: string): Promise<unknown> => {
  const snapshot = await parts.snapshots.read(left.workspace, hourNamed(hour) ?? 0);
  return snapshot === undefined ? undefined : documentIn(snapshot.bytes);
};
const amountsOf = (document: unknown) =>
  document as {
    readonly messages: { readonly sent: number; readonly total: number };
    readonly users: { readonly total: number };
  };
const layoutNow = async (workspace: string): Promise<unknown> => (await items.get(KEYS.head(workspace)))["layout"];
const send = (events: readonly unknown[], id: string) =>
  ingestEvents(parts)({ workspace: left.workspace, id, bodyHash: id, events, mayAdjust: false, import: undefined });

describe.each(LAYOUTS)("a store of layout %i", (layout) => {
  beforeEach(() => openRecorded(layout));

  it("fits, publication by publication, table against archive", async () => {
    const { checked, flaws } = await verifyPublications(parts)(left.workspace);

    expect(flaws).toEqual([]);
    expect(checked).toBe(Object.keys(left.archive).filter((path) => path.endsWith("statistics.json")).length);
  });

  it("is read as it was: the latest document, the history, who may ask", async () => {
    const hours = [
      ...new Set(
        Object.keys(left.archive).flatMap((path) => /date=(.+)\/hour=(\d\d)/.exec(path)?.slice(1).join("T") ?? []),
      ),
    ].toSorted();
    const [from = 0, to = 0] = [hours.at(0), hours.at(-1)].map((name) => hourNamed(name ?? "") ?? 0);

    const { rows } = await readHistory(parts)(left.workspace, {
      statistics: ["messages.sent", "users.total"],
      interval: "hour",
      timeZone: "UTC",
      from,
      to: to + 1,
    });
    const latest = await readLatest(parts)(await standing());
    const caller = await identifyCaller(parts)(left.apiKey);

    const told = await Promise.all(hours.map(async (name) => amountsOf(await published(name))));
    expect(rows.map((row) => row["messages.sent"])).toEqual(told.map(({ messages }) => messages.sent));
    expect(rows.map((row) => row["users.total"])).toEqual(told.map(({ users }) => users.total));
    expect(latest.document).toMatchObject({ workspace: left.workspace });
    expect(caller.workspace).toBe("other");
  });

  it("closes its next hour as it would have then, and goes on counting", async () => {
    const { hour, at, document } = left.next;
    open.clock.now = at;

    await closeDueHours(parts)(left.workspace);
    const { accepted } = await send([message(at - 1_000, "fay")], "later");
    const reading = await refreshStatistics(parts)(await standing());

    // A statistic that came since is more than was told then; what was told then stays as it was.
    expect(await published(hour)).toMatchObject(document);
    expect(accepted).toBe(1);
    expect(amountsOf(reading.document).messages.total).toBeGreaterThan(0);
    expect(await layoutNow(left.workspace)).toBe(LAYOUT);
  });

  it("counts what was sent to the old version as sent once", async () => {
    const recorded = left.items.find(({ pk }) => String(pk).startsWith(`BATCH#${left.workspace}#`));
    const id = String(recorded?.["pk"]).slice(`BATCH#${left.workspace}#`.length);

    // The body is known by its hash, which was its id.
    expect(await send([message(left.now)], id)).toMatchObject({ replayed: true });
  });

  it("is brought to this one by whoever writes, or all at once while it is served, and only once", async () => {
    const [first, meanwhile] = await Promise.all([
      migrateWorkspaces(migrating())(),
      send([message(left.now, "gus")], "meanwhile"),
    ]);
    const again = await migrateWorkspaces(migrating())();

    expect(first).toEqual({ layout: LAYOUT, migrated: 2, current: 0 });
    expect(meanwhile.accepted).toBe(1);
    expect(again).toEqual({ layout: LAYOUT, migrated: 0, current: 2 });
    expect(await Promise.all([left.workspace, "other"].map(layoutNow))).toEqual([LAYOUT, LAYOUT]);
  });
});

describe("what is usual, kept by this version while the one before still publishes", () => {
  beforeEach(() => openRecorded(2));

  it("holds no longer than until that one publishes again, which does not say what it rewrites", async () => {
    const before = await parts.hours.head(left.workspace);
    const item = await items.get(KEYS.head(left.workspace));
    const head = JSON.parse(unpressed(item["body"] as Uint8Array).toString()) as Head;
    const publication = { ...head.publication, number: head.publication.number + 1 };
    const body = pressed(JSON.stringify({ ...head, publication }));
    await items.put({ ...item, body, version: (item["version"] as number) + 1 });

    const after = await parts.hours.head(left.workspace);

    expect(after?.rewritten).not.toBe(before?.rewritten);
  });
});

describe("a store that a newer version has written to", () => {
  beforeEach(async () => {
    await openRecorded(1);
    const head = await items.get(KEYS.head(left.workspace));
    await items.put({ ...head, layout: LAYOUT + 1 });
  });

  it("is refused by name by all that would write to it, and left as it is", async () => {
    const newer = {
      code: "store.newer",
      message: expect.stringContaining(`layout ${LAYOUT + 1}, known to ${LAYOUT}`) as string,
    };
    const before = await items.get(KEYS.head(left.workspace));
    open.clock.now = left.next.at;

    await expect(send([message(left.now)], "b")).rejects.toMatchObject(newer);
    await expect(closeDueHours(parts)(left.workspace)).rejects.toMatchObject(newer);
    await expect(refreshStatistics(parts)(await standing())).rejects.toMatchObject(newer);
    await expect(migrateWorkspaces(migrating())()).rejects.toMatchObject(newer);
    expect(await items.get(KEYS.head(left.workspace))).toEqual(before);
  });

  it("still tells what it published: documents are bytes, and have no layout", async () => {
    expect((await readLatest(parts)(await standing())).document).toMatchObject({ workspace: left.workspace });
  });
});
