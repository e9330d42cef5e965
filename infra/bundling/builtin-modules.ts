import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

const names = builtinModules.filter((name) => !name.startsWith("_")).map((name) => name.replace(/^node:/, ""));
const BUILTIN = new RegExp(`^(?:node:)?(?:${names.join("|")})$`);

const taken = (path: string): string => `process.getBuiltinModule(${JSON.stringify(path)})`;

/** A module whose names are each read on their own, so that the bundler drops those that nobody asks for. */
const namedExports = (path: string): string => {
  const exported = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== "default");
  return [
    `const all = /* @__PURE__ */ ${taken(path)};`,
    "export default all;",
    ...exported.map((name, at) => `const n${at} = /* @__PURE__ */ (() => all[${JSON.stringify(name)}])();`),
    `export { ${exported.map((name, at) => `n${at} as ${name}`).join(", ")} };`,
  ].join("\n");
};

/**
 * Takes Node's own modules by `process.getBuiltinModule`, however they are imported: an ESM import evaluates every
 * lazy getter of such a module, which for `node:http` alone costs 30 ms of a cold start. Where single names are
 * imported, only those are taken: a copy of each such module for each that imports it costs some more.
 */
export const builtinModulesPlugin: Plugin = {
  name: "builtin-modules",
  setup: (build) => {
    build.onResolve({ filter: BUILTIN }, ({ path, kind }) => ({
      path: path.replace(/^(?:node:)?/, "node:"),
      namespace: kind === "import-statement" ? "builtin-names" : "builtin",
      sideEffects: false,
    }));
    build.onLoad({ filter: /^/, namespace: "builtin-names" }, ({ path }) => ({
      contents: namedExports(path),
      loader: "js",
    }));
    build.onLoad({ filter: /^/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = ${taken(path)};`,
      loader: "js",
    }));
  },
};
