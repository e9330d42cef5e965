import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { documentIn } from "../../functions/core/document.ts";
import { isAbsent } from "../../functions/core/thrown.ts";
import type { Publications } from "./database.ts";

/** Files that are copied at once. */
const AT_ONCE = 8;

const STANDING = /^workspace=([^/]+)\/.*\/statistics\.json$/;
const SUPERSEDED = /^superseded\/(workspace=([^/]+)\/.*)\/revision=\d+\/statistics\.json$/;

/** Paths of all files in a folder, however deep, in order; those half written are left out. */
export const filesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".part"))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .toSorted();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
};

const numberIn = (bytes: Uint8Array): number => documentIn(bytes).publication?.number ?? 0;

/** Copies an archive as it was when the database had these publications: later ones are left out. */
class ArchiveCopy {
  readonly #from: string;
  readonly #to: string;
  readonly #published: Publications;
  /** Numbers of the documents that stand, by their hour's folder. */
  readonly #standing = new Map<string, number>();

  constructor(from: string, to: string, published: Publications) {
    this.#from = from;
    this.#to = to;
    this.#published = published;
  }

  async copy(path: string): Promise<void> {
    const standing = STANDING.exec(path);
    const superseded = SUPERSEDED.exec(path);
    const bytes = await readFile(join(this.#from, path));
    if (standing !== null) await this.#keepStanding(path, standing[1] ?? "", bytes);
    else if (superseded === null || this.#isSuperseded(superseded[1] ?? "", superseded[2] ?? "", bytes))
      await this.#keep(path, bytes);
  }

  #isLater(workspace: string, number: number): boolean {
    // The database of a workspace that has ended moves no more.
    return number > (this.#published.get(workspace) ?? Infinity);
  }

  #isSuperseded(hour: string, workspace: string, bytes: Uint8Array): boolean {
    const number = numberIn(bytes);
    return !this.#isLater(workspace, number) && this.#standing.get(hour) !== number;
  }

  async #keepStanding(path: string, workspace: string, bytes: Uint8Array): Promise<void> {
    const hour = dirname(path);
    const documents = this.#isLater(workspace, numberIn(bytes)) ? await this.#replaced(hour) : [bytes];
    // The latest of the time; none when the hour was not closed yet.
    const [document] = documents
      .filter((one) => !this.#isLater(workspace, numberIn(one)))
      .toSorted((a, b) => numberIn(b) - numberIn(a));
    if (document === undefined) return;
    this.#standing.set(hour, numberIn(document));
    await this.#keep(path, document);
  }

  /** What stood before; a copy of it is made before it is replaced. */
  async #replaced(hour: string): Promise<readonly Uint8Array[]> {
    const folder = join(this.#from, "superseded", hour);
    return Promise.all((await filesIn(folder)).map((path) => readFile(join(folder, path))));
  }

  async #keep(path: string, bytes: Uint8Array): Promise<void> {
    const to = join(this.#to, path);
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, bytes, { flag: "wx", flush: true });
  }
}

/**
 * Copies an archive folder as of the moment of a copied database. What the database calls archived is there, because
 * it was copied before; what was published since is left out, so that the two agree.
 */
export const copyArchive = async (
  from: string,
  to: string,
  published: Publications,
  onProgress: (copied: number, of: number) => void,
): Promise<void> => {
  const copy = new ArchiveCopy(from, to, published);
  const files = await filesIn(from);
  // What stands comes first: what it has replaced is judged by it.
  const inOrder = files.toSorted((a, b) => Number(SUPERSEDED.test(a)) - Number(SUPERSEDED.test(b)));
  const stands = inOrder.findIndex((path) => SUPERSEDED.test(path));
  const split = stands === -1 ? inOrder.length : stands;
  let done = 0;
  for (const group of [inOrder.slice(0, split), inOrder.slice(split)])
    for (let at = 0; at < group.length; at += AT_ONCE) {
      await Promise.all(group.slice(at, at + AT_ONCE).map((path) => copy.copy(path)));
      onProgress((done += Math.min(AT_ONCE, group.length - at)), files.length);
    }
};
