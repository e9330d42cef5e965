import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyIn as signingKeyIn, signLicense } from "../../cli/license/signing.ts";
import type { License } from "../../functions/core/license.ts";
import { type Ran, runCommand } from "../support/command.ts";
import { sampleLicense } from "../support/licenses.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const NOW = "2026-03-04T10:20:00Z";
/** A test of several commands, each a process of its own, on a machine that has other things to do. */
const PATIENCE_MS = 90_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;

let runtime: DrillRuntime;
let folder: string;
beforeAll(async () => {
  [runtime, folder] = await Promise.all([startDrill(NOW), mkdtemp(join(tmpdir(), "tidemark-license-"))]);
  await told("keygen", "--out", KEY);
});
afterAll(async () => {
  await runtime.remove();
  await rm(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], more: Partial<Parameters<typeof runCommand>[1]> = {}): Promise<Ran> =>
  runCommand(["license", ...args], { cwd: folder, env: { TIDEMARK_DATA: runtime.dataFolder }, ...more });

/** What a command prints that is to succeed. */
const told = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
};

/** Made by the first command, and registered with the runtime. */
const KEY = "key.json";
const keyIn = async (file: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(join(folder, file), "utf8")) as Record<string, string>;

let licenses = 0;
/** A file with a licence that the key signs, without a command of its own. */
const signed = async (changes: Partial<License>): Promise<string> => {
  const file = `license-${licenses++}.txt`;
  const { key } = await signingKeyIn(join(folder, KEY));
  const license = sampleLicense({ issuedAt: Date.now(), ...changes });
  await writeFile(join(folder, file), await signLicense(key, license));
  return file;
};

const call = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
  const { authToken, userId } = runtime.credentials.rocketchat;
  const answer = await fetch(`${runtime.baseUrl}${path}`, {
    method,
    headers: { "x-auth-token": authToken, "x-user-id": userId, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, unknown>;
};

/** As a refresh tells it, which can be had once a minute. */
const enterprise = async (): Promise<unknown> => {
  await advance(MINUTE_S);
  const { statistics } = await call("GET", "/api/v1/statistics?refresh=true");
  return (statistics as { readonly enterprise?: unknown }).enterprise;
};

const advance = (seconds: number) => call("POST", "/local/clock", { advanceSeconds: seconds });

const after = (seconds: number): string => new Date(Date.parse(NOW) + seconds * 1_000).toISOString();

describe("a licence from its key to its end", { timeout: PATIENCE_MS }, () => {
  it("is signed, added, shown in the statistics, refused and replaced, and ends by the clock", async () => {
    expect(await enterprise()).toBeUndefined();

    const until = ["--valid-until", after(HOUR_S)];
    const license = await told(
      "sign",
      "--key",
      KEY,
      ...words("--workspace demo --tag Pro --module auditing"),
      ...until,
    );
    expect(await call("POST", "/api/v1/licenses.add", { license })).toEqual({ success: true });
    expect(await enterprise()).toEqual({ modules: ["auditing"], tags: ["Pro"] });

    const other = await signed({ workspace: "other" });
    expect(await run(["apply", other])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^license-invalid\n {2}It is for the workspace other, and this is demo/),
    });
    expect(await enterprise()).toEqual({ modules: ["auditing"], tags: ["Pro"] });

    await advance(HOUR_S);
    expect(await enterprise()).toEqual({ modules: [], tags: [] });
    expect(await run(["show"])).toMatchObject({ code: 1, stdout: expect.stringContaining("not valid") });
    const gold = { tags: [{ name: "Gold", color: "#d4af37" }], modules: ["federation"], limits: { activeUsers: 5 } };
    await told("apply", await signed(gold));
    expect(await enterprise()).toEqual({ modules: ["federation"], tags: ["Gold"] });
    expect(await told("show")).toMatch(
      /valid {4}from its beginning without end\n {2}tags {5}Gold\n {2}modules {2}federation\n {2}limits {3}activeUsers \d+ of 5/,
    );
  });
});

const words = (text: string): readonly string[] => text.split(" ");

