import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { HANDLERS } from "../functions/contract.ts";
import { bundleHandlers } from "../infra/bundle.ts";

const KB = 1_000;
/** Bytes that a cold start reads, and bytes that are deployed. */
const CEILINGS = {
  // S3, secrets, the check of sign-ins and licences, and what asks names and servers are read late, if ever.
  // So is what hashes ids, and each operation but the statistics: more parts, which weigh a little more in all.
  "serve-v1": { atStart: 255 * KB, inAll: 645 * KB },
  // So are the description of the API, its page and the pages of problems.
  "serve-admin": { atStart: 262 * KB, inAll: 840 * KB },
  "serve-rocketchat": { atStart: 270 * KB, inAll: 600 * KB },
  "serve-imkit": { atStart: 290 * KB, inAll: 510 * KB },
  "dispatch-hours": { atStart: 245 * KB, inAll: 290 * KB },
  // What makes the files of tables is read at once: nearly each of its calls has some to make.
  "compact-days": { atStart: 340 * KB, inAll: 560 * KB },
  // Charts and pages, and what mails and publishes, are read when there is something to send.
  "follow-hours": { atStart: 297 * KB, inAll: 720 * KB },
  "close-hours": { atStart: 312 * KB, inAll: 570 * KB },
} as const;

const filesIn = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder)
      .toSorted()
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );

/** Names of the files that loading `index.mjs` loads, itself included. */
const loadedAtStart = (files: ReadonlyMap<string, string>): Set<string> => {
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const [, next = ""] of (files.get(name) ?? "").matchAll(/(?:\bfrom|\bimport)"\.\/([\w.-]+)"/g)) load(next);
  };
  load("index.mjs");
  return loaded;
};

const bytesOf = (files: ReadonlyMap<string, string>, names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + Buffer.byteLength(files.get(name) ?? ""), 0);
const inKb = (bytes: number): string => `${Math.ceil(bytes / KB)} KB`;

// Bundled before the tests are named, so that their titles can say what was measured.
const folder = mkdtempSync(join(tmpdir(), "tidemark-sizes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [bundles, again] = [await bundleHandlers(join(folder, "once")), await bundleHandlers(join(folder, "again"))];
const measured = HANDLERS.map((name) => {
  const files = filesIn(bundles[name]);
  const first = loadedAtStart(files);
  return { name, files, first, atStart: bytesOf(files, first), inAll: bytesOf(files, files.keys()) };
});

describe("the bundle of", () => {
  it.each(measured.map((bundle) => [bundle.name, inKb(bundle.atStart), inKb(bundle.inAll), bundle] as const))(
    "%s takes %s at a cold start and %s in all: no more than its ceilings",
    (name, _atStart, _inAll, { atStart, inAll }) => {
      expect(atStart).toBeLessThanOrEqual(CEILINGS[name].atStart);
      expect(inAll).toBeLessThanOrEqual(CEILINGS[name].inAll);
    },
  );

  it.each(measured)("$name leaves S3 for when it is needed, if it ever is", ({ name, files, first }) => {
    const withS3 = [...files].filter(([, text]) => text.includes('"AmazonS3"')).map(([file]) => file);

    expect(withS3).toHaveLength(name === "dispatch-hours" ? 0 : 1);
    expect(withS3.filter((file) => first.has(file))).toEqual([]);
  });

  it.each(measured)("$name is the same whenever it is made", ({ name, files }) => {
    expect(filesIn(again[name])).toEqual(files);
  });
});
