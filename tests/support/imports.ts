import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { posix } from "node:path";

/** A source file: its path from the project's root, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One import: what is written, and what it means (a path from the root, `node:…`, a package, or {@link COMPUTED}). */
export interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly target: string;
}

/** Target of an import whose name is only known when it runs. */
export const COMPUTED = "(computed)";

const SOURCE_NAME = /\.[cm]?[jt]sx?$/;

/** All source files under `folders` of the project at `root`; folders that don't exist yet have none. */
export const sourcesIn = (root: string, folders: readonly string[]): readonly Source[] =>
  folders
    .filter((folder) => existsSync(posix.join(root, folder)))
    .flatMap((folder) =>
      readdirSync(posix.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => SOURCE_NAME.test(name))
        .map((name) => posix.join(folder, name)),
    )
    .map((path) => ({ path, text: readFileSync(posix.join(root, path), "utf8") }));

// Regular expressions are matched only to be passed over: a quote in one must not open a string.
const TOKEN =
  /(?<comment>\/\*[^]*?\*\/|\/\/[^\n]*)|(?<quoted>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|`(?:\\[^]|[^`\\])*`|(?<=[(=,:[!&|?{};]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//g;

/** The text without its comments. */
export const withoutComments = (text: string): string =>
  text.replaceAll(TOKEN, (token: string, comment?: string) => (comment === undefined ? token : " "));

/** The text without comments and with every quoted string empty: what is left of it are names, signs and templates. */
export const codeOf = (text: string): string =>
  text.replaceAll(TOKEN, (token: string, comment?: string, quoted?: string) =>
    comment === undefined ? (quoted === undefined ? token : '""') : " ",
  );

// One pattern per way to import: with names (or `export … from`), for effect only, and by call (also inside types).
const STATIC = /(?:^|[;}])[ \t]*(?:import|export)\b[^;"'`()=]*?\bfrom\s*["']([^"'\n]+)["']/gm;
const FOR_EFFECT = /(?:^|[;}])[ \t]*import\s*["']([^"'\n]+)["']/gm;
const BY_CALL = /\b(?:import|require)\s*\(\s*(?:(["'`])([^"'`\n$]+)\1\s*[,)]|[^)])/g;

/** Every import of a file, in whatever way it is written. */
export const importsOf = ({ path, text }: Source): readonly Import[] => {
  const code = withoutComments(text);
  const specifiers = [
    ...Array.from(code.matchAll(STATIC), (match) => match[1]),
    ...Array.from(code.matchAll(FOR_EFFECT), (match) => match[1]),
    ...Array.from(code.matchAll(BY_CALL), (match) => match[2] ?? COMPUTED),
  ].filter((one) => one !== undefined);
  return specifiers.map((specifier) => ({ file: path, specifier, target: targetOf(path, specifier) }));
};

const targetOf = (file: string, specifier: string): string => {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier);
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  return specifier;
};

/** Every circle of files that import each other, as `a → b → a`. */
export const circlesIn = (imports: readonly Import[]): readonly string[] => {
  const next = Map.groupBy(imports, ({ file }) => file);
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const seenAt = path.indexOf(file);
    if (seenAt >= 0) circles.push([...path.slice(seenAt), file].join(" → "));
    if (seenAt >= 0 || finished.has(file)) return;
    for (const target of new Set(next.get(file)?.map((one) => one.target))) visit(target, [...path, file]);
    finished.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return circles;
};
