import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isoOf } from "../../functions/core/instant.ts";
import { exampleIn, type Ran, runCommand } from "../support/command.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const HOUR_SECONDS = 3_600;
const NOTHING = {
  directory: 0,
  rooms: 0,
  segments: 0,
  hours: 0,
  sets: 0,
  unions: 0,
  firsts: 0,
  reports: 0,
  lists: 0,
  strays: 0,
};

let runtime: DrillRuntime;
/** The user that the help's example is about. */
let person: string;
const tidemark = (...args: string[]): Promise<Ran> =>
  runCommand(args, { cwd: runtime.dataFolder, env: { TIDEMARK_DATA: runtime.dataFolder } });
const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${runtime.baseUrl}${path}`, {
    method,
    headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};

beforeAll(async () => {
  runtime = await startDrill(isoOf(HOUR_ZERO));
  person = exampleIn((await tidemark("forget", "--help")).stdout)[1] ?? "";
  await ask("POST", "/v1/events", [
    event("user.changed", HOUR_ZERO, { id: person, kind: "user", active: true }),
    message(HOUR_ZERO + 1_000, person),
    message(HOUR_ZERO + 2_000),
  ]);
  await ask("POST", "/local/clock", { advanceSeconds: HOUR_SECONDS });
  await ask("POST", "/local/close-hours", {});
  await ask("POST", "/v1/events", [message(HOUR_ZERO + HOUR_SECONDS * 1_000, person)]);
});
afterAll(() => runtime.remove());

describe("tidemark forget", () => {
  it("says where a user is named as its help shows it, and changes nothing", async () => {
    const { stdout } = await tidemark("forget", "--help");
    expect(stdout.split("\n").length).toBeLessThan(40);
    const { code, stdout: told } = await tidemark(...exampleIn(stdout));
    expect(code).toBe(0);
    expect(told).toContain("demo names this user in\n");
    expect(told).toMatch(/ 1 {2}the directory\n +2 {2}the log\n/);
    expect(await tidemark(...exampleIn(stdout))).toMatchObject({ stdout: told });
  });

  it("forgets beside a running runtime, after which every number is as before and all fits", async () => {
    const numbers = async () => {
      // Of a reading only what does not go with the clock.
      const { users, rooms, messages } = (await ask("POST", "/v1/statistics/refresh")) as Record<string, unknown>;
      return [
        await ask("GET", "/v1/snapshots/2026-03-02T09"),
        await ask("GET", `/v1/summary?from=${isoOf(HOUR_ZERO)}&to=${isoOf(HOUR_ZERO + HOUR_SECONDS * 1_000)}`),
        { users, rooms, messages },
      ];
    };
    const before = await numbers();
    const { code, stdout, stderr } = await tidemark("forget", person, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      workspace: "demo",
      dryRun: false,
      // The open hour is in the log alone: a refresh stores nothing of so little.
      found: { ...NOTHING, directory: 1, segments: 2, hours: 1, sets: 1 },
      left: 0,
    });
    await ask("POST", "/local/clock", { advanceSeconds: 10 });
    expect(await numbers()).toEqual(before);
    expect(await tidemark("verify")).toMatchObject({ code: 0 });
  });

  it("says that nobody is left to forget", async () => {
    expect(await tidemark("forget", person)).toEqual({
      code: 0,
      stdout: "demo does not name this user anywhere.\n",
      stderr: "",
    });
  });

  it("leaves an act without the id in the audit trail", async () => {
    const { acts } = (await ask("GET", "/v1/audit")) as { acts: { action: string }[] };
    expect(acts.filter(({ action }) => action === "user.forgotten")).toHaveLength(1);
    expect(JSON.stringify(acts)).not.toContain(person);
  });

  it.each([
    [[], "missing required argument"],
    [["x".repeat(129)], "1 to 128 bytes"],
    [["somebody", "--table", "t"], "--bucket"],
  ])("refuses %j", async (args, remedy) => {
    expect(await tidemark("forget", ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(remedy) });
  });

  it("says that there is no workspace of a name", async () => {
    expect(await tidemark("forget", person, "--workspace", "nobody")).toMatchObject({
      code: 1,
      stderr: "There is no workspace nobody.\n",
    });
  });
});
