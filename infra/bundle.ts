import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { type HandlerName, HANDLERS } from "../functions/contract.ts";
import { builtinModulesPlugin } from "./bundling/builtin-modules.ts";
import { directImportsPlugin } from "./bundling/direct-imports.ts";
import { lighterSdkPlugin } from "./bundling/lighter-sdk.ts";
import { type BundledFile, startInOne } from "./bundling/one-start.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUNDLES = join(ROOT, "node_modules/.cache/tidemark/bundles");

/** What both passes have in common. */
const LAMBDA = {
  absWorkingDir: ROOT,
  outdir: "out",
  outExtension: { ".js": ".mjs" },
  minify: true,
  platform: "node",
  target: "node24",
  format: "esm",
  logLevel: "silent",
} satisfies BuildOptions;

const bundleOf = async (source: string): Promise<readonly BundledFile[]> => {
  const parts = await build({
    ...LAMBDA,
    // Lambda knows the function as `index.handler`.
    entryPoints: [{ in: source, out: "index" }],
    bundle: true,
    write: false,
    metafile: true,
    // What is imported late goes to files of its own: in one file it could not be shaken, and would be read early.
    splitting: true,
    chunkNames: "part-[hash]",
    // The SDK's CommonJS build, which comes first by default, can't be shaken.
    mainFields: ["module", "main"],
    alias: {
      "@aws-sdk/credential-provider-node": join(ROOT, "infra/bundling/environment-credentials.ts"),
      "@aws-sdk/endpoint-cache": join(ROOT, "infra/bundling/no-endpoint-cache.ts"),
    },
    // The first that takes a file has it: what the second takes of the SDK is not for the third.
    plugins: [builtinModulesPlugin, lighterSdkPlugin, directImportsPlugin],
  });
  return startInOne(parts, LAMBDA);
};

/** Moves files in whole, because another process may be reading the bundle or writing the same, and takes old ones away. */
const put = async (folder: string, files: readonly BundledFile[]): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const { name, bytes } of files) {
    const unfinished = `${folder}-${randomUUID()}`;
    await writeFile(unfinished, bytes);
    await rename(unfinished, join(folder, name));
  }
  const current = new Set(files.map(({ name }) => name));
  for (const name of await readdir(folder)) if (!current.has(name)) await rm(join(folder, name), { force: true });
};

/**
 * Bundles one function as the deployed ones are.
 * @param source its file, from the top level.
 * @param folder where `index.mjs` goes, and what that loads only when it is needed.
 */
export const bundleFunction = async (source: string, folder: string): Promise<void> =>
  put(folder, await bundleOf(source));

/**
 * Bundles every deployed function; the same sources give the same bytes.
 * @param outFolder where the bundles go, a folder each.
 * @returns the folder of each function: `index.mjs`, and what that loads only when it is needed.
 */
export const bundleHandlers = async (outFolder: string = BUNDLES): Promise<Readonly<Record<HandlerName, string>>> => {
  const folders = await Promise.all(
    HANDLERS.map(async (handler) => {
      const folder = join(outFolder, handler);
      await bundleFunction(`functions/handlers/${handler}.ts`, folder);
      return [handler, folder] as const;
    }),
  );
  return Object.fromEntries(folders) as Record<HandlerName, string>;
};
