import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  homeless,
  impuritiesIn,
  IMPORT_RULES,
  indexFiles,
  offencesAgainst,
  readsEnvironment,
  roomsWithoutPurpose,
} from "./support/house-rules.ts";
import { circlesIn, codeOf, COMPUTED, importsOf, type Source, sourcesIn } from "./support/imports.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const sources = sourcesIn(ROOT, ["functions", "infra", "local", "cli", "web", "client", "examples", "tests"]);
// Tests may import anything; and these very files plant forbidden imports in strings.
const delivered = sources.filter(({ path }) => !path.startsWith("tests/"));
const imports = delivered.flatMap(importsOf);
const paths = sources.map(({ path }) => path);

describe("the house", () => {
  it("has files to read in core and in infra, and reads their imports", () => {
    expect(paths.filter((path) => path.startsWith("functions/core/"))).not.toEqual([]);
    expect(paths.filter((path) => path.startsWith("infra/"))).not.toEqual([]);
    expect(imports.filter(({ target }) => paths.includes(target)).length).toBeGreaterThan(10);
  });

  it.each(IMPORT_RULES)("$title", (rule) => {
    expect(offencesAgainst(rule, imports)).toEqual([]);
  });

  it("has no circle of imports", () => {
    expect(circlesIn(imports)).toEqual([]);
  });

  it("has a room for every file in functions", () => {
    expect(homeless(paths)).toEqual([]);
  });

  it("has no room without a purpose: nothing is called utils, helpers or common", () => {
    expect(roomsWithoutPurpose(paths)).toEqual([]);
  });

  it("has no index file in functions", () => {
    expect(indexFiles(paths)).toEqual([]);
  });

  it("reads no clock, no chance and no process in core", () => {
    expect(delivered.flatMap(impuritiesIn)).toEqual([]);
  });

  it("reads the environment in functions/settings.ts alone", () => {
    expect(delivered.filter(readsEnvironment).map(({ path }) => path)).toEqual([]);
  });
});

describe("the reader of imports", () => {
  const targetsIn = (text: string, path = "functions/tasks/planted.ts") =>
    importsOf({ path, text }).map(({ target }) => target);

  it.each([
    ['import { hour } from "../core/hour.ts";', "functions/core/hour.ts"],
    ['import type { Hour } from "../core/hour.ts";', "functions/core/hour.ts"],
    ['import {\n  type Hour,\n  hour,\n} from "../core/hour.ts";', "functions/core/hour.ts"],
    ["import hour, * as all from '../core/hour.ts';", "functions/core/hour.ts"],
    ['export { hour } from "./hour.ts";', "functions/tasks/hour.ts"],
    ['export * as hours from "./hour.ts";', "functions/tasks/hour.ts"],
    ['import "../adapters/s3/archive.ts";', "functions/adapters/s3/archive.ts"],
    ['const late = await import("../adapters/s3/archive.ts");', "functions/adapters/s3/archive.ts"],
    ['type Late = typeof import("../adapters/s3/archive.ts");', "functions/adapters/s3/archive.ts"],
    ["const late = await import(`../adapters/s3/archive.ts`);", "functions/adapters/s3/archive.ts"],
    ['const fs = require("fs");', "node:fs"],
    ['import { readFile } from "fs/promises";', "node:fs/promises"],
    ['import middy from "@middy/core";', "@middy/core"],
    ["const late = await import(name);", COMPUTED],
    ["const late = await import(`./${name}.ts`);", COMPUTED],
    ['const late = await import("./" + name);', COMPUTED],
    ['const quote = /["`]/; const late = import("./late.ts"); // "', "functions/tasks/late.ts"],
  ])("finds %s", (text, target) => {
    expect(targetsIn(text)).toEqual([target]);
  });

  it.each([
    '// import { hour } from "../core/hour.ts";',
    '/*\nimport { hour } from "../core/hour.ts";\n*/',
    '/** See `import("../core/hour.ts")`. */',
    'export const from = "../core/hour.ts";',
    'const days = Array.from("../core/hour.ts");',
  ])("is not taken in by %s", (text) => {
    expect(targetsIn(text)).toEqual([]);
  });

  it("leaves code alone when it takes comments and strings out", () => {
    const text = 'const a = "// no comment"; /* one */ const b = 1 / 2; // two\nconst c = `${a} // kept`;';

    expect(codeOf(text)).toBe('const a = "";   const b = 1 / 2;  \nconst c = `${a} // kept`;');
  });
});

