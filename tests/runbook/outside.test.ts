import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourName, hourOf, MINUTE_MS, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { resourcesIn, wholeStack } from "../infra/deployment.ts";
import { type Ran, runCommand } from "../support/command.ts";
import { PlayedAlarms } from "../support/runbook/alarms.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import {
  answering,
  type Play,
  redirecting,
  startUpstream,
  type UpstreamServer,
} from "../support/servers/upstream-server.ts";
import { playRocketchat, ROCKETCHAT_TOKEN, ROCKETCHAT_USER, rocketchat8 } from "../support/servers/vendors.ts";

const TEMPLATE = resourcesIn(Template.fromStack(wholeStack()));
const HOUR_SECONDS = 3_600;
/** A while ago by the clock on the wall, because `tidemark doctor` reads the store by that one. */
const FIRST = hourOf(Date.now()) - 4;
const START = startOf(FIRST) + 10 * MINUTE_MS;

let runtime: DrillRuntime;
let server: UpstreamServer;
let alarms: PlayedAlarms;
let now: number;
let lines: Readonly<Record<string, unknown>>[];
beforeEach(async () => {
  alarms = new PlayedAlarms(TEMPLATE);
  now = START;
  lines = [];
  runtime = await startDrill(new Date(START).toISOString(), undefined, (line) => {
    lines.push(line as Record<string, unknown>);
    // The runtime is all functions in one; here each job's alarm has to know its own lines.
    for (const id of ["ClosingclosehoursFunction", "FollowingfollowhoursFunction"]) alarms.log(id, line, now);
  });
  server = await startUpstream();
});
afterEach(async () => {
  await server.close();
  await runtime.remove();
});

const tidemark = (...args: string[]): Promise<Ran> =>
  runCommand(args, { cwd: runtime.dataFolder, env: { TIDEMARK_DATA: runtime.dataFolder } });
const done = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await tidemark(...args);
  expect([args[0], code, stderr]).toEqual([args[0], 0, ""]);
  return stdout;
};
const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
  const answered = await fetch(`${runtime.baseUrl}${path}`, {
    method,
    headers: { "x-api-key": runtime.credentials.apiKey, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answered.json();
};
/** An hour passes, and what the schedules start is done. */
const anHour = async (): Promise<void> => {
  now += HOUR_SECONDS * 1_000;
  await ask("POST", "/local/clock", { advanceSeconds: HOUR_SECONDS });
  await ask("POST", "/local/close-hours", {});
};
const linesOf = (event: string): typeof lines => lines.filter((line) => line["event"] === event);

describe("upstream-misconfigured", () => {
  const add = async (token: string): Promise<string> => {
    const credential = join(runtime.dataFolder, "chat.json");
    await writeFile(credential, JSON.stringify({ userId: ROCKETCHAT_USER, authToken: token }));
    return done("source", "add", "rocketchat", "--url", server.url, "--credential", credential, "--allow-private");
  };
  const playing = (token: string): Play => playRocketchat(() => rocketchat8(now), token);
  const NEXT = "rct-another-token-that-the-administrator-made";

  it.each<readonly [string, () => Play]>([
    ["upstream-unauthorized", () => playing(NEXT)],
    ["upstream-forbidden", () => answering({}, 403)],
    ["upstream-redirected", () => redirecting("https://elsewhere.example.org/")],
  ])(
    "names workspace and reason (%s), the hour is missing, and the command of the section mends it",
    async (reason, play) => {
      server.play(playing(ROCKETCHAT_TOKEN));
      await add(ROCKETCHAT_TOKEN);
      await anHour();
      expect(alarms.isRaised("upstream-misconfigured", now)).toBe(false);

      server.play(play());
      await anHour();
      expect(alarms.isRaised("upstream-misconfigured", now)).toBe(true);
      expect(linesOf("UpstreamMisconfigured")).toEqual([
        expect.objectContaining({ workspace: "demo", reason, why: expect.any(String) }),
      ]);
      expect(JSON.stringify(lines)).not.toContain(ROCKETCHAT_TOKEN);
      expect(await done("source", "show")).toContain(reason);

      server.play(playing(NEXT));
      await add(NEXT);
      now += HOUR_SECONDS * 1_000;
      await ask("POST", "/local/clock", { advanceSeconds: HOUR_SECONDS });
      await ask("POST", "/local/close-hours", {});
      expect(alarms.isRaised("upstream-misconfigured", now)).toBe(false);
      expect(await done("source", "show")).toMatch(new RegExp(`asked last for +${hourName(FIRST + 2)}: told`));
      const { hours } = (await ask(
        "GET",
        `/v1/ledger?from=${isoOf(startOf(FIRST))}&to=${isoOf(startOf(FIRST + 3))}`,
      )) as {
        hours: readonly { readonly status: string; readonly reasons: readonly string[] }[];
      };
      expect(hours[1]).toMatchObject({ status: "missing", reasons: expect.arrayContaining([reason]) });
      expect(hours[2]?.status).not.toBe("missing");
    },
  );
});

describe("delivery-given-up", () => {
  it("names channel, notice and why; health and doctor tell of it until the channel takes one again", async () => {
    server.play(answering({}, 410));
    const added = await done("channel", "add", "webhook", server.url, "--allow-private", "--topics", "alert", "--json");
    const { id } = JSON.parse(added) as { readonly id: string };
    await done("alert", "set", "--id", "quiet", "--kind", "threshold", "--statistic", "messages.sent", "--below", "5");
    // A rule is for whole hours from the next one on.
    await anHour();
    await anHour();

    expect(alarms.isRaised("delivery-given-up", now)).toBe(true);
    expect(linesOf("DeliveryGivenUp")).toEqual([
      expect.objectContaining({ workspace: "demo", channel: id, why: expect.stringContaining("410") }),
    ]);
    expect(await ask("GET", "/v1/deliveries")).toMatchObject({
      deliveries: [{ channel: id, state: "failed", lastError: expect.stringContaining("410") }],
    });
    expect(await ask("GET", "/v1/health")).toMatchObject({ deliveriesGivenUp: 1 });
    expect((await tidemark("doctor")).stdout).toContain("410");
    const refused = await tidemark("channel", "test", id);
    expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining("410")]);

    server.play(answering({}));
    expect(await done("channel", "test", id)).toContain("It was taken");
    await done("alert", "set", "--id", "again", "--kind", "threshold", "--statistic", "messages.sent", "--below", "6");
    await anHour();
    await anHour();
    expect(alarms.isRaised("delivery-given-up", now)).toBe(false);
    expect(await ask("GET", "/v1/health")).toMatchObject({ deliveriesGivenUp: 0 });
  });
});
