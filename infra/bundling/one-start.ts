import { basename } from "node:path";
import { build, type BuildOptions, type Metafile, type Plugin } from "esbuild";

/** One file of a bundle, named from the bundle's folder. */
export interface BundledFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where the bundle begins. */
const ENTRY = "index.mjs";
const JOINED = "joined-start";

type Imports = Metafile["outputs"][string]["imports"];
type Files = ReadonlyMap<string, { readonly text: string; readonly imports: Imports; readonly exports: string[] }>;

/** Files that a file leads to, itself included, by the imports that count. */
const reachable = (files: Files, counts: (kind: Imports[number]["kind"]) => boolean): ReadonlySet<string> => {
  const found = new Set([ENTRY]);
  for (const name of found)
    for (const { path, kind } of files.get(name)?.imports ?? [])
      if (files.has(basename(path)) && counts(kind)) found.add(basename(path));
  return found;
};

/** A name in the joined file for each name that one of its parts had, so that parts read late find it there. */
const joinedNames = (files: Files, start: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> => {
  let last = 0;
  return new Map(
    Array.from(start, (name) => [
      name,
      name === ENTRY
        ? ["handler"]
        : (files.get(name)?.exports ?? []).map((exported) => `s${(last++).toString(36)} as ${exported}`),
    ]),
  );
};

/** Says it the other way round: `a as b` becomes `b as a`. */
const turned = (pair: string): string => pair.split(" as ").toReversed().join(" as ");

const joining = (files: Files, start: ReadonlySet<string>): Plugin => {
  const names = joinedNames(files, start);
  return {
    name: "one-start",
    setup: (pass) => {
      pass.onResolve({ filter: /^/ }, ({ path, importer, namespace, kind }) => {
        const name = basename(path);
        if (kind === "entry-point") return { path: name, namespace: path === JOINED ? JOINED : "part" };
        if (!start.has(name)) return { path, external: true };
        const isJoined = namespace === JOINED || (start.has(importer) && kind !== "dynamic-import");
        // What passes names on asks for the joined file as it will be, not for the part that began it.
        if (namespace === "passed-on") return { path, external: true };
        return { path: name, namespace: isJoined ? "part" : "passed-on", sideEffects: isJoined };
      });
      pass.onLoad({ filter: /^/, namespace: JOINED }, () => ({
        contents: Array.from(
          names,
          ([name, pairs]) => `export { ${pairs.map(turned).join(", ")} } from "./${name}";`,
        ).join("\n"),
      }));
      pass.onLoad({ filter: /^/, namespace: "passed-on" }, ({ path }) => ({
        contents: `export { ${(names.get(path) ?? []).join(", ")} } from "./${ENTRY}";`,
      }));
      pass.onLoad({ filter: /^/, namespace: "part" }, ({ path }) => ({ contents: files.get(path)?.text ?? "" }));
    },
  };
};

/**
 * Joins what a cold start reads, which splitting leaves in up to forty files, into one: finding and reading a file
 * costs Node some 0.5 ms of a core. What is read late stays apart, and takes from that one file what both need.
 */
export const startInOne = async (
  {
    outputFiles,
    metafile,
  }: { readonly outputFiles: readonly { readonly path: string; readonly text: string }[]; readonly metafile: Metafile },
  options: BuildOptions,
): Promise<readonly BundledFile[]> => {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const files: Files = new Map(
    outputFiles.map(({ path, text }) => {
      const { imports = [], exports = [] } = outputs.get(basename(path)) ?? {};
      return [basename(path), { text, imports, exports }];
    }),
  );
  const start = reachable(files, (kind) => kind === "import-statement");
  const late = [...reachable(files, () => true)].filter((name) => !start.has(name));
  const joined = await build({
    ...options,
    bundle: true,
    write: false,
    entryPoints: [{ in: JOINED, out: "index" }, ...late.map((name) => ({ in: name, out: name.replace(/\.mjs$/, "") }))],
    plugins: [joining(files, start)],
  });
  return joined.outputFiles.map(({ path, contents }) => ({ name: basename(path), bytes: contents }));
};
