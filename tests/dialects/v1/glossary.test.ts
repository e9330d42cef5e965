import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { INFORMATION } from "../../../functions/core/information.ts";
import { STATISTICS } from "../../../functions/core/statistic.ts";
import { glossary } from "../../../functions/dialects/v1/glossary.ts";
import { PEOPLE } from "../../../functions/dialects/v1/people.ts";
import { DOCUMENT } from "../documents.ts";

const AREAS = ["deployment", "license", "federation"] as const;

describe("docs/statistics.md", () => {
  it("is what the tables say (run npm run docs when it is not)", () => {
    expect(readFileSync(new URL("../../../docs/statistics.md", import.meta.url), "utf8")).toBe(glossary());
  });

  it("has a row for every statistic and every fact, of as many cells as its table's head", () => {
    const rows = glossary()
      .split("\n")
      .filter((line) => line.startsWith("| `"));

    const people = Object.keys(PEOPLE).map((name) => (name === "activeUsers" ? name : `users.${name}`));
    expect(rows.map((line) => /`([^`]+)`/.exec(line)?.[1])).toEqual([
      ...STATISTICS.map(({ name }) => name),
      ...people,
      ...INFORMATION.map(({ name }) => name),
    ]);
    expect(rows.map((line) => line.split(/(?<!\\)\|/).length - 2)).toEqual([
      ...STATISTICS.map(() => 9),
      ...people.map(() => 2),
      ...INFORMATION.map(() => 4),
    ]);
  });

  it("has a row for every fact that a document tells", () => {
    const told = AREAS.flatMap((area) => Object.keys(DOCUMENT[area] ?? {}).map((name) => `${area}.${name}`));

    expect(INFORMATION.map(({ name }) => name)).toEqual(expect.arrayContaining(told));
    expect(told).toContain("deployment.version");
  });
});
