import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

const WORD = /^const (\w+) = ("[^"\n]*");$/gm;
const COMPUTED_KEY = /\[(\w+)\](?=: )/g;

/**
 * Lets the bundler drop what isn't used of the SDK's generated files. A computed key might run code, so that it keeps
 * the schema of every operation of S3, although each key there is a constant of the same file; and of a client's
 * package.json only the version is read.
 */
export const lighterSdkPlugin: Plugin = {
  name: "lighter-sdk",
  setup: (build) => {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const words = new Map(Array.from(text.matchAll(WORD), ([, name = "", word = ""]) => [name, word]));
      return {
        contents: text.replaceAll(COMPUTED_KEY, (key: string, name: string) => words.get(name) ?? key),
        loader: "js",
      };
    });
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};
