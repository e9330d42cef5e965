import { createHash } from "node:crypto";
import { ARCHIVE } from "../../../functions/contract.ts";
import { documentKey, workspaceIn } from "../../../functions/core/archive-key.ts";
import { hourName } from "../../../functions/core/hour.ts";
import { dayName } from "../../../functions/core/series.ts";
import type { Archive, Made } from "../../../functions/ports/archive.ts";
import type { Archived } from "../../../functions/ports/archived.ts";
import type { BlobStore } from "../../../functions/ports/blobs.ts";

interface File {
  readonly bytes: Uint8Array;
  readonly writtenAt: number;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const keyOf = (file: Made): string =>
  "table" in file
    ? ARCHIVE.table(file.table, file.workspace, dayName(file.start))
    : ARCHIVE.tablesMade(file.progressOf);

/** An archive in memory, in which each call is one step; it can be copied, and has a fingerprint as engines have. */
export class MemoryArchive {
  readonly #files: Map<string, File>;
  readonly #clock: () => number;
  /** Told what was written, after it was. */
  watch: ((key: string, before: Uint8Array | undefined, after: Uint8Array) => void) | undefined;

  constructor(clock: () => number = () => 0, files: ReadonlyMap<string, File> = new Map()) {
    this.#clock = clock;
    this.#files = new Map(files);
  }

  copy(): MemoryArchive {
    return new MemoryArchive(this.#clock, this.#files);
  }

  /** Equal for archives that hold the same. */
  get fingerprint(): string {
    return this.keys()
      .map((key) => `${key} ${sha256((this.#files.get(key) as File).bytes)}`)
      .join();
  }

  /** Every key there is, sorted. */
  keys(): readonly string[] {
    return [...this.#files.keys()].toSorted();
  }

  read(key: string): Uint8Array | undefined {
    return this.#files.get(key)?.bytes;
  }

  /** Puts bytes under a key, whatever is there. */
  place(key: string, bytes: Uint8Array): void {
    const before = this.read(key);
    this.#files.set(key, { bytes: new Uint8Array(bytes), writtenAt: this.#clock() });
    this.watch?.(key, before, bytes);
  }

  /** What lies in it, for those who have nothing else. */
  archived(): Archived {
    const files = this.#files;
    return {
      workspaces: async () =>
        [...new Set(this.keys().flatMap((key) => workspaceIn(key.split("/")[0] ?? "") ?? []))].toSorted(),
      async *documents(workspace) {
        const places = [ARCHIVE.standing(workspace), ARCHIVE.replaced(workspace)];
        for (const [key, { writtenAt }] of files)
          if (places.some((place) => key.startsWith(place))) yield { key, writtenAt, ...documentKey(key) };
      },
    };
  }

  port(): Archive {
    return {
      write: async (workspace, hour, revision, bytes) => {
        const name = hourName(hour);
        const key = ARCHIVE.statistics(workspace, name);
        const before = this.read(key);
        if (before !== undefined) {
          if (Buffer.compare(before, bytes) === 0) return;
          if (this.read(ARCHIVE.superseded(workspace, name, revision)) !== undefined) return;
          const copy = ARCHIVE.superseded(workspace, name, revision - 1);
          if (revision > 0 && this.read(copy) === undefined) this.place(copy, before);
        }
        this.place(key, bytes);
      },
      read: async (workspace, hour) => this.read(ARCHIVE.statistics(workspace, hourName(hour))),
      readSuperseded: async (workspace, hour, revision) =>
        this.read(ARCHIVE.superseded(workspace, hourName(hour), revision)),
      readMade: async (file) => {
        const bytes = this.read(keyOf(file));
        return bytes === undefined ? undefined : { bytes, tag: sha256(bytes) };
      },
      replaceMade: async (file, bytes, tag) => {
        const standing = this.read(keyOf(file));
        if ((standing && sha256(standing)) !== tag) return false;
        this.place(keyOf(file), bytes);
        return true;
      },
    };
  }

  blobs(): BlobStore {
    return {
      put: async (kind, bytes, prefix = "") => {
        const name = `${prefix}${sha256(bytes)}`;
        this.place(ARCHIVE.blob(kind, name), bytes);
        return name;
      },
      get: async (kind, name) => {
        const bytes = this.read(ARCHIVE.blob(kind, name));
        if (bytes === undefined) throw new Error(`there is no ${kind} ${name}`);
        return bytes;
      },
      list: (kind, prefix = "") => this.#list(ARCHIVE.blob(kind, ""), prefix),
      remove: async (kind, name) => {
        this.#files.delete(ARCHIVE.blob(kind, name));
      },
    };
  }

  async *#list(folder: string, prefix: string): ReturnType<BlobStore["list"]> {
    for (const key of this.keys())
      if (key.startsWith(`${folder}${prefix}`))
        yield { name: key.slice(folder.length), writtenAt: (this.#files.get(key) as File).writtenAt };
  }
}
