import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskArchive } from "../../functions/adapters/disk/archive.ts";
import { tableFile } from "../../functions/adapters/parquet/table-file.ts";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { type Compacted, compactDays } from "../../functions/tasks/compact-days.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { message } from "./events.ts";
import { openScene, type Scene } from "./scene.ts";

/** A Friday; on the Monday after it a week and a month are over. */
const START = Date.parse("2026-02-27T21:00:00.000Z");
/** That Monday, midnight UTC. */
export const MONDAY = Date.parse("2026-03-02T00:00:00.000Z");

/** Files of tables by their name in `parquet/`, each with its bytes. */
export type Files = Readonly<Record<string, string>>;

/** Every file of an archive's tables. */
export const filesIn = async (archiveFolder: string): Promise<Files> => {
  const folder = join(archiveFolder, "parquet");
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const read = found
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), (await readFile(path)).toString("base64")] as const;
    });
  return Object.fromEntries(await Promise.all(read));
};

/** A workspace that lives from a Friday evening on, and its tables. */
export interface CompactionScene extends Scene {
  readonly compact: (parts?: Parts, how?: { readonly daysAtMost: number }) => Promise<Compacted>;
  /** Lives up to an instant, with a message every six hours, and closes what is over then. */
  readonly liveUntil: (instant: number) => Promise<void>;
  /** Something comes late for the Friday, which is restated. */
  readonly restateFriday: () => Promise<void>;
  readonly files: () => Promise<Files>;
  /** The same workspace over an empty archive, which is removed afterwards. */
  readonly elsewhere: (work: (parts: Parts, files: () => Promise<Files>) => Promise<void>) => Promise<void>;
}

/** Opens a {@link CompactionScene}. */
export const openCompaction = async (): Promise<CompactionScene> => {
  const scene = await openScene({ now: START });
  return {
    ...scene,
    compact: (parts = scene.parts, how) => compactDays({ ...parts, tableFile })("demo", how),
    liveUntil: async (instant) => {
      for (let at = scene.clock.now; at < instant; at += 6 * HOUR_MS) {
        scene.clock.now = at + HOUR_MS / 2;
        await scene.send([message(at + 60_000, `user-${(at / HOUR_MS) % 5}`)]);
      }
      scene.clock.now = instant;
      await scene.work();
    },
    restateFriday: async () => {
      await scene.send([message(START + 90 * 60_000, "late")]);
      await scene.work();
    },
    files: () => filesIn(scene.archiveFolder),
    elsewhere: async (work) => {
      const folder = await mkdtemp(join(tmpdir(), "tidemark-archive-"));
      try {
        await work({ ...scene.parts, archive: diskArchive(folder) }, () => filesIn(folder));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
};
