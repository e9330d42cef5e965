import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { DAY_MS } from "../../functions/core/hour.ts";

/** Programs of Debian to bring, with all that they need. */
export interface Recipe {
  /** The package whose version names the tree. */
  readonly name: string;
  readonly packages: readonly string[];
  /** Which of the packages that apt would install are unpacked; all of them by default. */
  readonly keep?: (name: string) => boolean;
}

/** Packages of Debian, unpacked and not installed. */
export interface Tree {
  readonly folder: string;
  readonly version: string;
}

/** How to run a program. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const SUITE = "sid";
/** Counted up when what is done with the packages changes. */
const LAYOUT = 1;
/** A tree is taken as it is for so long; then apt is asked for newer packages. */
const FRESH_MS = 7 * DAY_MS;
/** A tree that nobody has used for so long goes when another takes its place. */
const UNUSED_MS = 14 * DAY_MS;
const TRIES = 3;
const PAUSE_MS = 5_000;

const CACHE = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tidemark", "real");
const LIBRARIES = join("usr", "lib", "x86_64-linux-gnu");

/** The shared libraries of a tree. */
export const librariesIn = (tree: Tree): string => join(tree.folder, LIBRARIES);

/** Runs a program of a tree with the tree's own libraries: those of this machine may be older. */
export const commandIn = (tree: Tree, program: string, args: readonly string[]): Command => {
  const libraries = librariesIn(tree);
  return {
    file: join(libraries, "ld-linux-x86-64.so.2"),
    args: [
      "--argv0",
      program,
      "--library-path",
      `${libraries}:${join(libraries, "ceph")}`,
      join(tree.folder, "usr", "bin", program),
      ...args,
    ],
    env: { ...process.env, LC_ALL: "C" },
  };
};

/** Runs a Python script with a tree's own Python and modules. */
export const pythonIn = async (tree: Tree, script: string, args: readonly string[]): Promise<Command> => {
  const programs = await readdir(join(tree.folder, "usr", "bin"));
  const python = programs.find((name) => /^python3\.\d+$/.test(name));
  if (python === undefined) throw new Error(`there is no Python in ${tree.folder}`);
  const command = commandIn(tree, python, ["-S", script, ...args]);
  return {
    ...command,
    env: {
      ...command.env,
      PYTHONHOME: join(tree.folder, "usr"),
      PYTHONPATH: join(tree.folder, "usr", "lib", "python3", "dist-packages"),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  };
};

const run = async (file: string, args: readonly string[], cwd?: string): Promise<string> => {
  const options = { cwd, env: { ...process.env, LC_ALL: "C" }, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout } = await promisify(execFile)(file, args, options);
    return stdout;
  } catch (failure) {
    // Its own message is the command, which nobody wants to read in a title.
    const { stderr, message } = failure as Error & { readonly stderr?: string };
    throw new Error(`${file}: ${stderr === undefined || stderr === "" ? message : stderr.trim()}`, { cause: failure });
  }
};

/** What is remembered of the tree that was fetched last. */
interface Known extends Tree {
  readonly layout: number;
  readonly askedAt: number;
}

