import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { OUTPUTS } from "../../functions/contract.ts";
import { ADMIN_PREFIXES } from "../../functions/dialects/v1/routes.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import type { FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { readCredentials } from "../../local/credentials-file.ts";
import { type Gateway, openGateway } from "../../local/gateway.ts";
import { type CloudFormationServer, startCloudFormation } from "../support/servers/cloudformation-server.ts";
import { commandsIn, exampleIn, type Ran, runCommand } from "../support/command.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

type Shown = FirstCredentials & { readonly baseUrl: string | null };

let cloudFormation: CloudFormationServer;
let store: OpenParts;
let gateway: Gateway;
let server: string;
let outputs: Record<string, string>;
beforeAll(async () => {
  [cloudFormation, store] = await Promise.all([startCloudFormation(), openParts({ now: Date.now() })]);
  const log = (): void => undefined;
  const v1 = serveV1(store.parts, log);
  const admin = serveAdmin(store.parts, log);
  gateway = await openGateway({
    host: "127.0.0.1",
    port: 0,
    mounts: [
      ...ADMIN_PREFIXES.map((path) => ({ path, handler: admin })),
      { path: "/api", handler: serveRocketchat(store.parts, log) },
      { path: "/admin", handler: serveImkit(store.parts, log) },
      { path: "/v1", handler: v1 },
    ],
    pages: new Map(),
    log,
  });
  server = `http://127.0.0.1:${gateway.port}`;
  outputs = {
    [OUTPUTS.url]: `${server}/`,
    [OUTPUTS.apiUrl]: "https://api.example.org/?a=1&b=2",
    [OUTPUTS.table]: store.engine.table,
    [OUTPUTS.archiveBucket]: "the-archive",
    [OUTPUTS.pageBucket]: "the-page",
  };
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([store.close(), cloudFormation.close()]);
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-bootstrap-"));
  cloudFormation.stacks.clear();
  cloudFormation.stacks.set("Tidemark", { status: "CREATE_COMPLETE", outputs });
  cloudFormation.refusal = undefined;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SIGNED_IN = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "a-very-secret-key" };

const endpoints = (): Record<string, string> => ({
  AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: store.engine.endpoint,
  AWS_EC2_METADATA_DISABLED: "true",
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  runCommand(args, {
    cwd: folder,
    env: { ...endpoints(), ...SIGNED_IN, AWS_REGION: "eu-west-1", ...env },
  });

const create = (id: string, ...more: readonly string[]): Promise<Ran> =>
  run(["workspace", "create", id, "--name", `The ${id}`, ...more]);

const get = (path: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${server}${path}`, { headers });

const SECRET = /tm_\w{43}|tmop_\w{43}|ak_\w{43}/;

describe("help", () => {
  it.each([["deploy-info"], ["workspace create"], ["operator create"], ["operator bootstrap"]])(
    "of %s fits a screen, and its example runs",
    async (name) => {
      const { stdout: help } = await run([...name.split(" "), "--help"]);
      const example = exampleIn(help);

      const { code, stdout, stderr } = await run(example);

      expect(help.split("\n").length).toBeLessThanOrEqual(32);
      expect(example.slice(0, name.split(" ").length).join(" ")).toBe(name);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).not.toBe("");
    },
  );
});

describe("tidemark deploy-info", () => {
  it("tells what the stack tells", async () => {
    const { code, stdout } = await run(["deploy-info", "--json"]);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      stack: "Tidemark",
      region: "eu-west-1",
      status: "CREATE_COMPLETE",
      url: server,
      apiUrl: "https://api.example.org/?a=1&b=2",
      table: store.engine.table,
      archiveBucket: "the-archive",
      pageBucket: "the-page",
      domainTarget: null,
    });
  });

  it("tells what a name of one's own has to point to, where there is one", async () => {
    const named = { ...outputs, [OUTPUTS.domainTarget]: "d111.cloudfront.net" };
    cloudFormation.stacks.set("Named", { status: "CREATE_COMPLETE", outputs: named });

    const [inWords, asJson, unnamed] = await Promise.all([
      run(["deploy-info", "--stack", "Named"]),
      run(["deploy-info", "--stack", "Named", "--json"]),
      run(["deploy-info"]),
    ]);

    expect(inWords.stdout).toContain("point name to   d111.cloudfront.net\n");
    expect(JSON.parse(asJson.stdout)).toMatchObject({ domainTarget: "d111.cloudfront.net" });
    expect(unnamed.stdout).not.toContain("point name to");
  });

  it("tells in words what to do next, on the stack and region it was asked for", async () => {
    cloudFormation.stacks.set("Mine", { status: "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", outputs });

    const { stdout } = await run(["deploy-info", "--stack", "Mine", "--region", "us-west-2"], { AWS_REGION: "" });

    expect(stdout).toContain(`page            ${server}\n`);
    expect(stdout).toContain(
      'operator bootstrap team --name "Our team" --stack Mine --region us-west-2 --out team.json\n',
    );
  });

  it("is followed, as the README has it, by what it tells to do next", async () => {
    const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
    const [, section = ""] = readme.split("## First workspace on AWS");
    const [info = [], ...others] = commandsIn(section.split("\n## ")[0] ?? "");
    // An id of its own, for the table is everybody's here; told and written are the same two commands otherwise.
    const ownId = (args: readonly string[]): string[] => args.map((word) => (word === "team" ? "readme" : word));
    const plain = (args: readonly string[]): string =>
      args.filter((word) => word !== "--region" && word !== "eu-west-1").join(" ");

    const told = await run(info);
    const ran = await Promise.all(others.map((args) => run(ownId(args))));

    expect(commandsIn(told.stdout).map(plain)).toEqual(others.map(plain));
    expect(ran.map(({ code, stderr }) => ({ code, stderr }))).toEqual([{ code: 0, stderr: "" }]);
    expect((await readdir(folder)).toSorted()).toEqual(["team.json"]);
  });

  it("says what the stack does not tell, and what is none of Tidemark's", async () => {
    cloudFormation.stacks.set("Young", { status: "CREATE_COMPLETE", outputs: { [OUTPUTS.table]: "t" } });
    cloudFormation.stacks.set("Other", { status: "CREATE_COMPLETE", outputs: {} });

    const [young, other] = await Promise.all([
      run(["deploy-info", "--stack", "Young", "--json"]),
      run(["deploy-info", "--stack", "Other"]),
    ]);

    expect(JSON.parse(young.stdout)).toMatchObject({ url: null, table: "t", pageBucket: null });
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("tells no TableName: it is not Tidemark's"),
    });
  });

  it.each([
    ["CREATE_IN_PROGRESS", "wait for it and ask again"],
    ["ROLLBACK_COMPLETE", "never made whole"],
    ["UPDATE_ROLLBACK_FAILED", "its events in the CloudFormation console say why"],
  ])("gives nothing of a stack that is at %s", async (status, told) => {
    cloudFormation.stacks.set("Tidemark", { status, outputs });

    const { code, stdout, stderr } = await run(["deploy-info"]);

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`The stack Tidemark is not finished (${status}): `);
    expect(stderr).toContain(told);
  });

  it("says where it found no stack of the name", async () => {
    expect(await run(["deploy-info", "--stack", "Nowhere"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^There is no stack Nowhere in eu-west-1: .*npx cdk deploy.*\n$/),
    });
  });

  it.each([
    [
      "ExpiredToken",
      "The security token is expired",
      /does not take these credentials \(ExpiredToken\): sign in again/,
    ],
    ["AccessDenied", "User: ann is not authorized", /AWS does not allow it: User: ann is not authorized/],
    ["InvalidParameterValue", "odd", /AWS answers InvalidParameterValue: odd/],
  ])("tells what AWS answers with %s", async (code, message, told) => {
    cloudFormation.refusal = { status: 403, code, message };

    const ran = await run(["deploy-info"]);

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(told);
    expect(ran.stderr).not.toContain("    at ");
  });

  it("says that AWS can't be reached", async () => {
    expect(await run(["deploy-info"], { AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:1" })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^AWS can't be reached \(.*127\.0\.0\.1:1\)\.\n$/),
    });
  });

  it("says that an emulator's own page is no answer of AWS", async () => {
    const page = "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n";
    const emulator = createServer((_request, response) =>
      response.writeHead(500, { "content-type": "text/html" }).end(page),
    );
    await once(emulator.listen(0, "127.0.0.1"), "listening");
    const endpoint = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`;

    expect(await run(["deploy-info"], { AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^What answers in the place of AWS .* \(HTTP 500\): .*AWS_ENDPOINT_URL.*\n$/),
    });
    emulator.close();
  });

  it.each([
    ["credentials", { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, /no AWS credentials .*AWS_PROFILE/],
    ["a region", { AWS_REGION: "" }, /no AWS region: give --region or set AWS_REGION/],
  ])("without %s does nothing and ends with 2", async (_what, env, told) => {
    const { code, stderr } = await run(["deploy-info"], env);

    expect(code).toBe(2);
    expect(stderr).toMatch(told);
  });

  it("takes the region from the other name, too", async () => {
    const { stdout } = await run(["deploy-info", "--json"], { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-north-1" });

    expect(JSON.parse(stdout)).toMatchObject({ region: "eu-north-1" });
  });
});

describe("tidemark workspace create on a deployment", () => {
  it("makes a workspace whose credentials every dialect takes", async () => {
    const { code, stdout, stderr } = await create("whole", "--json", "--starts-at", "2026-11-20T08:00:00Z");
    const shown = JSON.parse(stdout) as Shown;

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(Object.keys(shown)).toEqual(["workspace", "baseUrl", "apiKey", "imkit", "rocketchat", "viewer"]);
    expect(shown).toMatchObject({ workspace: "whole", baseUrl: server, rocketchat: { username: "admin-whole" } });
    const answers = await Promise.all([
      get("/v1/statistics", { "x-api-key": shown.apiKey }),
      get("/admin/stats", { "IM-API-KEY": shown.imkit.apiKey }),
      get("/api/v1/statistics", {
        "X-Auth-Token": shown.rocketchat.authToken,
        "X-User-Id": shown.rocketchat.userId,
      }),
      get("/api/v1/statistics", { "X-Auth-Token": shown.viewer.authToken, "X-User-Id": shown.viewer.userId }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 400]);
    expect(await store.parts.workspaces.find("whole")).toMatchObject({
      name: "The whole",
      startsAt: Date.parse("2026-11-20T08:00:00Z"),
    });
  });

  it("counts an event that is sent with them", async () => {
    const { apiKey } = JSON.parse((await create("counted", "--json")).stdout) as Shown;
    const workspace = await store.parts.workspaces.find("counted");
    const time = new Date(workspace?.startsAt ?? 0).toISOString();
    const data = { room: "general", roomKind: "channel", user: "ann" };

    const answer = await fetch(`${server}/v1/events`, {
      method: "POST",
      headers: { "x-api-key": apiKey, "content-type": "application/json" },
      body: JSON.stringify([{ id: "1", source: "my-server", type: "message.sent", time, data }]),
    });

    expect(await answer.json()).toMatchObject({ accepted: 1, refusedCount: 0 });
  });

  it("shows the secrets once in words, or puts them into a file for its owner", async () => {
    const [spoken, kept, keptAsJson] = await Promise.all([
      create("spoken"),
      create("kept", "--out", "kept.json"),
      create("kept-too", "--out", "too.json", "--json"),
    ]);

    expect(spoken.stdout.match(new RegExp(SECRET, "g"))).toHaveLength(2);
    expect(spoken.stdout).toContain(`${server}/v1/statistics`);
    for (const { stdout } of [kept, keptAsJson]) expect(stdout).not.toMatch(SECRET);
    for (const { stderr } of [spoken, kept, keptAsJson]) expect(stderr).toBe("");
    expect(JSON.parse(keptAsJson.stdout)).toEqual({ workspace: "kept-too", baseUrl: server, out: "too.json" });
    const file = join(folder, "kept.json");
    const { apiKey } = JSON.parse(await readFile(file, "utf8")) as Shown;
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await get("/v1/statistics", { "x-api-key": apiKey })).status).toBe(200);
  });

  it("takes a table and an address by name, without asking for the stack", async () => {
    cloudFormation.stacks.clear();
    const { table } = store.engine;

    const [addressed, bare] = await Promise.all([
      create("addressed", "--table", table, "--url", "https://stats.example.org/", "--json"),
      create("bare", "--table", table, "--json"),
    ]);

    expect(JSON.parse(addressed.stdout)).toMatchObject({ baseUrl: "https://stats.example.org" });
    expect(JSON.parse(bare.stdout)).toMatchObject({ workspace: "bare", baseUrl: null });
  });

  it("leaves a taken id and its file alone", async () => {
    await create("taken");

    const again = await create("taken", "--out", "taken.json");

    expect(again).toEqual({
      code: 1,
      stdout: "",
      stderr: "The id taken, or the account admin-taken, is taken: choose another.\n",
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("makes nothing that it can't put into the file", async () => {
    await writeFile(join(folder, "there.json"), "precious");

    const [there, nowhere] = await Promise.all([
      create("unmade", "--out", "there.json"),
      create("unmade", "--out", "no/such/folder.json"),
    ]);

    expect(there).toMatchObject({ code: 1, stderr: "there.json is there already: name a new file.\n" });
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining("can't be written") });
    expect(await readFile(join(folder, "there.json"), "utf8")).toBe("precious");
    expect(await store.parts.workspaces.find("unmade")).toBeUndefined();
  });

  it("shows on standard output what was made and then found no room in the file", async () => {
    const { code, stdout, stderr } = await runCommand(
      ["workspace", "create", "full", "--name", "Full", "--out", "full.json"],
      {
        cwd: folder,
        env: { ...endpoints(), ...SIGNED_IN, AWS_REGION: "eu-west-1" },
        isFull: true,
      },
    );

    expect(code).toBe(1);
    expect(stderr).toMatch(/^full\.json could not be written \(.*\); the secrets are on standard output\.\n$/);
    expect((await get("/v1/statistics", { "x-api-key": (JSON.parse(stdout) as Shown).apiKey })).status).toBe(200);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says that there is no such table", async () => {
    expect(await create("lost", "--table", "nowhere")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("There is no table nowhere in eu-west-1"),
    });
  });

  it.each([
    ["a bad id", ["Team", "--name", "Team"], /1 to 63 characters of a-z/],
    ["no name", ["team"], /required option '--name/],
    ["an empty name", ["team", "--name", ""], /^name: give at least one character/],
    ["a start that is none", ["team", "--name", "T", "--starts-at", "today"], /such as 2026-11-21T09:00:00Z/],
    ["two places", ["team", "--name", "T", "--stack", "A", "--table", "b"], /cannot be used with/],
    ["an address that is none", ["team", "--name", "T", "--url", "here"], /such as https:/],
  ])("called with %s does nothing and ends with 2", async (_how, args, told) => {
    const { code, stderr } = await run(["workspace", "create", ...args]);

    expect(code).toBe(2);
    expect(stderr).toMatch(told);
  });
});

describe("tidemark operator bootstrap", () => {
  it("makes a workspace and an operator's key at once, in a file that every command takes", async () => {
    const { code, stdout, stderr } = await run([
      "operator",
      "bootstrap",
      "whole-start",
      "--name",
      "Whole",
      "--out",
      "credentials.json",
    ]);
    const file = join(folder, "credentials.json");
    const shown = JSON.parse(await readFile(file, "utf8")) as Shown & { readonly operatorKey: string };

    const [asked, made] = await Promise.all([
      get("/v1/statistics", { "x-api-key": shown.apiKey }),
      get("/v1/workspaces", { "x-api-key": shown.operatorKey }),
    ]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).not.toMatch(SECRET);
    expect([asked.status, made.status]).toEqual([200, 200]);
    expect(await readCredentials(folder)).toMatchObject({ workspace: "whole-start", baseUrl: server });
  });

  it("makes no key when the workspace can't be made", async () => {
    await create("there-already");

    const again = await run(["operator", "bootstrap", "there-already", "--name", "Again", "--out", "again.json"]);

    expect(again).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("is taken") });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("tidemark operator create", () => {
  it("makes a key that makes workspaces", async () => {
    const { code, stdout, stderr } = await run(["operator", "create", "--json"]);
    const shown = JSON.parse(stdout) as { baseUrl: string; operatorKey: string };

    const made = await fetch(`${server}/v1/workspaces`, {
      method: "POST",
      headers: { "x-api-key": shown.operatorKey, "content-type": "application/json" },
      body: JSON.stringify({ id: "by-operator", name: "By the operator" }),
    });

    expect({ code, stderr, baseUrl: shown.baseUrl }).toEqual({ code: 0, stderr: "", baseUrl: server });
    expect(made.status).toBe(201);
  });

  it("shows the key once in words, and says that there is no such table", async () => {
    const [spoken, lost] = await Promise.all([
      run(["operator", "create"]),
      run(["operator", "create", "--table", "nowhere"]),
    ]);

    expect(spoken.stdout.match(new RegExp(SECRET, "g"))).toHaveLength(1);
    expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no table nowhere") });
  });
});

describe("tidemark workspace create on a local runtime", () => {
  let runtime: DrillRuntime;
  beforeAll(async () => {
    runtime = await startDrill("2026-03-04T10:20:00Z");
  });
  afterAll(() => runtime.remove());

  const locally = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    runCommand(["workspace", "create", ...args], { cwd: folder, env });

  it("asks it over HTTP as the operator, and needs nothing of AWS", async () => {
    const [named, found] = await Promise.all([
      locally(["near", "--name", "Near", "--data", runtime.dataFolder, "--json"]),
      locally(["usual", "--name", "Usual", "--json"], { TIDEMARK_DATA: runtime.dataFolder }),
    ]);

    for (const { stdout, stderr } of [named, found]) {
      const { apiKey, baseUrl } = JSON.parse(stdout) as Shown;
      const answer = await fetch(`${baseUrl}/v1/statistics`, { headers: { "x-api-key": apiKey } });
      expect({ stderr, baseUrl, status: answer.status }).toEqual({
        stderr: "",
        baseUrl: runtime.baseUrl,
        status: 200,
      });
    }
  });

  it("says that the id is taken", async () => {
    expect(await locally(["demo", "--name", "Demo", "--data", runtime.dataFolder])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("The id demo, or the account admin-demo, is taken"),
    });
  });

  it("says that nobody is there, or never was", async () => {
    const gone = { ...runtime.credentials, baseUrl: "http://127.0.0.1:1" };
    await writeFile(join(folder, "credentials.json"), JSON.stringify(gone));

    const [silent, never] = await Promise.all([
      locally(["team", "--name", "Team", "--data", folder]),
      locally(["team", "--name", "Team", "--data", "/nonexistent"]),
    ]);

    expect(silent).toMatchObject({ code: 1, stderr: expect.stringMatching(/can't be reached .*npm start.*--stack/) });
    expect(silent.stderr).not.toMatch(SECRET);
    expect(never).toMatchObject({ code: 2, stderr: expect.stringContaining("no credentials.json in /nonexistent") });
  });
});
