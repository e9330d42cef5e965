import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Source, sourcesIn } from "./support/imports.ts";
import { castsIn, linesOf, longestFunction, mostMethods } from "./support/sizes.ts";

const sources = sourcesIn(fileURLToPath(new URL("..", import.meta.url)), [
  "functions",
  "infra",
  "local",
  "cli",
  "web",
  "client",
  "examples",
]).filter(({ path }) => /\.tsx?$/.test(path));

const LINES = 250;
/** Files that may be longer, each with its reason. What is no longer longer has to leave the list. */
const LONGER: Readonly<Record<string, string>> = {
  "infra/options.ts": "a table of options",
  "functions/adapters/compose.ts": "the parts list: what each function is given, put together in one place",
  "functions/core/delta-encoding.ts": "writer and reader of one layout, which have to be read side by side",
  "functions/core/statistic.ts": "the registry: a row to a statistic",
  "functions/dialects/rocketchat/openapi/statistics.ts": "a table of fields",
  "functions/dialects/v1/openapi/document.ts": "a table of fields",
  "functions/dialects/v1/openapi/reading.ts": "a table of routes",
  "functions/dialects/v1/openapi/workspaces.ts": "a table of routes",
  "functions/dialects/v1/problem-pages.ts": "a page to a problem",
  "functions/tasks/read-window.ts": "document and usage of a window share what is read for them",
};

const FUNCTION_LINES = 50;
/** Files with a longer function, and its length: it may shrink, and grow no more. */
const LONGER_FUNCTIONS: Readonly<Record<string, number>> = {
  // A port is one closure over its table, and a method each.
  "functions/adapters/dns/names.ts": 53,
  "functions/adapters/dynamodb/accounts.ts": 51,
  "functions/adapters/dynamodb/credentials.ts": 93,
  "functions/adapters/dynamodb/hours.ts": 98,
  "functions/adapters/dynamodb/log.ts": 174,
  "functions/adapters/dynamodb/outbox.ts": 61,
  "functions/adapters/dynamodb/people.ts": 136,
  "functions/adapters/dynamodb/refreshes.ts": 57,
  "functions/adapters/dynamodb/series.ts": 59,
  "functions/adapters/dynamodb/snapshots.ts": 105,
  "functions/adapters/dynamodb/syncs.ts": 117,
  "functions/adapters/dynamodb/unions.ts": 130,
  "functions/adapters/dynamodb/workspaces.ts": 63,
  "functions/adapters/secretsmanager/upstream-credentials.ts": 67,
  // A component, with the markup that it returns.
  "web/src/app.tsx": 60,
  "web/src/completeness/calendar.tsx": 69,
  "web/src/completeness/view.tsx": 54,
  "web/src/info/federation.tsx": 82,
  "web/src/info/license.tsx": 76,
  "web/src/info/view.tsx": 63,
  "web/src/settings/alerts.tsx": 54,
  "web/src/settings/channels.tsx": 70,
  "web/src/settings/ending.tsx": 66,
  "web/src/settings/keys.tsx": 68,
  "web/src/settings/source-form.tsx": 65,
  "web/src/settings/source.tsx": 58,
  "web/src/settings/users.tsx": 64,
  "web/src/settings/workspace.tsx": 87,
  "web/src/sign-in.tsx": 65,
  "web/src/trends/chart-card.tsx": 55,
  "web/src/trends/chart.tsx": 52,
  "web/src/trends/choosing.tsx": 69,
  "web/src/trends/unusual.tsx": 51,
  "web/src/trends/view.tsx": 78,
  // What reads better in one piece.
  "functions/core/closing.ts": 58,
  "functions/core/counting.ts": 60,
  "functions/dialects/report/sections.ts": 54,
  "functions/services/serve-admin.ts": 59,
  "functions/tasks/read-unions.ts": 54,
  "functions/tasks/usual-hours.ts": 62,
  "infra/operator-dashboard.ts": 86,
  "local/runtime.ts": 63,
};

const METHODS = 6;
/** Ports with more methods, each with its reason. */
const MORE_METHODS: Readonly<Record<string, string>> = {
  "functions/ports/credentials.ts": "revoking, expiring and touching are one update each of one kind of item",
  "functions/ports/snapshots.ts": "hours one by one, in ranges, and the latest are read by keys of their own",
};

/** How often a thousand lines may say `as`, other than `as const`. */
const CASTS = 3;

const over = (measure: (source: Source) => number, most: number): readonly string[] =>
  sources
    .filter((source) => measure(source) > most)
    .map(({ path }) => path)
    .toSorted();

describe("the sizes of the house", () => {
  it(`has files of at most ${LINES} lines, but for those that are listed`, () => {
    expect(over(({ text }) => linesOf(text), LINES)).toEqual(Object.keys(LONGER).toSorted());
  });

  it(`has functions of at most ${FUNCTION_LINES} lines, but for those that are listed and grow no more`, () => {
    const longer = sources
      .map((source): [string, number] => [source.path, longestFunction(source)])
      .filter(([path, length]) => length > (LONGER_FUNCTIONS[path] ?? FUNCTION_LINES));
    const short = over(longestFunction, FUNCTION_LINES);

    expect(longer).toEqual([]);
    expect(Object.keys(LONGER_FUNCTIONS).filter((path) => !short.includes(path))).toEqual([]);
  });

  it(`has ports of at most ${METHODS} methods, but for those that are listed`, () => {
    const ports = over(mostMethods, METHODS).filter((path) => path.startsWith("functions/ports/"));

    expect(ports).toEqual(Object.keys(MORE_METHODS).toSorted());
  });

  it(`says as at most ${CASTS} times in a thousand lines`, () => {
    const casts = sources.reduce((sum, source) => sum + castsIn(source), 0);
    const lines = sources.reduce((sum, { text }) => sum + linesOf(text), 0);

    expect((casts / lines) * 1_000).toBeLessThanOrEqual(CASTS);
  });
});

describe("the measures", () => {
  const planted = (text: string): Source => ({ path: "planted.ts", text });

  it("count lines, and those of a function with what it holds", () => {
    expect(linesOf("a\nb\n")).toBe(2);
    expect(longestFunction(planted("const a = 1;\n"))).toBe(0);
    expect(longestFunction(planted("const a = () => {\n  const b = () => 1;\n  return b;\n};\n"))).toBe(4);
  });

  it("count casts, and not as const", () => {
    expect(castsIn(planted('const a = x as string;\nconst b = ["as"] as const; // as number\n'))).toBe(1);
  });

  it("count the methods of a port, however they are written", () => {
    expect(mostMethods(planted("interface A { a(): void; readonly b: () => void; readonly c: number }"))).toBe(2);
  });
});