const knownTree = async (path: string): Promise<Known | undefined> => {
  try {
    const known = JSON.parse(await readFile(path, "utf8")) as Known;
    return known.layout === LAYOUT && existsSync(known.folder) ? known : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Gives a tree of programs, out of the cache or fetched by apt, which verifies signatures and checksums. Needs neither
 * root nor Docker; nothing of the machine is changed but the cache.
 */
export const bring = async (recipe: Recipe): Promise<Tree> => {
  await mkdir(CACHE, { recursive: true });
  const path = join(CACHE, `${recipe.name}.json`);
  const known = await knownTree(path);
  const tree =
    known !== undefined && known.askedAt > Date.now() - FRESH_MS ? known : await fetched(recipe, path, known);
  const now = new Date();
  await utimes(tree.folder, now, now);
  return tree;
};

const fetched = async (recipe: Recipe, path: string, known: Known | undefined): Promise<Tree> => {
  try {
    const tree = await tried(recipe);
    const next: Known = { ...tree, layout: LAYOUT, askedAt: Date.now() };
    await writeFile(`${path}.${process.pid}`, JSON.stringify(next));
    await rename(`${path}.${process.pid}`, path);
    await removeUnused(recipe, tree);
    return tree;
  } catch (failure) {
    if (known === undefined) throw failure;
    console.warn(`${recipe.name} ${known.version} is used as it is in the cache: ${String(failure)}`);
    return known;
  }
};

const tried = async (recipe: Recipe): Promise<Tree> => {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`packages are brought for Linux on x64 only, not for ${process.platform} on ${process.arch}`);
  for (let attempt = 1; ; attempt++) {
    const work = await mkdtemp(join(CACHE, "fetching-"));
    try {
      return await fetchInto(work, recipe);
    } catch (failure) {
      if (attempt === TRIES)
        throw new Error(`${recipe.name} could not be fetched: ${(failure as Error).message}`, { cause: failure });
      await setTimeout(PAUSE_MS * attempt);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
};

const removeUnused = async (recipe: Recipe, tree: Tree): Promise<void> => {
  for (const name of await readdir(CACHE)) {
    const folder = join(CACHE, name);
    const isOurs = name.startsWith(`${recipe.name}_`) || name.startsWith("fetching-");
    if (!isOurs || folder === tree.folder || (await stat(folder)).mtimeMs > Date.now() - UNUSED_MS) continue;
    await rm(folder, { recursive: true, force: true });
  }
};

/** Where this machine gets Debian from, as its own apt is told. Whatever is not Debian fails at the signature. */
const repositories = async (): Promise<readonly string[]> => {
  const uris = await run("apt-get", ["--print-uris", "-o", "Debug::NoLocking=1", "update"]);
  const release = await readFile("/etc/os-release", "utf8");
  const codename = /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1] ?? SUITE;
  const suites = new Set([codename, "stable", "testing", "unstable", SUITE]);
  const found = [...uris.matchAll(/^'(\S+?)\/dists\/([^/\s]+)\/InRelease'/gm)].filter(([, , suite]) =>
    suites.has(suite ?? ""),
  );
  if (found.length === 0) throw new Error("apt is told of no repository of Debian");
  // Others serve their own packages under Debian's names of suites.
  const uriOf = ([, uri = ""]: RegExpMatchArray): string => uri;
  return [...new Set(found.map(uriOf))].toSorted(
    (a, b) => Number(/\/debian\/?$/.test(b)) - Number(/\/debian\/?$/.test(a)),
  );
};

const keyring = (): string => {
  const path = ["debian-archive-keyring.gpg", "debian-archive-keyring.pgp"]
    .map((name) => join("/usr/share/keyrings", name))
    .find((each) => existsSync(each));
  if (path === undefined) throw new Error("Debian's keys are not here (package debian-archive-keyring)");
  return path;
};

/** Options that let apt see nothing of this machine: no package is installed, no list and no preference is its own. */
const optionsFor = (state: string): readonly string[] =>
  [
    `Dir::Etc::sourcelist=${join(state, "sources.list")}`,
    "Dir::Etc::sourceparts=/dev/null",
    "Dir::Etc::preferencesparts=/dev/null",
    "Dir::Etc::preferences=/dev/null",
    `Dir::State=${state}`,
    `Dir::State::status=${join(state, "status")}`,
    `Dir::Cache=${state}`,
    "APT::Sandbox::User=",
    "APT::Architecture=amd64",
    "APT::Install-Recommends=false",
    "Acquire::Languages=none",
    "Acquire::Retries=3",
    "Debug::NoLocking=1",
  ].flatMap((option) => ["-o", option]);

const readLists = async (state: string): Promise<void> => {
  let failure: unknown;
  for (const uri of await repositories()) {
    await writeFile(join(state, "sources.list"), `deb [signed-by=${keyring()}] ${uri} ${SUITE} main\n`);
    try {
      await run("apt-get", [...optionsFor(state), "-qq", "--error-on=any", "update"]);
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
};

const fetchInto = async (work: string, recipe: Recipe): Promise<Tree> => {
  const state = join(work, "apt");
  const tree = join(work, "tree");
  const archives = join(state, "archives");
  await mkdir(join(archives, "partial"), { recursive: true });
  await mkdir(join(state, "lists", "partial"), { recursive: true });
  await mkdir(tree);
  await writeFile(join(state, "status"), "");
  await readLists(state);

  const plan = await run("apt-get", [...optionsFor(state), "--simulate", "install", ...recipe.packages]);
  const found = [...plan.matchAll(/^Inst (\S+) \((\S+)/gm)].map(([, name = "", version = ""]) => ({ name, version }));
  const chosen = found.filter(({ name }) => recipe.keep?.(name) ?? true);
  const version = found.find(({ name }) => name === recipe.name)?.version;
  if (version === undefined) throw new Error(`apt does not know ${recipe.name}`);
  const all = chosen.map(({ name, version: its }) => `${name}=${its}`);
  const key = createHash("sha256")
    .update([LAYOUT, ...all].join("\n"))
    .digest("hex")
    .slice(0, 12);
  const folder = join(CACHE, `${recipe.name}_${version.replaceAll(/[^\w.+~-]/g, "_")}_${key}`);
  if (existsSync(folder)) return { folder, version };

  await run("apt-get", [...optionsFor(state), "-qq", "download", ...all], archives);
  for (const file of await readdir(archives))
    if (file.endsWith(".deb")) await run("dpkg-deb", ["--extract", join(archives, file), tree]);
  for (const unread of ["doc", "man", "locale"])
    await rm(join(tree, "usr", "share", unread), { recursive: true, force: true });
  try {
    await rename(tree, folder);
  } catch (error) {
    // Another run has just fetched the same.
    if (!existsSync(folder)) throw error;
  }
  return { folder, version };
};
