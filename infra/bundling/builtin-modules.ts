import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

const names = builtinModules.filter((name) => !name.startsWith("_")).map((name) => name.replace(/^node:/, ""));
const BUILTIN = new RegExp(`^(?:node:)?(?:${names.join("|")})$`);

/**
 * Takes Node's own modules by `process.getBuiltinModule`, however they are imported: an ESM import evaluates every
 * lazy getter of such a module, which for `node:http` alone costs 30 ms of a cold start.
 */
export const builtinModulesPlugin: Plugin = {
  name: "builtin-modules",
  setup: (build) => {
    build.onResolve({ filter: BUILTIN }, ({ path }) => ({
      path: path.replace(/^(?:node:)?/, "node:"),
      namespace: "builtin",
      sideEffects: false,
    }));
    build.onLoad({ filter: /^/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: "js",
    }));
  },
};
