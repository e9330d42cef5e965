import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { diskArchive, diskBlobs } from "../../../functions/adapters/disk/archive.ts";
import { diskArchived } from "../../../functions/adapters/disk/archived.ts";
import { archiveContract, type ArchiveStore } from "../../contracts/archive.contract.ts";
import { SAMPLE_HOUR } from "../../support/samples.ts";

const open = async (): Promise<ArchiveStore & { readonly folder: string }> => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-archive-"));
  const connect = (): Pick<ArchiveStore, "archive" | "archived" | "blobs"> => ({
    archive: diskArchive(folder),
    archived: diskArchived(folder),
    blobs: diskBlobs(folder),
  });
  return {
    ...connect(),
    connect,
    folder,
    place: async (key, bytes) => {
      await mkdir(dirname(join(folder, key)), { recursive: true });
      await writeFile(join(folder, key), bytes);
    },
    keys: async () =>
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .toSorted(),
    close: () => rm(folder, { recursive: true, force: true }),
  };
};

archiveContract("on disk", open);

describe("the archive on disk, killed while it writes", () => {
  const WRITER = fileURLToPath(new URL("../../support/archive-writer.ts", import.meta.url));

  it("holds whole documents, in order, after every kill", async () => {
    const store = await open();
    try {
      let reached = -1;
      for (let round = 0; round < 6; round++) {
        const writer = spawn(process.execPath, [WRITER, store.folder, String(Math.max(reached, 0))], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        const ended = once(writer, "exit");
        await once(writer.stdout, "data");
        await setTimeout(5 + round * 17);
        writer.kill("SIGKILL");
        await ended;

        const { revision } = JSON.parse(
          Buffer.from((await store.archive.read("acme", SAMPLE_HOUR)) ?? []).toString(),
        ) as { revision: number };
        expect(revision).toBeGreaterThanOrEqual(reached);
        for (let older = 0; older < revision; older++) {
          const bytes = (await store.archive.readSuperseded("acme", SAMPLE_HOUR, older)) ?? [];
          expect(JSON.parse(Buffer.from(bytes).toString())).toMatchObject({ revision: older });
        }
        reached = revision;
      }
      expect(reached).toBeGreaterThan(0);
    } finally {
      await store.close();
    }
  });
});
