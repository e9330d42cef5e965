import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
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

/** How a heading is named in an address: lower case, spaces as hyphens, no other signs. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)));

/** Links of a page that lead nowhere in the repository; those to other sites are not asked. */
const deadIn = (path: string): readonly string[] =>
  [...textOf(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? path : normalize(join(dirname(path), file));
      const stat = statSync(join(ROOT, found), { throwIfNoEntry: false });
      if (stat === undefined) return true;
      return anchor !== undefined && stat.isFile() && !anchorsIn(textOf(found)).has(anchor);
    });

describe("the pages of the repository", () => {
  it("are found", () => {
    expect(PAGES).toEqual(expect.arrayContaining(["README.md", "docs/api.md", "client/README.md"]));
    expect(PAGES.length).toBeGreaterThan(50);
  });

  it("lead with every link to something that is there", () => {
    expect(PAGES.flatMap((path) => deadIn(path).map((target) => `${path}: ${target}`))).toEqual([]);
  });

  it("list every decision in their index, under the title that it has", () => {
    const index = textOf("docs/decisions/README.md");
    const decisions = PAGES.filter((path) => /^docs\/decisions\/\d{4}-/.test(path));
    const listings = decisions.map((path) => {
      const title = (textOf(path).split("\n")[0] ?? "").replace(/^# /, "");
      return `- [${title}](${path.slice("docs/decisions/".length)})`;
    });

    expect(decisions.length).toBeGreaterThan(40);
    expect(listings.filter((line) => !index.split("\n").includes(line))).toEqual([]);
  });
});
