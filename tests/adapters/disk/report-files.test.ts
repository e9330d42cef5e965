import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskReportFiles } from "../../../functions/adapters/disk/archive.ts";
import { reportFilesContract } from "../../contracts/report-files.contract.ts";

reportFilesContract("on disk", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-reports-"));
  return {
    files: diskReportFiles(folder),
    connect: () => diskReportFiles(folder),
    keys: async () =>
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .toSorted(),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});
