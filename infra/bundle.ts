import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type HandlerName, HANDLERS } from "../functions/contract.ts";
import { builtinModulesPlugin } from "./bundling/builtin-modules.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUNDLES = join(ROOT, "node_modules/.cache/tidemark/bundles");

/** The one file of a bundle; Lambda knows its function as `index.handler`. */
const FILE = "index.mjs";

const bundleOf = async (name: HandlerName): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`functions/handlers/${name}.ts`],
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    // The SDK's CommonJS build, which comes first by default, can't be shaken.
    mainFields: ["module", "main"],
    alias: {
      "@aws-sdk/credential-provider-node": join(ROOT, "infra/bundling/environment-credentials.ts"),
    },
    plugins: [builtinModulesPlugin],
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`nothing came out of the bundle of ${name}`);
  return file.contents;
};

/**
 * Bundles every deployed function; the same sources give the same bytes.
 * @param outFolder where the bundles go, a folder each.
 * @returns the folder of each function, which holds `index.mjs` and nothing else.
 */
export const bundleHandlers = async (outFolder: string = BUNDLES): Promise<Readonly<Record<HandlerName, string>>> => {
  const folders = await Promise.all(
    HANDLERS.map(async (name) => {
      const folder = join(outFolder, name);
      const bytes = await bundleOf(name);
      await mkdir(folder, { recursive: true });
      // Moved in whole: another process may be reading the bundle, or writing the same.
      const unfinished = join(outFolder, `${name}-${randomUUID()}`);
      await writeFile(unfinished, bytes);
      await rename(unfinished, join(folder, FILE));
      return [name, folder] as const;
    }),
  );
  return Object.fromEntries(folders) as Record<HandlerName, string>;
};
