import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hourName, hourOf, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { programFor } from "../../cli/program.ts";
import { commandsIn, exampleIn, type Ran, runCommand } from "../support/command.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import {
  IMKIT_KEY,
  imkitNew,
  playImkit,
  playRocketchat,
  ROCKETCHAT_TOKEN,
  ROCKETCHAT_USER,
  rocketchat8,
} from "../support/servers/vendors.ts";
import { zipOf } from "../support/zip.ts";

// The commands that work on the store have the real clock, so the drill begins a few hours before now.
const START = hourOf(Date.now()) - 3;

/** Words of an example that the drill calls something else: ids that it made, workspaces that are still empty. */
type Called = Readonly<Record<string, string>>;

interface Example {
  /** What has to be there before; what it gives stands for words of the example. */
  readonly before?: () => Promise<Called>;
  /** What the drill can't do without, such as leave to ask a server on this machine. */
  readonly more?: readonly string[];
  /** Does something with what the example told. */
  readonly after?: (stdout: string) => Promise<unknown>;
}

let folder: string;
let runtime: DrillRuntime;
let upstream: UpstreamServer;

const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
  const response = await fetch(`${runtime.baseUrl}${path}`, {
    method,
    headers: { "x-api-key": runtime.credentials.operatorKey, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Record<string, unknown>;
};
const run = (args: readonly string[]): Promise<Ran> =>
  runCommand(args, { cwd: folder, env: { TIDEMARK_DATA: runtime.dataFolder } });
const files = async (contents: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
};
/** An empty workspace that stands for one of the example. */
const workspace =
  (id: string, word: string, contents: Readonly<Record<string, string | Uint8Array>> = {}) =>
  async (): Promise<Called> => {
    await ask("POST", "/v1/workspaces", { id, name: id });
    await files(contents);
    return { [word]: id };
  };
/** A key or token of the workspace `demo` that stands for the example's. */
const credential =
  (of: "key" | "token", ...more: readonly string[]) =>
  async (): Promise<Called> => {
    const { stdout } = await run([of, "create", ...more, "--json"]);
    return { "4f2a91c0d3be": (JSON.parse(stdout) as { id: string }).id.slice(0, 12) };
  };
/** A webhook of the workspace `demo` that stands for the example's. */
const channelAt = async (url: string): Promise<Called> => {
  const { stdout } = await run(["channel", "add", "webhook", url, "--allow-private", "--json"]);
  return { f3Kq9ZxT: (JSON.parse(stdout) as { id: string }).id };
};
const lines = (...documents: readonly object[]): string => documents.map((one) => JSON.stringify(one)).join("\n");

// So late that the example which closes a year has only hours to close.
const AT = "2024-12-31T20:00:00Z";
const SECONDS = Date.parse(AT) / 1_000;
const TABLE = `timestamp\tmessage\tsender\tchannel\ttopic\n${SECONDS}\t1\tada\tgeneral\talpha\n`;
const ROCKETCHAT = {
  "users.json": lines({ _id: "ann", createdAt: { $date: AT }, active: true, roles: ["user"], type: "user" }),
  "rooms.json": lines({ _id: "GENERAL", t: "c", ts: { $date: AT } }),
  "messages.json": lines({ _id: "m1", rid: "GENERAL", ts: { $date: AT }, u: { _id: "ann" } }),
};
const SLACK = [
  ["users.json", JSON.stringify([{ id: "U1", name: "ann" }])],
  ["channels.json", JSON.stringify([{ id: "C1", name: "general", created: SECONDS }])],
  ["general/2024-12-31.json", JSON.stringify([{ type: "message", user: "U1", ts: `${SECONDS}.000200` }])],
] as const;
const ZULIP = {
  "zulip-export/realm.json": JSON.stringify({
    zerver_realm: [{ id: 1, string_id: "team" }],
    zerver_userprofile: [{ id: 1, email: "ann@example.org", is_active: true, role: 400, date_joined: SECONDS }],
    zerver_stream: [{ id: 1, name: "general", date_created: SECONDS }],
    zerver_recipient: [{ id: 1, type: 2, type_id: 1 }],
  }),
  "zulip-export/messages-000001.json": JSON.stringify({
    zerver_message: [{ id: 1, sender: 1, recipient: 1, subject: "alpha", date_sent: SECONDS, has_attachment: false }],
  }),
};

/** Every command, in the order in which their examples build on each other. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  "workspace list": {},
  "workspace show": {},
  "workspace set": {},
  "workspace pause": {},
  "workspace resume": {},
  "workspace lanes": {},
  "workspace end": { before: workspace("old", "old") },
  "import lean-zulip": { before: workspace("lean", "lean", { "2024.tsv.gz": gzipSync(TABLE) }) },
  "import rocketchat": { before: workspace("from-rocketchat", "team", ROCKETCHAT) },
  "import slack": { before: workspace("from-slack", "team", { "slack-export.zip": zipOf(SLACK) }) },
  "import zulip": { before: workspace("from-zulip", "team", ZULIP) },
  close: {},
  query: {},
  history: { before: () => Promise.resolve({ "2026-11-01": hourName(START - 1) }) },
  verify: {
    before: () => Promise.resolve({ "2026-11-01T00": hourName(START), "2026-11-08T00": hourName(START + 2) }),
  },
  doctor: {},
  "workspace migrate": {},
  forget: {},
  "license keygen": {},
  "license keys add": {},
  "license keys list": {},
  "license sign": { after: (stdout) => writeFile(join(folder, "license.txt"), stdout) },
  "license apply": {},
  "license show": {},
  "license keys remove": {
    before: async () => {
      const { stdout } = await run(["license", "keys", "list", "--json"]);
      const [key] = JSON.parse(stdout) as readonly { readonly id: string }[];
      return { kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k: key?.id ?? "" };
    },
  },
  cost: {},
  "alert list": {},
  "alert set": {},
  "alert remove": {
    before: async () => {
      await run(["alert", "set", "--id", "busy", "--kind", "missed-hours"]);
      return {};
    },
  },
  "source show": {},
  "source webhook": {},
  "source add rocketchat": {
    before: async () => {
      await workspace("polled", "")();
      await files({ "chat.json": JSON.stringify({ userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN }) });
      upstream.play(playRocketchat(() => rocketchat8(startOf(START))));
      return { "https://chat.example.org": upstream.url };
    },
    more: ["--workspace", "polled", "--allow-private"],
  },
  "source add imkit": {
    before: async () => {
      await workspace("reported", "")();
      await files({ "app.json": JSON.stringify({ apiKey: IMKIT_KEY }) });
      upstream.play(playImkit(() => imkitNew(startOf(START))));
      return { "https://app.imkit.example": upstream.url };
    },
    more: ["--workspace", "reported", "--allow-private"],
  },
  report: {},
  "channel add": {},
  "channel list": {},
  "channel test": {
    before: async () => {
      upstream.play((_request, response) => response.writeHead(204).end());
      return channelAt(upstream.url);
    },
  },
  "channel remove": { before: () => channelAt("https://hooks.example.org/other") },
  "key list": {},
  "key create": {},
  "key rotate": { before: credential("key", "--label", "old", "--scope", "events:write") },
  "key revoke": { before: credential("key", "--label", "older", "--scope", "events:write") },
  "token list": {},
  "token create": {},
  "token revoke": { before: credential("token", "admin", "--name", "old") },
  "user list": {},
  "user create": {},
  "user reset-password": {},
  "user remove": {},
  audit: { after: (stdout) => Promise.resolve(expect(stdout).toContain("workspace.paused")) },
  refresh: {},
  export: { after: async () => expect((await stat(join(folder, "demo.ndjson"))).size).toBeGreaterThan(0) },
  backup: {},
  restore: {},
};

/** Examples that need a deployed stack, which `bootstrap.test.ts` has, or an emulator, as `provision.test.ts`. */
const OF_A_STACK = ["deploy-info", "operator bootstrap", "operator create", "operator provision", "workspace create"];

const LINES_ON_A_SCREEN = 36;

const helpOf = (command: Command): string => {
  let told = "";
  command.configureOutput({
    writeOut: (text) => {
      told += text;
    },
  });
  command.outputHelp();
  return told;
};

/** A command and all that are below it, by their names. */
const commandsOf = (command: Command, path: readonly string[] = []): readonly (readonly [string, Command])[] => [
  [path.join(" "), command],
  ...command.commands.flatMap((one) => commandsOf(one, [...path, one.name()])),
];

const commands = commandsOf(await programFor());
const helps = new Map(commands.map(([name, command]) => [name, helpOf(command)]));
/** Those that do something; the others only hold them. */
const names = commands.filter(([, { commands: below }]) => below.length === 0).map(([name]) => name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-examples-"));
  [runtime, upstream] = await Promise.all([startDrill(isoOf(startOf(START))), startUpstream()]);
});
afterAll(async () => {
  await Promise.all([runtime.remove(), upstream.close()]);
  await rm(folder, { recursive: true, force: true });
});

describe("the help", () => {
  it.each([...helps])("of «tidemark %s» fits a screen, and its example is one of it", (name, help) => {
    expect(help.split("\n").length).toBeLessThanOrEqual(LINES_ON_A_SCREEN);
    expect(exampleIn(help).join(" ")).toMatch(new RegExp(`^${name}`));
  });

  it("of licences has the examples of the README", async () => {
    const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
    const section = readme.slice(readme.indexOf("\n## Licences"), readme.indexOf("\n## Where it keeps"));
    const inReadme = commandsIn(section).map((args) => args.join(" ").replace(" > license.txt", ""));
    const named = ["keygen", "sign", "apply"].map((name) => exampleIn(helps.get(`license ${name}`) ?? "").join(" "));
    expect(inReadme).toEqual(named);
  });

  it("has an example of every command that runs below, or against a stack", () => {
    expect([...Object.keys(EXAMPLES), ...OF_A_STACK].toSorted()).toEqual(names.toSorted());
  });
});

describe("the example of", () => {
  it.each(Object.entries(EXAMPLES))("«tidemark %s» runs", async (name, { before, more = [], after }) => {
    const called = (await before?.()) ?? {};
    const args = exampleIn(helps.get(name) ?? "").map((word) => called[word] ?? word);

    const { code, stdout, stderr } = await run([...args, ...more]);

    // What went wrong is told there, or how far a long one is.
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/error|answered with/i) });
    await after?.(stdout);
  });
});
