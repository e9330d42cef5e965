import { archiveContract } from "../../contracts/archive.contract.ts";
import { auditContract } from "../../contracts/audit.contract.ts";
import { directoryContract } from "../../contracts/directory.contract.ts";
import { hoursContract } from "../../contracts/hours.contract.ts";
import { logContract } from "../../contracts/log.contract.ts";
import { publicationsContract } from "../../contracts/publications.contract.ts";
import { refreshesContract } from "../../contracts/refreshes.contract.ts";
import { seriesContract } from "../../contracts/series.contract.ts";
import { snapshotsContract } from "../../contracts/snapshots.contract.ts";
import { unionsContract } from "../../contracts/unions.contract.ts";
import { workspacesContract } from "../../contracts/workspaces.contract.ts";
import { MemoryArchive } from "./archive.ts";
import { openMemoryStore } from "./store.ts";

// What interleavings are explored on has to answer as real engines do.
const MEMORY = "the engine in memory";
for (const contract of [
  auditContract,
  directoryContract,
  hoursContract,
  logContract,
  publicationsContract,
  refreshesContract,
  seriesContract,
  snapshotsContract,
  unionsContract,
  workspacesContract,
])
  contract(MEMORY, openMemoryStore);

archiveContract("in memory", async () => {
  const archive = new MemoryArchive(() => Date.now());
  const connect = () => ({ archive: archive.port(), archived: archive.archived(), blobs: archive.blobs() });
  return {
    ...connect(),
    connect,
    place: async (key, bytes) => archive.place(key, bytes),
    keys: async () => archive.keys(),
    close: async () => undefined,
  };
});
