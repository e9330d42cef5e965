import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ARCHIVE } from "../../functions/contract.ts";
import { endOf, HOUR_MS, hourName, hourOf, MINUTE_MS, startOf } from "../../functions/core/hour.ts";
import { documentIn, valueIn } from "../../functions/core/document.ts";
import { originOf } from "../../functions/core/upstream.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { event, message, type RawEvent } from "../support/events.ts";
import { Recount } from "../support/recounts/oracle.ts";
import { openStage, type Process, type Stage } from "../support/sweep/stage.ts";
import { type Platform, sweep } from "../support/sweep/sweep.ts";
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

// Bodies lie outside of the table as soon as they are of some size, so that the bucket has its share of the calls.
vi.mock("../../functions/contract.ts", async (original) => ({ ...(await original<object>()), ITEM_BODY_BYTES: 400 }));

/** Two hours before midnight, so that a day is packed, too. */
const START = Date.parse("2026-03-02T22:00:00.000Z");
const at = (hour: number, more = 0): number => START + hour * HOUR_MS + more;

let stage: Stage;
let upstream: UpstreamServer;
let apiKey: string;
let recount: Recount;
beforeEach(async () => {
  [stage, upstream] = await Promise.all([openStage(START), startUpstream()]);
  recount = new Recount();
});
afterEach(() => Promise.all([stage.close(), upstream.close()]));

const create = async ({ parts }: Process): Promise<void> => {
  ({
    credentials: { apiKey },
  } = await createWorkspace(parts)({ id: "demo", name: "Demo", startsAt: START }));
};

const send = async (platform: Platform, events: readonly RawEvent[]): Promise<void> => {
  for (const one of events) recount.take(one);
  await platform.request("serve-v1", "POST", "/v1/events", {
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify(events),
  });
};

const joined = (id: string, time: number): RawEvent =>
  event("user.changed", time, { id, kind: "user", active: true, status: "online" });

/** Flows of the hours of an archive as a naive recount has them. */
const expectRecounted = (hours: number): void => {
  for (let hour = hourOf(START); hour < hourOf(START) + hours; hour++) {
    const bytes = stage.objects().get(ARCHIVE.statistics("demo", hourName(hour))) ?? new Uint8Array();
    const document = documentIn(bytes);
    const flows = recount.flows(startOf(hour), endOf(hour));
    for (const name of ["messages.sent", "users.seen", "rooms.used", "users.joined"])
      expect({ hour, name, value: valueIn(document, name) }).toEqual({ hour, name, value: flows[name] ?? 0 });
  }
};

describe("hours that are over", () => {
  it("close to the same, those that are late restated, whatever befalls a call", async () => {
    const { wrong } = await sweep(stage, {
      name: "closing",
      before: async (platform, process) => {
        await create(process);
        stage.clock.now = at(2);
        await send(platform, [message(at(0, 1), "ann"), joined("ann", at(0, 2)), message(at(1, 1), "bob")]);
        await platform.work("close-hours");
        stage.clock.now = at(3);
        await send(platform, [message(at(2, 1), "ann"), message(at(0, 3), "late"), message(at(1, 2), "later")]);
        stage.clock.now = at(4);
        await send(platform, [message(at(3, 1), "cyd"), joined("cyd", at(1, 3)), message(at(2, 2), "dan")]);
      },
      run: (platform) => platform.work("close-hours"),
    });
    expect(wrong).toEqual([]);
    expectRecounted(4);
  });

  it("are caught up with after days, to the same", async () => {
    const { wrong } = await sweep(stage, {
      name: "catching up",
      before: async (platform, process) => {
        await create(process);
        for (const hour of [0, 20, 49]) {
          stage.clock.now = at(hour, HOUR_MS / 2);
          await send(platform, [message(at(hour, MINUTE_MS), `user-${hour}`)]);
        }
        stage.clock.now = at(50, 3 * MINUTE_MS);
      },
      run: (platform) => platform.work("close-hours"),
    });
    expect(wrong).toEqual([]);
    expectRecounted(50);
  });
});

/**
 * What tells when a server was asked, or follows from it: one that could not be asked at once is asked a little later,
 * and its numbers are of then.
 */
const WHEN_ASKED = new Set(["madeAt", "expiresAt", "offMs", "reportedWindow", "window", "sha256", "last", "previous"]);

const timeless = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !WHEN_ASKED.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, timeless(inner)]));
};

const asOfWhenItWasAsked = (key: string, value: unknown): readonly [string, unknown] | undefined => {
  // Tells people what came of asking last; one that could not be written is written an hour later.
  if (key === "WS#demo POLL") return undefined;
  return [key, timeless(key.endsWith("statistics.json") ? JSON.parse(String(value)) : value)];
};

describe.each([
  ["rocketchat", { kind: "rocketchat", userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN }],
  ["imkit", { kind: "imkit", apiKey: IMKIT_KEY }],
] as const)("an hour of a server of %s", (source, credential) => {
  it("is what the server tells, whatever befalls a call", async () => {
    const told = at(1);
    upstream.play(
      source === "imkit"
        ? playImkit(() => imkitNew(stage.clock.now - (stage.clock.now % HOUR_MS)))
        : playRocketchat(() => rocketchat8(told)),
    );
    const { wrong } = await sweep(stage, {
      name: `polling ${source}`,
      before: async (_platform, process) => {
        await create(process);
        const settings = { url: upstream.url, refresh: true, allowPrivate: true };
        await process.parts.workspaces.change("demo", (workspace) => ({ ...workspace, source, upstream: settings }));
        await process.parts.upstreamCredentials.keep("demo", { origin: originOf(settings), credential });
        stage.clock.now = at(1, 3 * MINUTE_MS);
      },
      run: (platform) => platform.work("close-hours"),
      alike: asOfWhenItWasAsked,
    });
    expect(wrong).toEqual([]);
  });
});