describe("the rules", () => {
  const brokenBy = (path: string, text: string) =>
    IMPORT_RULES.filter((rule) => offencesAgainst(rule, importsOf({ path, text })).length > 0).map(
      ({ title }) => title,
    );

  it.each([
    ["functions/core/a.ts", "../ports/log.ts", "core imports nothing but"],
    ["functions/core/a.ts", "zod", "core imports nothing but"],
    ["functions/core/a.ts", "node:fs", "core imports nothing but"],
    ["functions/core/a.ts", "../core-like/b.ts", "core imports nothing but"],
    ["functions/ports/a.ts", "../tasks/fold-log.ts", "ports import nothing but"],
    ["functions/tasks/a.ts", "../adapters/s3/archive.ts", "tasks import nothing but"],
    ["functions/tasks/a.ts", "../contract.ts", "tasks import nothing but"],
    ["functions/adapters/s3/a.ts", "../dynamodb/table.ts", "never another adapter"],
    ["functions/adapters/s3/a.ts", "../../tasks/fold-log.ts", "never another adapter"],
    ["functions/adapters/s3/a.ts", "@aws-sdk/client-dynamodb", "never another adapter"],
    ["functions/adapters/disk/a.ts", "zod", "never another adapter"],
    ["functions/adapters/compose.ts", "../tasks/fold-log.ts", "what composes adapters"],
    ["functions/dialects/v1/a.ts", "../imkit/body.ts", "never another dialect"],
    ["functions/dialects/v1/a.ts", "../../ports/log.ts", "never another dialect"],
    ["functions/edge/a.ts", "../tasks/fold-log.ts", "the edge imports"],
    ["functions/services/a.ts", "../adapters/compose.ts", "a service imports"],
    ["functions/settings.ts", "./adapters/compose.ts", "the settings import"],
    ["infra/a.ts", "../functions/settings.ts", "infrastructure imports"],
    ["infra/a.ts", "../functions/dialects/v1/body.ts", "infrastructure imports"],
    ["functions/contract.ts", "./core/hour.ts", "the contract and every routes.ts"],
    ["functions/dialects/v1/routes.ts", "./body.ts", "the contract and every routes.ts"],
    ["functions/handlers/a.ts", "./b.ts", "nothing in functions or infra imports a handler"],
    ["functions/handlers/a.ts", "../../local/start.ts", "nothing in functions or infra imports a handler"],
    ["local/a.ts", "../cli/tidemark.ts", "the local runtime does not import"],
    ["cli/a.ts", "../tests/support/app.ts", "nothing that is delivered imports tests"],
  ])("refuse that %s imports %s", (path, specifier, title) => {
    expect(brokenBy(path, `import type { x } from "${specifier}";`)).toContainEqual(expect.stringContaining(title));
  });

  it("refuse an import that is computed", () => {
    expect(brokenBy("functions/handlers/a.ts", "await import(name);")).toContain(
      "every import in functions and infra names its file",
    );
  });

  it.each([
    ["functions/core/a.ts", "./hour.ts"],
    ["functions/core/a.ts", "node:crypto"],
    ["functions/tasks/a.ts", "../ports/log.ts"],
    ["functions/adapters/s3/deep/a.ts", "../archive.ts"],
    ["functions/adapters/s3/a.ts", "@aws-sdk/client-s3"],
    ["functions/adapters/compose.ts", "./s3/archive.ts"],
    ["functions/adapters/compose.ts", "../tasks/parts.ts"],
    ["functions/dialects/v1/a.ts", "zod"],
    ["functions/edge/a.ts", "@middy/core"],
    ["functions/services/a.ts", "../dialects/v1/routes.ts"],
    ["functions/handlers/a.ts", "../services/v1.ts"],
    ["infra/a.ts", "../functions/dialects/v1/routes.ts"],
    ["infra/a.ts", "aws-cdk-lib/aws-s3"],
    ["local/a.ts", "../functions/handlers/serve-v1.ts"],
    ["cli/a.ts", "../local/start.ts"],
  ])("allow that %s imports %s", (path, specifier) => {
    expect(brokenBy(path, `import { x } from "${specifier}";`)).toEqual([]);
  });

  it("find circles, each once, and none in a fork that joins again", () => {
    const arrows = (...pairs: readonly (readonly [string, string])[]) =>
      pairs.map(([file, target]) => ({ file, specifier: target, target }));

    expect(circlesIn(arrows(["a", "b"], ["b", "c"], ["c", "a"], ["d", "a"]))).toEqual(["a → b → c → a"]);
    expect(circlesIn(arrows(["a", "a"]))).toEqual(["a → a"]);
    expect(circlesIn(arrows(["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"]))).toEqual([]);
  });

  it("find files without a room, rooms without a purpose, and index files", () => {
    expect(
      homeless(["functions/stray.ts", "functions/misc/a.ts", "functions/core/a.ts", "functions/settings.ts"]),
    ).toEqual(["functions/stray.ts", "functions/misc/a.ts"]);
    expect(
      roomsWithoutPurpose(["cli/utils.mjs", "tests/helpers/a.ts", "web/common.ts", "functions/core/hour.ts"]),
    ).toEqual(["cli/utils.mjs", "tests/helpers/a.ts", "web/common.ts"]);
    expect(indexFiles(["functions/edge/index.ts", "web/index.ts"])).toEqual(["functions/edge/index.ts"]);
  });

  it.each([
    "const now = Date.now();",
    "const clock = Date.now;",
    "const now = new Date();",
    "const now = new Date;",
    "const text = Date();",
    "const luck = Math.random();",
    "const since = performance.now();",
    "const home = process.env;",
    "const id = randomUUID();",
    'import { randomBytes } from "node:crypto";',
    "const bytes = crypto.getRandomValues(new Uint8Array(8));",
  ])("refuse in core: %s", (text) => {
    const planted = (path: string): Source => ({ path, text });

    expect(impuritiesIn(planted("functions/core/a.ts"))).not.toEqual([]);
    expect(impuritiesIn(planted("functions/handlers/a.ts"))).toEqual([]);
  });

  it.each([
    "const then = new Date(milliseconds);",
    "const then = Date.UTC(2026, 10, 21);",
    "const when = (at: Date): string => at.toISOString();",
    "// never Date.now() or Math.random() in here",
    'const words = "a long process. Then Date.now() in a string";',
    "const reprocess = 1; const a = preprocess.b;",
  ])("allow in core: %s", (text) => {
    expect(impuritiesIn({ path: "functions/core/a.ts", text })).toEqual([]);
  });

  it.each([
    ["functions/edge/a.ts", "const table = process.env.TABLE;", true],
    ["functions/edge/a.ts", 'const table = process["env"].TABLE;', true],
    ["functions/edge/a.ts", "const { env } = process;", true],
    ["functions/edge/a.ts", 'import { env } from "node:process";', true],
    ["functions/edge/a.ts", "// process.env is read by the settings", false],
    ["functions/settings.ts", "const table = process.env.TABLE;", false],
    ["local/a.ts", "const table = process.env.TABLE;", false],
  ])("know that in %s, %s reads the environment: %s", (path, text, expected) => {
    expect(readsEnvironment({ path, text })).toBe(expected);
  });
});
