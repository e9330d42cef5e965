import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryArchive } from "../../cli/query/duckdb.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { columnOf } from "../../functions/core/table.ts";
import { SAVED_QUERIES } from "../../infra/named-queries.ts";
import { exampleIn, type Ran, runCommand } from "../support/command.ts";
import { equalHistories } from "../support/analysis.ts";
import { message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { type S3Server, startS3Server } from "../support/servers/s3-server.ts";

const START = Date.parse("2026-02-27T21:00:00.000Z");
const HOUR_MS = 3_600_000;

let runtime: DrillRuntime;
const post = async (path: string, body: unknown): Promise<void> => {
  const response = await fetch(`${runtime.baseUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
};

beforeAll(async () => {
  runtime = await startDrill(isoOf(START));
  for (let hour = 0; hour < 60; hour += 6) {
    const at = START + hour * HOUR_MS + 60_000;
    await post("/v1/events", [message(at, `user-${(hour / 6) % 4}`), message(at + 1_000, "somebody")]);
    await post("/local/clock", { advanceSeconds: 6 * 3_600 });
  }
  await post("/local/close-hours", {});
});
afterAll(() => runtime.remove());

const runTidemark = (...args: string[]): Promise<Ran> => runCommand(args, { cwd: runtime.dataFolder, env: {} });
const query = (sql: string, ...more: string[]): Promise<Ran> =>
  runTidemark("query", sql, "--data", runtime.dataFolder, ...more);
const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => {
  const { stdout, stderr } = await query(sql, "--json");
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>[];
};

describe("tidemark query", () => {
  it("gives the same history as the API, from the tables and from the documents", async () => {
    const compared = await equalHistories({
      api: { baseUrl: runtime.baseUrl, key: runtime.credentials.apiKey },
      archive: join(runtime.dataFolder, "archive"),
      workspace: "demo",
      from: "2026-02-27T21:00:00Z",
      to: "2026-03-02T00:00:00Z",
    });
    expect(compared).toBe(51);
  });

  it.each(SAVED_QUERIES)("answers the query $name, which a deployment brings for Athena", async ({ sql }) => {
    const archive = join(runtime.dataFolder, "archive");
    const { columns, rows } = await queryArchive(archive, sql.replace("2026-11-01", "2026-02-28"));
    expect(rows.length).toBeGreaterThan(sql.includes("'partial'") ? -1 : 0);
    expect(columns.length).toBeGreaterThan(2);
  });

  it("prints a table, and what is not known as a dash", async () => {
    const { code, stdout } = await query(
      "SELECT workspace, start_time, messages_sent, last_login FROM days ORDER BY start_time LIMIT 2",
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "workspace  start_time                messages_sent  last_login",
        "demo       2026-02-27T00:00:00.000Z  2              -",
        "demo       2026-02-28T00:00:00.000Z  8              -",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["csv", 'a,b,c\r\n1,"x, ""y""",\r\n'],
    ["json", '[{"a":1,"b":"x, \\"y\\"","c":null}]\n'],
    ["ndjson", '{"a":1,"b":"x, \\"y\\"","c":null}\n'],
    ["markdown", '| a | b | c |\n| --- | --- | --- |\n| 1 | x, "y" |  |\n'],
  ])("prints %s", async (form, expected) => {
    expect((await query(`SELECT 1 AS a, 'x, "y"' AS b, NULL AS c`, "--format", form)).stdout).toBe(expected);
  });

  it("knows every statistic by a column of its own, in tables and documents", async () => {
    const columns = (await rowsOf("SELECT column_name FROM (DESCRIBE hours)")).map(({ column_name }) => column_name);
    expect(columns).toEqual(expect.arrayContaining(STATISTICS.map(({ name }) => columnOf(name))));
    const [row] = await rowsOf(
      "SELECT users.seen, messages.sentByKind.channels, ledger.status FROM statistics_json LIMIT 1",
    );
    expect(row).toMatchObject({ status: "complete" });
  });

  it("writes nothing, reads nothing else, and says so", async () => {
    const before = await readdir(join(runtime.dataFolder, "archive"));
    for (const sql of [
      "COPY (SELECT 1) TO 'stolen.csv'",
      "CREATE TABLE mine (a INTEGER)",
      "EXPLAIN ANALYZE COPY (SELECT 1) TO 'stolen.csv'",
      "SELECT 1; SELECT 2",
    ])
      expect(await query(sql)).toMatchObject({ code: 2, stdout: "" });
    expect((await query("SELECT * FROM read_text('../credentials.json')")).stderr).toContain("Permission Error");
    expect(await readdir(join(runtime.dataFolder, "archive"))).toEqual(before);
  });

  it("lets nothing be prepared that does a part of it already", async () => {
    const archive = join(runtime.dataFolder, "archive");
    const before = await readdir(archive);
    for (const sql of [
      `EXPORT DATABASE '${archive}/stolen'`,
      `/* SELECT */ export DATABASE '${archive}/stolen'`,
      "",
      ";",
    ])
      await expect(queryArchive(archive, sql)).rejects.toThrow("A query only reads");
    expect(await readdir(archive)).toEqual(before);
    const sql = "-- how many\n/* with care */ (SELECT 1 AS a)";
    expect(await queryArchive(archive, sql)).toEqual({ columns: ["a"], rows: [[1]] });
  });

  it("says in DuckDB's words what it could not do", async () => {
    const { code, stderr } = await query("SELECT nothing FROM hours");
    expect(code).toBe(2);
    expect(stderr).toContain('"nothing"');
    expect(stderr).not.toContain("    at ");
  });

  it("has empty tables where nothing is made yet, and says where it looked in vain", async () => {
    const folder = join(runtime.dataFolder, "new");
    await mkdir(folder);
    const sql = "SELECT (SELECT count(*) FROM hours) + (SELECT count(*) FROM statistics_json) AS n";
    expect(await runTidemark("query", sql, "--data", folder, "--json")).toMatchObject({ stdout: '[{"n":0}]\n' });
    expect(await runTidemark("query", "SELECT 1", "--data", "nowhere")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no data folder") as string,
    });
  });

  it("does the example of its help, which fits a screen", async () => {
    const { stdout } = await runTidemark("query", "--help");
    expect(stdout.split("\n").length).toBeLessThanOrEqual(30);
    expect(await runTidemark(...exampleIn(stdout.replaceAll('\\"', '"')), "--data", runtime.dataFolder)).toMatchObject({
      code: 0,
    });
  });
});

describe("tidemark query over a bucket", () => {
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3Server();
  });
  afterAll(() => s3.close());

  it("fetches the files that it needs, each once", async () => {
    const folder = join(runtime.dataFolder, "archive");
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const path = join(entry.parentPath, entry.name);
        s3.objects.set(`kept/${path.slice(folder.length + 1)}`, await readFile(path));
      }
    const env = {
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "tidemark",
      AWS_SECRET_ACCESS_KEY: "tidemark",
      XDG_CACHE_HOME: join(runtime.dataFolder, "cache"),
    };
    const ask = (sql: string): Promise<Ran> =>
      runCommand(["query", sql, "--bucket", "kept", "--format", "csv"], { cwd: runtime.dataFolder, env });
    const gets = (): number => s3.requests.filter((one) => one.startsWith("GET kept/") && !one.endsWith("/")).length;
    const sql = "SELECT sum(messages_sent) AS sent FROM hours";

    expect(await ask(sql)).toMatchObject({ code: 0, stdout: "sent\r\n18\r\n" });
    const fetched = gets();
    expect(fetched).toBeGreaterThan(5);
    expect(await ask(sql)).toMatchObject({ code: 0, stdout: "sent\r\n18\r\n" });
    expect(gets()).toBe(fetched);
    expect(await ask("SELECT count(*) AS hours FROM statistics_json")).toMatchObject({ stdout: "hours\r\n60\r\n" });
  });
});

describe("tidemark history", () => {
  const history = (...args: string[]): Promise<Ran> => runTidemark("history", "--data", runtime.dataFolder, ...args);

  it("prints what the API answers, as the API writes it", async () => {
    const asked = "metrics=messages.sent,users.seen&from=2026-02-28&to=2026-03-02&interval=day&tz=Europe/Berlin";
    for (const format of ["json", "csv", "ndjson"]) {
      const answer = await fetch(`${runtime.baseUrl}/v1/history?${asked}&format=${format}`, {
        headers: { "x-api-key": runtime.credentials.apiKey },
      });
      const args = [...new URLSearchParams(asked)].flatMap(([name, value]) => [`--${name}`, value]);
      const { stdout } = await history(...args, "--format", format);
      expect(stdout.trimEnd()).toBe((await answer.text()).trimEnd());
    }
  });

  it("prints a table by default, with a share in as many digits as people read", async () => {
    const { stdout } = await history("--metrics", "messages.sent", "--from", "2026-02-27T21", "--to", "2026-02-27T23");
    expect(stdout).toBe(
      [
        "start                     status    coverage  messages.sent",
        "2026-02-27T21:00:00.000Z  complete  0.017     2",
        "2026-02-27T22:00:00.000Z  complete  0         0",
        "",
      ].join("\n"),
    );
  });

  it("says what is wrong with what is asked for", async () => {
    const { code, stderr } = await history("--metrics", "users.unknown");
    expect(code).toBe(1);
    expect(stderr).toContain("users.unknown");
  });
});
