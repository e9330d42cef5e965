import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Plugin, PluginBuild } from "esbuild";

/** What of the SDK is imported from lists of everything, none of which does anything by being loaded. */
const LISTS = /^@smithy\/core\/|^@aws-sdk\/core\/protocols$/;
const LIST_FILE = /\/index\.js$/;
const SDK_MODULE = /node_modules\/@(?:aws-sdk|smithy)\/.*\/dist-es\/.*\.js$/;

const IMPORT = /^import \{([^}]*)\} from "([^"]+)";$/gm;
const PASSED_ON = /^export \{([^}]*)\} from "([^"]+)";$/gm;
const EXPORTED = /^export \{([^}]*)\};$/gm;

/** A name as a module has it, and where that module is found. */
interface Origin {
  readonly name: string;
  readonly from: string;
}

/** The pairs in `a, b as c`: what it is called there, and here. */
const pairsIn = (names: string): readonly (readonly [there: string, here: string])[] =>
  Array.from(names.matchAll(/(\w+)(?: as (\w+))?/g), ([, there = "", here = there]) => [there, here]);

const originsIn = (text: string, statement: RegExp): readonly (readonly [string, Origin])[] =>
  Array.from(text.matchAll(statement), ([, names = "", from = ""]) =>
    pairsIn(names).map(([name, here]) => [here, { name, from }] as const),
  ).flat();

/** What a list passes on of other modules, by the name it gives it. */
const passedOnBy = (list: string): ReadonlyMap<string, Origin> => {
  const passedOn = new Map(originsIn(list, PASSED_ON));
  const imported = new Map(originsIn(list, IMPORT));
  for (const [, names = ""] of list.matchAll(EXPORTED))
    for (const [there, here] of pairsIn(names)) {
      const origin = imported.get(there);
      if (origin !== undefined) passedOn.set(here, origin);
    }
  return passedOn;
};

/** Follows a name through lists to the module that makes it, as far as that leads; undefined where it leads nowhere. */
const originFinder = (build: PluginBuild) => {
  const lists = new Map<string, Promise<ReadonlyMap<string, Origin>>>();
  const listAt = (path: string): Promise<ReadonlyMap<string, Origin>> => {
    const known = lists.get(path) ?? readFile(path, "utf8").then(passedOnBy);
    lists.set(path, known);
    return known;
  };
  const find = async ({ name, from }: Origin, importer: string): Promise<Origin | undefined> => {
    const found = await build.resolve(from, { kind: "import-statement", resolveDir: dirname(importer), importer });
    if (found.errors.length > 0 || found.sideEffects || found.namespace !== "file") return undefined;
    const next = LIST_FILE.test(found.path) ? (await listAt(found.path)).get(name) : undefined;
    const made = next === undefined ? undefined : await find(next, found.path);
    return made ?? { name, from: found.path };
  };
  return find;
};

/**
 * Lets modules of the SDK import from the module that makes a thing, not from a list of everything. What two parts of
 * a bundle share is decided by the file, and such a list leads to every file: all that only S3 needs would come to
 * the part that a cold start reads.
 */
export const directImportsPlugin: Plugin = {
  name: "direct-imports",
  setup: (build) => {
    const originOf = originFinder(build);
    const direct = async (names: string, from: string, importer: string): Promise<string> => {
      const imports = pairsIn(names).map(async ([name, here]) => {
        const asked = { name, from };
        const origin = (await originOf(asked, importer)) ?? asked;
        return `import { ${origin.name} as ${here} } from ${JSON.stringify(origin.from)};`;
      });
      return (await Promise.all(imports)).join("");
    };
    build.onLoad({ filter: SDK_MODULE }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [statement, names = "", from = ""] of contents.matchAll(IMPORT)) {
        if (!LISTS.test(from)) continue;
        const instead = await direct(names, from, path);
        contents = contents.replace(statement, () => instead);
      }
      return { contents, loader: "js" };
    });
  },
};
