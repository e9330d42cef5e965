import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { DrillRuntime } from "./runtime.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Where pages say that the local runtime is. */
const TOLD = "http://127.0.0.1:3000";

/** What a block of a page came to. */
export interface Came {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the examples of a page as somebody would who stands where `npm start` was run. */
export class PageReader {
  readonly #folder: string;
  readonly #runtime: DrillRuntime;
  /** Blocks of the shell so far, whose variables later ones use. */
  #before = "";
  #serial = 0;

  private constructor(folder: string, runtime: DrillRuntime) {
    this.#folder = folder;
    this.#runtime = runtime;
  }

  /** @param folder an empty one, in which the examples run. */
  static async in(folder: string, runtime: DrillRuntime): Promise<PageReader> {
    await symlink(runtime.dataFolder, join(folder, ".tidemark"));
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    return new PageReader(folder, runtime);
  }

  /** Runs a block of the shell; those before it have set its variables, and do nothing else a second time. */
  shell(block: string): Promise<Came> {
    const command = `${process.execPath} ${join(ROOT, "cli/tidemark.mjs")}`;
    const here = block.replaceAll(TOLD, this.#runtime.baseUrl).replaceAll("npm run -s tidemark --", command);
    const script = `set -euo pipefail\n${this.#before}${here}`;
    this.#before += here
      .split("\n")
      .filter((line) => /^[A-Z_]+=/.test(line))
      .map((line) => `${line}\n`)
      .join("");
    return this.#run("bash", ["-c", script]);
  }

  /** Only reads a block of the shell, as far as the shell does before it runs one. */
  parse(block: string): Promise<Came> {
    return this.#run("bash", ["-n", "-c", block]);
  }

  /** Runs a module of JavaScript. */
  async script(block: string): Promise<Came> {
    const file = join(this.#folder, `block-${this.#serial++}.js`);
    await writeFile(file, block);
    return this.#run(process.execPath, [file]);
  }

  async #run(command: string, args: readonly string[]): Promise<Came> {
    const child = spawn(command, args, {
      cwd: this.#folder,
      env: { PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`, HOME: this.#folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code: code as number, stdout, stderr };
  }
}
