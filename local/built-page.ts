import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Mishap } from "./mishap.ts";

const WEB = fileURLToPath(new URL("../web", import.meta.url));
const LOCK = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const CACHE = fileURLToPath(new URL("../node_modules/.cache/tidemark", import.meta.url));

const NAME_LENGTH = 16;

/** What the page is made from, and what it is made with, as one short text. */
const stateOfSources = async (): Promise<string> => {
  const hash = createHash("sha256").update(await readFile(LOCK));
  const entries = await readdir(WEB, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(`\0${file.slice(WEB.length)}\0`).update(await readFile(file));
  return hash.digest("hex").slice(0, NAME_LENGTH);
};

const build = async (folder: string): Promise<void> => {
  // Loaded only when something is to be built: it weighs more than all the rest of the start.
  const vite = await import("vite").catch((cause: unknown) => {
    throw new Mishap("The page can't be built without Vite: run `npm ci`, without --omit=dev, then start again.", {
      cause,
    });
  });
  await vite.build({
    configFile: join(WEB, "vite.config.ts"),
    mode: "production",
    logLevel: "error",
    build: { outDir: folder },
  });
};

/**
 * The folder with the built Info page. Builds it, in less than a second, when its sources or what builds it have changed
 * since the last time.
 * @throws Mishap when what builds it is not installed.
 */
export const builtPage = async (): Promise<string> => {
  const folder = join(CACHE, `page-${await stateOfSources()}`);
  if (existsSync(folder)) return folder;
  // Two may start at once, and one may be killed half-way: only a whole folder gets the final name.
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, "page-draft-"));
  try {
    await build(draft);
    await rename(draft, folder);
  } catch (failure) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw failure;
  }
  return folder;
};