describe("tidemark license keygen", () => {
  it("keeps the private key to its owner, and gives the server its public part alone", async () => {
    const stdout = await told("keygen", "--out", "quiet.json", "--json");
    const { kid = "", d = "" } = await keyIn("quiet.json");
    expect(JSON.parse(stdout)).toMatchObject({ id: kid, algorithm: "EdDSA", isRegistered: true, out: "quiet.json" });
    expect(d).toMatch(/^[\w-]{43}$/);
    expect(stdout).not.toContain(d);
    expect((await stat(join(folder, "quiet.json"))).mode & 0o777).toBe(0o600);
    const listed = await told("keys", "list", "--json");
    expect(listed).toContain(kid);
    expect(listed).not.toContain(d);
  });

  it("makes one for elsewhere, without a server", async () => {
    const away = { env: { TIDEMARK_DATA: join(folder, "nowhere") } };
    const { code, stdout } = await run(words("keygen --print-public --algorithm RS256 --out away.json"), away);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\{"e":"AQAB","kty":"RSA","n":"[\w-]+"\}/);
    expect((await run(["sign", "--key", "away.json"], away)).code).toBe(0);
  });

  it("does nothing where a file is there already, or no server", async () => {
    const before = await readFile(join(folder, KEY), "utf8");
    expect(await run(["keygen", "--out", KEY])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there already"),
    });
    expect(await readFile(join(folder, KEY), "utf8")).toBe(before);
    expect(await run(["keygen", "--out", "new.json", "--url", "http://127.0.0.1:1"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("can't be reached"),
    });
    await expect(stat(join(folder, "new.json"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("tidemark license keys", { timeout: PATIENCE_MS }, () => {
  it("lets nothing in that a removed key signed, until it is added again", async () => {
    const { kid = "" } = await keyIn(KEY);
    const license = await signed({ modules: ["abac"] });
    await told("keys", "remove", kid);
    expect(await run(["apply", license])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("signed with a key that is not registered here"),
    });
    expect(await told("keys", "add", KEY)).toContain(kid);
    await told("apply", license);
  });

  it("take an id that begins with a dash, as a thumbprint may", async () => {
    const id = "-3C-wAwhgb0QskOBh0GU0Pp76zVCbaDx38aCbfNPCtI";
    expect(await run(["keys", "remove", id])).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
  });
});

describe("tidemark license sign", () => {
  it.each([
    ["a module that there is not", words("--module telepathy"), /vendor\.name, or one of: abac/],
    ["a limit that there is not", words("--limit wishes=3"), /activeUsers/],
    [
      "a period that is none",
      words("--valid-from 2027-01-01T00:00:00Z --valid-until 2026-01-01T00:00:00Z"),
      /is not after/,
    ],
  ])("refuses %s and ends with 2", async (_what, args, expected) => {
    const { code, stdout, stderr } = await run(["sign", "--key", KEY, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(expected);
  });

  it("needs the private key", async () => {
    const { d: _, ...publicKey } = await keyIn(KEY);
    await writeFile(join(folder, "public.json"), JSON.stringify(publicKey));
    await writeFile(join(folder, "other.json"), "{}");
    for (const [file, expected] of [
      ["public.json", "the public part alone"],
      ["other.json", "holds no key"],
    ] as const)
      expect(await run(["sign", "--key", file])).toMatchObject({ code: 2, stderr: expect.stringContaining(expected) });
  });
});

describe("tidemark license show and apply", () => {
  it("say what is wrong with where they are to go", async () => {
    expect(await run(["show", "--data", "nowhere"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--credentials"),
    });
    await writeFile(join(folder, "operator.json"), JSON.stringify({ baseUrl: runtime.baseUrl, operatorKey: "x" }));
    expect(await run(["show", "--credentials", "operator.json"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("holds no administrator"),
    });
  });

  it("don't repeat a token that is wrong", async () => {
    const wrong = {
      ...runtime.credentials,
      rocketchat: { ...runtime.credentials.rocketchat, authToken: "secret-token" },
    };
    await writeFile(join(folder, "wrong.json"), JSON.stringify(wrong));
    const { code, stdout, stderr } = await run(["show", "--credentials", "wrong.json"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "You must be logged in to do this.\n" });
    expect(stdout + stderr).not.toContain("secret-token");
  });
});
