import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ARCHIVE, KEYS } from "../../functions/contract.ts";
import { HOUR_MS, hourNamed } from "../../functions/core/hour.ts";
import { verifyPublications } from "../../functions/tasks/verify-publications.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { itemsIn, type TableItems } from "../support/table-items.ts";

const AT_NINE = "2026-03-02T09";
const hour = (name: string): number => hourNamed(name) ?? Number.NaN;

let scene: Scene;
let items: TableItems;
let archiveIsAway = false;

const withFickleArchive = (parts: Parts): Parts => ({
  ...parts,
  archive: {
    ...parts.archive,
    write: (...what) =>
      archiveIsAway ? Promise.reject(new Error("the archive is away")) : parts.archive.write(...what),
  },
});

beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO, change: withFickleArchive });
  items = itemsIn(scene.engine);
  for (let closed = 0; closed < 4; closed++) {
    await scene.send([message(scene.clock.now + 60_000)]);
    scene.clock.now += HOUR_MS;
    await scene.work();
  }
  // A late event restates the second hour, so one document is superseded.
  await scene.send([message(HOUR_ZERO + HOUR_MS + 120_000, "late")]);
  await scene.work();
});
afterEach(() => scene.close());

const verify = (walk = {}) => verifyPublications(scene.parts)(scene.workspace.id, walk);
const archived = (key: string): string => join(scene.archiveFolder, key);
const snapshotItem = async (name: string, revision = 0) => items.get(KEYS.snapshot(scene.workspace.id, name, revision));

describe("verifying what was published", () => {
  it("finds nothing wrong with what nobody touched, restated hours included", async () => {
    expect(await verify()).toEqual({ checked: 5, unarchived: 0, flaws: [], isWhole: true });
  });

  it("takes nothing amiss that is published while it walks", async () => {
    let isFirst = true;
    const busy: Parts = {
      ...scene.parts,
      archive: {
        ...scene.parts.archive,
        read: async (...what) => {
          if (isFirst) {
            isFirst = false;
            await scene.send([message(HOUR_ZERO + 2 * HOUR_MS + 120_000, "later still")]);
            await scene.work();
          }
          return scene.parts.archive.read(...what);
        },
      },
    };
    expect(await verifyPublications(busy)(scene.workspace.id)).toEqual({
      checked: 6,
      unarchived: 0,
      flaws: [],
      isWhole: true,
    });
  });

  it("tells how far it is", async () => {
    const told: number[] = [];
    await verify({ onProgress: (checked: number, of: number) => told.push(checked, of) });
    expect(told).toEqual([0, 5, 1, 5, 2, 5, 3, 5, 4, 5]);
  });

  it.each([
    ["statistics.json", ARCHIVE.statistics("demo", "2026-03-02T11"), "2026-03-02T11", 0],
    ["a superseded copy", ARCHIVE.superseded("demo", "2026-03-02T10", 0), "2026-03-02T10", 0],
  ])("names the hour of which one byte of %s was changed", async (_what, key, name, revision) => {
    const bytes = await readFile(archived(key));
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await writeFile(archived(key), bytes);
    expect((await verify()).flaws).toEqual([
      expect.objectContaining({ hour: name, revision, where: "archive", problem: expect.stringContaining("bytes") }),
    ]);
  });

  it("names an hour that was swapped with another in the archive", async () => {
    const [one, other] = ["2026-03-02T09", "2026-03-02T11"].map((name) => archived(ARCHIVE.statistics("demo", name)));
    const bytes = await readFile(one as string);
    await writeFile(one as string, await readFile(other as string));
    await writeFile(other as string, bytes);
    expect((await verify()).flaws.map((flaw) => flaw.hour)).toEqual(["2026-03-02T09", "2026-03-02T11"]);
  });

  it("names the first publication whose item was changed", async () => {
    const item = await snapshotItem(AT_NINE);
    await items.put({ ...item, ...(await bodyOf("2026-03-02T11")) });
    expect((await verify()).flaws[0]).toMatchObject({ number: 1, hour: AT_NINE, where: "table" });
  });

  it("names a publication whose document can't be decoded any more", async () => {
    const { body: _body, ...item } = await snapshotItem(AT_NINE);
    await items.put({ ...item, body: new Uint8Array([1, 2, 3]) });
    expect((await verify()).flaws[0]).toMatchObject({ number: 1, hour: AT_NINE, where: "table" });
  });

  it.each([["number"], ["previous"], ["sha256"]])("names the publication whose %s was changed", async (attribute) => {
    const item = await snapshotItem("2026-03-02T11");
    const changed = attribute === "number" ? 17 : `sha256:${"0".repeat(64)}`;
    await items.put({ ...item, [attribute]: changed });
    expect((await verify()).flaws).toContainEqual(expect.objectContaining({ hour: "2026-03-02T11", where: "table" }));
  });

  it("names a publication that was taken away, wherever it was", async () => {
    await items.remove(KEYS.snapshot("demo", "2026-03-02T10", 0));
    expect((await verify()).flaws).toContainEqual(
      expect.objectContaining({ number: 2, where: "chain", problem: "publication 2 is missing" }),
    );
  });

  it("names the last one when it was taken away", async () => {
    await items.remove(KEYS.snapshot("demo", "2026-03-02T10", 1));
    expect((await verify()).flaws).toContainEqual(expect.objectContaining({ number: 5, where: "chain" }));
  });

  it("names one that was added", async () => {
    const item = await snapshotItem("2026-03-02T12");
    await items.put({ ...item, ...KEYS.snapshot("demo", "2026-03-02T12", 1) });
    expect((await verify()).flaws.map(({ hour: name, where }) => [name, where])).toContainEqual([
      "2026-03-02T12",
      "chain",
    ]);
  });

  it("checks a range, and says nothing of what is outside", async () => {
    await writeFile(archived(ARCHIVE.statistics("demo", AT_NINE)), "{}\n");
    expect(await verify({ from: hour("2026-03-02T10"), to: hour("2026-03-02T12") })).toEqual({
      checked: 3,
      unarchived: 0,
      flaws: [],
      isWhole: false,
    });
    expect((await verify({ from: hour(AT_NINE), to: hour("2026-03-02T10") })).flaws).toHaveLength(1);
  });

  it("takes no offence at what is committed and not archived yet", async () => {
    archiveIsAway = true;
    scene.clock.now += HOUR_MS;
    await scene.work().catch(() => undefined);
    expect(await verify()).toMatchObject({ checked: 6, unarchived: 1, flaws: [] });
    archiveIsAway = false;
    await scene.work();
    expect(await verify()).toMatchObject({ checked: 6, unarchived: 0, flaws: [] });
  });

  const bodyOf = async (name: string) => {
    const { pk: _pk, sk: _sk, number: _number, previous: _previous, sha256: _sha, ...rest } = await snapshotItem(name);
    return rest;
  };
});
