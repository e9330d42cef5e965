import { type Command, Option } from "commander";
import { readSurroundings } from "../../local/surroundings.ts";
import { grouped, terminal } from "../../local/terminal.ts";
import { FAILED } from "../exit-codes.ts";
import { Misuse } from "../misuse.ts";
import { addStoreOptions, type Reached, type StoreFlags, withStore } from "../reach.ts";

interface Flags extends StoreFlags {
  readonly fromArchive: boolean;
  readonly workspace?: string;
  readonly around: boolean;
  readonly json: boolean;
}

const fromBackup = async (folder: string, data: string, json: boolean): Promise<void> => {
  const { restoreBackup } = await import("../../local/backup/restore.ts");
  const progress = terminal(process.stderr);
  const { totals, workspaces, madeAt } = await restoreBackup({ from: folder, data, onProgress: progress.progress });
  process.stdout.write(
    json
      ? `${JSON.stringify({ data, madeAt, ...totals, workspaces })}\n`
      : `${data}: ${grouped(totals.files)} files as of ${madeAt}.\nNext: npm start -- --data ${data}\n`,
  );
};

const isDeployed = ({ stack, table, bucket, region }: StoreFlags): boolean =>
  (stack ?? table ?? bucket ?? region) !== undefined;

/** A deployment's table and archive, or those of a data folder that may have lost its database. */
const withArchive = async <T>(
  flags: Flags,
  work: (reached: Pick<Reached, "parts" | "places">) => Promise<T>,
): Promise<T> => {
  if (isDeployed(flags)) return withStore(flags, work);
  if (flags.data === undefined)
    throw new Misuse("Say whose archive: --data ‹folder›, --stack ‹name›, or --table and --bucket.");
  const { openArchive } = await import("../../local/backup/open-archive.ts");
  const { close, ...store } = await openArchive(flags.data, readSurroundings());
  try {
    return await work(store);
  } finally {
    await close();
  }
};

const nextOf = (flags: Flags): string =>
  isDeployed(flags)
    ? `Next: tidemark operator create${flags.stack === undefined ? "" : ` --stack ${flags.stack}`}, then new keys for whoever sends and reads.\n`
    : `Next: npm start -- --data ${flags.data} (new credentials lie in credentials.json there)\n`;

const fromArchive = async (flags: Flags): Promise<void> => {
  const { LOST, restoreFromArchive, stands, told } = await import("../restore/from-archive.ts");
  const { workspace, around, json } = flags;
  const outcomes = await withArchive(flags, (reached) =>
    restoreFromArchive(reached, { workspace, isAround: around, progress: terminal(process.stderr) }),
  );
  const isAnyNew = outcomes.some((one) => stands(one) && !one.wasThere);
  if (json) {
    const results = outcomes.map((one) =>
      stands(one)
        ? {
            workspace: one.workspace.id,
            restored: true,
            wasThere: one.wasThere,
            hours: one.hours,
            publications: one.publications,
            unfit: one.unfit,
          }
        : { workspace: one.id, restored: false, why: one.why, unfit: one.unfit },
    );
    process.stdout.write(`${JSON.stringify(results)}\n`);
  } else process.stdout.write(`${outcomes.map(told).join("")}${isAnyNew ? `${LOST}${nextOf(flags)}` : ""}`);
  if (!outcomes.every(stands)) process.exitCode = FAILED;
};

const run = async (backup: string | undefined, flags: Flags): Promise<void> => {
  if (flags.fromArchive) {
    if (backup !== undefined) throw new Misuse("A backup holds more than its archive: leave out --from-archive.");
    await fromArchive(flags);
    return;
  }
  if (backup === undefined) throw new Misuse("Name a backup; or say --from-archive, when the archive is all there is.");
  if (flags.data === undefined || isDeployed(flags) || flags.workspace !== undefined || flags.around)
    throw new Misuse("A backup is restored whole, into a data folder: tidemark restore ‹backup› --data ‹folder›.");
  await fromBackup(backup, flags.data, flags.json);
};

/** Adds `restore`. */
export const addRestore = (program: Command): void => {
  const restore = program
    .command("restore")
    .summary("rebuild what a backup or an archive holds")
    .description("make a data folder of a backup; or rebuild a table that is lost from its archive")
    .argument("[backup]", "a folder that `tidemark backup` made")
    .option("--from-archive", "there is no backup: rebuild what was published", false)
    .option("--workspace <id>", "from the archive: one alone (default: all)")
    .option("--around", "from the archive: leave out hours of which something does not fit", false);
  addStoreOptions(restore)
    .addOption(new Option("--json", "tell the result as JSON").default(false))
    .addHelpText(
      "after",
      `
Everything is held against its manifest, or its chain, before anything is written, and what does not fit is named.
Nothing is written over. A backup has all up to when it was made and needs a new folder (--data). An archive has
what was published, and the table has to have no workspace of the name; directory, credentials and settings come
from nowhere then, and are listed at the end. Run again after a crash, it goes on.

  tidemark restore --from-archive --data .tidemark     (its database is lost, its archive is there)
  tidemark restore --from-archive --stack Tidemark

Example:
  tidemark restore tidemark-backup --data restored`,
    )
    .action(run);
};
