import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryArchive } from "../../cli/query/duckdb.ts";
import { EVENT_TYPE_NAMES } from "../../functions/core/event.ts";
import { eventSchema } from "../../functions/core/event-schema.ts";
import { DAY_MS, HOUR_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { blocksIn } from "../support/code-blocks.ts";
import { counted } from "../support/counted.ts";
import { event, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { type Came, PageReader } from "../support/told-page.ts";

const page = await readFile(new URL("../../docs/api.md", import.meta.url), "utf8");
const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
const shell = blocksIn(page, "sh");
const scripts = blocksIn(page, "js");
const queries = blocksIn(page, "sql");

// The examples tell of this moment; the history begins a whole day before, so that a day is over.
const START = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;

let folder: string;
let runtime: DrillRuntime;
let reader: PageReader;

beforeAll(async () => {
  runtime = await startDrill(new Date(START).toISOString());
  const post = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  await post("/local/clock", { advanceSeconds: Math.floor((Date.now() - START) / 1_000) });
  await post("/v1/events", [
    event("room.changed", START + 1, { id: "general", kind: "channel" }),
    event("instance.reported", Date.now(), { id: "chat-1", version: "8.6.1", connections: 3 }),
    ...Array.from({ length: 12 }, (_, at) => message(START + at * HOUR_MS + 2, `u${at % 3}`)),
  ]);
  await post("/local/close-hours", {});
  folder = await mkdtemp(join(tmpdir(), "tidemark-page-"));
  reader = await PageReader.in(folder, runtime);
});
afterAll(async () => {
  await runtime?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** What each block of the shell prints, at least, in the order of the page. */
const SHELL: readonly (readonly RegExp[])[] = [
  [/^$/],
  [/"accepted":2,.*"replayed":false/],
  [/"batch":"batch-1","accepted":2,.*"replayed":false\}\{"batch":"batch-1","accepted":2,.*"replayed":true\}$/],
  [
    /"messages":\{/,
    /"snapshots"|"rows"/,
    /start,status,coverage,messages\.sent,users\.seen/,
    /"status":"ok"|"lagSeconds"/,
    /"rollUp":"sum"/,
  ],
  [/"type":"\/problems\/credential-unknown"/, /<html/],
  [/"statistics":\{.*"success":true\}\{"statistics":\[.*"instances":\[.*"version"/],
  [/^tidemark_messages_sent\{workspace="demo"\} \d+$/m],
  [/^start,(.*,)?messages\.sent,users\.seen,connections\.peak\r?\n(.*\r?\n){2}$/],
  [/start_time +messages_sent +users_seen\n.* 12 +3/],
];
const SCRIPTS: readonly RegExp[] = [
  /^1 counted, 0 refused\nmessages: \d+, then 304\n$/,
  /^true 1 1[2-6]\n$/,
  /^0 OK 4 3\n\d{4}-.*Z \d+\n3\n$/,
  /^24\n$/,
];

/** What is wrong with how a block went: it failed, said something was amiss, or did not print what it should. */
const amissIn = ({ code, stdout, stderr }: Came, patterns: readonly RegExp[]): readonly string[] => [
  ...(code === 0 && stderr === "" ? [] : [`ended with ${code}: ${stderr}`]),
  ...patterns.filter((pattern) => !pattern.test(stdout)).map((pattern) => `no ${pattern} in ${stdout.slice(0, 2_000)}`),
];

describe("the page of examples", () => {
  const runnable = shell.filter((block) => !block.startsWith("aws "));

  it("has the examples that are tried here, and no others", () => {
    expect([runnable.length, scripts.length, queries.length]).toEqual([SHELL.length, SCRIPTS.length, 1]);
    counted(shell.length + scripts.length + queries.length, "examples", "docs/api.md");
  });

  it.each(runnable.map((block, at) => [at + 1, block] as const))("has shell block %i run", async (at, block) => {
    expect(amissIn(await reader.shell(block), SHELL[at - 1] ?? [])).toEqual([]);
  });

  it.each(scripts.map((block, at) => [at + 1, block] as const))("has script %i run", async (at, block) => {
    const pattern = SCRIPTS[at - 1];
    expect(amissIn(await reader.script(block), pattern === undefined ? [] : [pattern])).toEqual([]);
  });

  it("has in the README's quick start what runs, too", async () => {
    const [quickStart = ""] = blocksIn(readme, "sh");
    const printed = [/"workspace":"demo"/, /"accepted":1,"duplicates":0,"refusedCount":0/, /messages_sent/];
    expect(amissIn(await reader.shell(quickStart), printed)).toEqual([]);
  });

  it("has a query for Athena that DuckDB answers, and a command for AWS that the shell can read", async () => {
    const archive = join(runtime.dataFolder, "archive");
    const inTheCommand = /--query-string "([^"]+)"/.exec(shell.find((block) => block.startsWith("aws ")) ?? "")?.[1];
    expect((await queryArchive(archive, queries[0] ?? "")).columns).toContain("connections_peak");
    expect((await queryArchive(archive, inTheCommand ?? "")).rows).toHaveLength(1);
    for (const block of shell.filter((one) => one.startsWith("aws ")))
      expect(await reader.parse(block)).toMatchObject({ code: 0, stderr: "" });
  });

  it("tells every type of event, with its fields", () => {
    const rows = new Map(
      [...page.matchAll(/^\| (`[a-z.]+`(?:, `[a-z.]+`)*) \| (.+?) \|/gm)].flatMap(([, types = "", fields = ""]) =>
        [...types.matchAll(/`([a-z.]+)`/g)].map(([, type = ""]): [string, string] => [type, fields]),
      ),
    );
    expect([...rows.keys()].toSorted()).toEqual([...EVENT_TYPE_NAMES].toSorted());
    for (const type of EVENT_TYPE_NAMES) {
      const { properties } = eventSchema(type) as { properties: { data?: { required: string[] } } };
      for (const field of properties.data?.required ?? []) expect(rows.get(type)).toContain(`\`${field}\``);
    }
  });
});

describe("the commands of other pages", () => {
  const pageOf = (name: string): Promise<string> => readFile(new URL(`../../docs/${name}.md`, import.meta.url), "utf8");
  /** The first block of commands of a page, as it is to be run here. */
  const commandsOf = async (name: string): Promise<string> =>
    (blocksIn(await pageOf(name), "")[0] ?? "")
      .replaceAll("2026-11-01", isoOf(START).slice(0, 10))
      // Somebody else's receiver, and a channel that is made up: `examples.test.ts` tries one of its own.
      .replaceAll(/^.* channel test .*$/gm, "");

  it.each([
    ["analysis", [/month +hours +messages/, /^start_time,users_seen$/m, /hour_of_day +messages/, /\| hour \| sent \|/]],
    ["reports", [/^whsec_/m, /email +report\.monthly +ops@example\.org, boss@example\.org/]],
    ["scaling", [/^demo has 4 lanes now/]],
  ] as const)("run: docs/%s.md", { timeout: 180_000 }, async (name, printed) => {
    const { code, stdout, stderr } = await reader.shell(await commandsOf(name));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    for (const pattern of printed) expect(stdout).toMatch(pattern);
  });

  it("set the rules that docs/alerts.md has", async () => {
    const [rules = ""] = blocksIn(await pageOf("alerts"), "json");
    await writeFile(join(folder, "rules.json"), rules);
    const { code, stdout } = await reader.shell("npm run -s tidemark -- alert set --file rules.json");
    expect({ code, raised: stdout.match(/^(busy|gaps|late|odd) /gm) }).toMatchObject({
      code: 0,
      raised: { length: 4 },
    });
  });
});
