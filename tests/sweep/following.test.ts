import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Channel } from "../../functions/core/channel.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import type { Act } from "../../functions/ports/audit.ts";
import { createOperatorKey, createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { message } from "../support/events.ts";
import { openStage, type Process, type Stage } from "../support/sweep/stage.ts";
import { type Platform, sweep } from "../support/sweep/sweep.ts";
import { answering, startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";

// Bodies lie outside of the table as soon as they are of some size, so that the bucket has its share of the calls.
vi.mock("../../functions/contract.ts", async (original) => ({ ...(await original<object>()), ITEM_BODY_BYTES: 120 }));

/** A Sunday, three hours before its end: with it a day, a week and a month are over. */
const START = Date.parse("2026-05-31T21:00:00.000Z");
const MIDNIGHT = START + 3 * HOUR_MS;

let stage: Stage;
let receiver: UpstreamServer;
let apiKey: string;
beforeEach(async () => {
  [stage, receiver] = await Promise.all([openStage(START), startUpstream()]);
  receiver.play(answering({}));
});
afterEach(() => Promise.all([stage.close(), receiver.close()]));

const create = async ({ parts }: Process, id = "demo"): Promise<void> => {
  ({
    credentials: { apiKey },
  } = await createWorkspace(parts)({ id, name: "Demo", startsAt: START }));
};

const send = (platform: Platform, times: readonly number[]) =>
  platform.request("serve-v1", "POST", "/v1/events", {
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify(times.map((at) => message(at, `user-${(at / MINUTE_MS) % 7}`))),
  });

/** Three hours with more and more messages, closed. */
const live = async (platform: Platform): Promise<void> => {
  for (const hour of [0, 1, 2]) {
    stage.clock.now = START + (hour + 1) * HOUR_MS;
    await send(
      platform,
      Array.from({ length: 3 * (hour + 1) }, (_, at) => START + hour * HOUR_MS + at * MINUTE_MS),
    );
  }
  stage.clock.now = MIDNIGHT + 3 * MINUTE_MS;
  await platform.work("close-hours");
};

const actOf = (action: string): Act => ({ workspace: "demo", id: action, at: 1, by: "nobody", action, details: {} });

describe("what follows hours that were published", () => {
  it("is told at least once, and noted once, whatever befalls a call", async () => {
    const channel = (id: string, target: Channel["target"]): Channel => ({
      id,
      label: id,
      topics: ["alert", "report.daily"],
      target,
      createdAt: 0,
    });
    const topicArn = "arn:aws:sns:us-east-1:123456789012:ops";
    const { wrong, outcome } = await sweep(stage, {
      name: "following",
      before: async (platform, process) => {
        const { alerts, channels, reportRecords, signingSecrets } = process.parts;
        await create(process);
        await live(platform);
        await channels.change(
          "demo",
          () => [
            channel("mail", { kind: "email", addresses: ["ops@example.org"] }),
            channel("topic", { kind: "sns", topicArn }),
            channel("hook", { kind: "webhook", url: receiver.url, allowPrivate: true }),
          ],
          actOf("channels"),
        );
        await signingSecrets.keep("demo", "hook", "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0");
        const high = { kind: "threshold", id: "high", statistic: "messages.sent", side: "above" } as const;
        await alerts.change(
          "demo",
          () => [{ rule: { ...high, limit: 5, clearAt: 3, forHours: 1, repeatHours: 24 }, from: 0 }],
          actOf("rules"),
        );
        await reportRecords.changePlan("demo", (plan) => ({
          ...plan,
          kinds: { daily: true, weekly: false, monthly: false },
        }));
        stage.clock.now = MIDNIGHT + 8 * MINUTE_MS;
      },
      run: async (platform) => {
        receiver.asked.length = 0;
        await platform.work("follow-hours");
        // The next run of the schedule: whoever died had what they were at for no longer than that.
        stage.clock.now = MIDNIGHT + HOUR_MS + 8 * MINUTE_MS;
        await platform.work("follow-hours");
        const posted = new Set(receiver.asked.map(({ headers }) => String(headers["webhook-id"])));
        return { taken: [...stage.taken().keys()].toSorted(), posted: [...posted].toSorted() };
      },
      alike: (key, value) => {
        // Lies by when it came to its end, which takes as long as it takes.
        if (key.startsWith("DELIVERY#")) return [key.replace(/ .*#/, " "), "delivered"];
        return [key, value];
      },
    });
    expect(wrong).toEqual([]);
    const { posted } = outcome.told as { readonly posted: readonly string[] };
    // Of an alert and a report each.
    expect(posted).toHaveLength(2);
    const services = [...stage.taken().values()].map(([service]) => service).toSorted();
    expect(services).toEqual(["events", "events", "events", "ses", "ses", "sns", "sns"]);
  });
});

describe("tables of days that are over", () => {
  it("are made, and replaced where an hour was restated, to the same, whatever befalls a call", async () => {
    const { wrong, outcome } = await sweep(stage, {
      name: "compacting",
      before: async (platform, process) => {
        await create(process);
        await live(platform);
        stage.clock.now = MIDNIGHT + 30 * MINUTE_MS;
        await platform.work("compact-days");
        await send(platform, [START + 30 * MINUTE_MS]);
        await platform.work("close-hours");
        stage.clock.now += DAY_MS;
        await platform.work("close-hours");
      },
      run: (platform) => platform.work("compact-days"),
    });
    expect(wrong).toEqual([]);
    const tables = Object.keys(outcome.state).filter((key) => key.includes("/parquet/hours/"));
    expect(tables).toHaveLength(2);
  });
});

describe("a job's start", () => {
  it("names every workspace in some message, whatever befalls a call", async () => {
    const ids = ["demo", "other", "third"];
    const { wrong, outcome } = await sweep(stage, {
      name: "dispatching",
      before: async (_platform, process) => {
        for (const id of ids) await create(process, id);
      },
      run: async (platform) => {
        await platform.dispatch();
        const named = stage.queue.messages.flatMap(
          ({ body }) => (JSON.parse(body) as { readonly workspaces: readonly string[] }).workspaces,
        );
        return [...new Set(named)].toSorted();
      },
    });
    expect(wrong).toEqual([]);
    expect(outcome.told).toEqual(ids);
  });
});

describe("a workspace that ends", () => {
  it("leaves the same, whatever befalls a call", async () => {
    let operator = "";
    const { wrong } = await sweep(stage, {
      name: "ending",
      before: async (platform, process) => {
        await create(process);
        operator = await createOperatorKey(process.parts)();
        await live(platform);
      },
      run: async (platform) => {
        const headers = { "x-api-key": operator };
        for (let status: number | undefined = 202; status === 202;)
          ({ status } = await platform.request("serve-admin", "DELETE", "/v1/workspaces/demo?confirm=demo", {
            headers,
          }));
      },
    });
    expect(wrong).toEqual([]);
  });
});
