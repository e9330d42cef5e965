import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...["docs", "client", "examples", "local", ".github"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
      .map((name) => join(folder, name)),
  ),
];
const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Links of a page that lead nowhere in the repository; those to other sites are not asked. */
const deadIn = (path: string): readonly string[] =>
  [...textOf(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = ""] = target.split("#");
      return file !== "" && !existsSync(join(ROOT, dirname(path), file));
    });

describe("the pages of the repository", () => {
  it("are found", () => {
    expect(PAGES).toEqual(expect.arrayContaining(["README.md", "docs/api.md", "client/README.md"]));
    expect(PAGES.length).toBeGreaterThan(50);
  });

  it("lead with every link to something that is there", () => {
    expect(PAGES.flatMap((path) => deadIn(path).map((target) => `${path}: ${target}`))).toEqual([]);
  });
});
