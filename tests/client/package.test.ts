import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blocksIn } from "../support/code-blocks.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

/** Every Node that this machine has, of the versions that the package is for. */
const NODES: readonly string[] = await Promise.all(
  [process.execPath, "/usr/bin/node", "/usr/local/bin/node"]
    .filter((path) => existsSync(path))
    .map(async (path): Promise<readonly [string, string]> => [path, (await run(path, ["--version"])).stdout.trim()]),
).then((found) => [
  ...new Map(
    found
      .filter(([, version]) => Number(version.slice(1).split(".")[0]) >= 20)
      .map(([path, version]) => [version, path]),
  ).values(),
]);

let folder: string;
let runtime: DrillRuntime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-client-"));
  const home = join(folder, "node_modules/@tidemark/client");
  await mkdir(home, { recursive: true });
  await cp(join(ROOT, "client/package.json"), join(home, "package.json"));
  await run(process.execPath, [TSC, "-p", join(ROOT, "client/tsconfig.build.json"), "--outDir", join(home, "dist")]);
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  runtime = await startDrill(new Date().toISOString());
}, 60_000);
afterAll(async () => {
  await runtime?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe("the package that is built of the client", () => {
  it.each(NODES)("runs its own example with %s", async (node) => {
    const [example = ""] = blocksIn(await readFile(join(ROOT, "client/README.md"), "utf8"), "js");
    const file = join(folder, "example.js");
    await writeFile(file, example);
    const { stdout, stderr } = await run(node, [file], {
      env: { TIDEMARK_URL: runtime.baseUrl, TIDEMARK_KEY: runtime.credentials.apiKey },
    });
    expect([stdout.replaceAll(/\s+/g, " ").trim(), stderr]).toEqual([
      "{ taken: 2, pending: 0, accepted: 2, refused: 0, lost: 0 }",
      "",
    ]);
  });

  it("brings types that a strict compiler takes, and that name a mistake", async () => {
    const good = `import { messageSent, Reporter, type Lost } from "@tidemark/client";
      const reporter = new Reporter({ url: "https://a.example", credential: "k", source: "s", onLost: (lost: Lost) => lost.reason });
      const taken: boolean = reporter.send(messageSent({ room: "r", roomKind: "channel", user: "u" }));
      await reporter.close({ deadlineMs: 1 }); export { taken };`;
    const check = async (text: string): Promise<string> => {
      await writeFile(join(folder, "use.ts"), text);
      const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", ""];
      return run(process.execPath, [TSC, ...options, join(folder, "use.ts")], { cwd: folder }).then(
        () => "",
        ({ stdout }: { stdout: string }) => stdout,
      );
    };
    expect(await check(good)).toBe("");
    expect(await check(good.replace('"channel"', '"chanel"'))).toMatch(/"chanel"' is not assignable/);
  });

  it("comes under the licence of the house", async () => {
    const texts = await Promise.all(["LICENSE", "client/LICENSE"].map((path) => readFile(join(ROOT, path), "utf8")));
    expect(texts[1]).toBe(texts[0]);
  });

  it("has no dependency, and nothing but what was built", async () => {
    const described = JSON.parse(await readFile(join(ROOT, "client/package.json"), "utf8")) as object;
    expect(described).toMatchObject({ files: ["dist"], engines: { node: ">=20" } });
    expect(Object.keys(described).filter((name) => /dependencies/i.test(name))).toEqual([]);
  });
});
