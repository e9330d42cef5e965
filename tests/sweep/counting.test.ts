import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { event, message, type RawEvent } from "../support/events.ts";
import { Recount } from "../support/recounts/oracle.ts";
import { numbered } from "../support/scene.ts";
import { openStage, type Process, type Stage } from "../support/sweep/stage.ts";
import { type Platform, sweep } from "../support/sweep/sweep.ts";

// Bodies lie outside of the table as soon as they are of some size, so that the bucket has its share of the calls.
vi.mock("../../functions/contract.ts", async (original) => ({ ...(await original<object>()), ITEM_BODY_BYTES: 400 }));

const START = Date.parse("2026-03-02T09:00:00.000Z");
const at = (minute: number): number => START + minute * MINUTE_MS;

let stage: Stage;
let apiKey: string;
beforeEach(async () => {
  stage = await openStage(START);
});
afterEach(() => stage.close());

const create = async ({ parts }: Process, startsAt = START): Promise<void> => {
  ({
    credentials: { apiKey },
  } = await createWorkspace(parts)({ id: "demo", name: "Demo", startsAt }));
};

type Told = { readonly status: number | undefined; readonly body: string };
const ask = (platform: Platform, method: string, target: string, body?: unknown, id?: string): Promise<Told> =>
  platform.request("serve-v1", method, target, {
    headers: {
      "x-api-key": apiKey,
      "content-type": "application/json",
      ...(id === undefined ? {} : { "idempotency-key": id }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
/** What was counted of a batch; whether it was counted just now, or by a try before, is another matter. */
const send = async (platform: Platform, id: string, events: readonly unknown[], target = "/v1/events") => {
  const { status, body } = await ask(platform, "POST", target, events, id);
  return { status, ...(JSON.parse(body) as object), replayed: undefined };
};

type Fields = Readonly<Record<string, unknown>>;
/** A reading is as of when it is taken, which may be later when it is taken again. */
const timeless = ({ window: _window, takenAt: _takenAt, nextRunAt: _nextRunAt, ...rest }: Fields): Fields => rest;

const joined = (id: string, minute: number): RawEvent =>
  event("user.changed", at(minute), { id, kind: "user", active: true, status: "online" });

describe("a batch that its sender repeats until it is answered", () => {
  it("is counted once, whatever befalls a call", async () => {
    const batches = [
      [message(at(1), "ann"), message(at(2), "bob"), { type: "nonsense" }],
      numbered([message(at(3), "ann"), message(at(4), "cyd")]),
      numbered([message(at(5), "ann"), message(at(6), "dan")], 2),
      [joined("ann", 1), joined("bob", 2), event("user.removed", at(3), { id: "bob" })],
      // More directory entries than one transaction takes.
      Array.from({ length: 130 }, (_, serial) => joined(`u${serial}`, 7)),
    ];
    const { wrong, outcome } = await sweep(stage, {
      name: "ingest",
      before: async (_platform, process) => {
        await create(process);
        stage.clock.now = at(10);
      },
      run: async (platform) => {
        const answers: unknown[] = [];
        for (const [serial, events] of batches.entries()) answers.push(await send(platform, `b${serial}`, events));
        return answers;
      },
    });
    expect(wrong).toEqual([]);
    expect(outcome.told).toMatchObject([
      { status: 200, accepted: 2, duplicates: 0, refusedCount: 1 },
      { accepted: 2, duplicates: 0 },
      { accepted: 1, duplicates: 1 },
      { accepted: 3 },
      { accepted: 130 },
    ]);
  });
});

describe("a refresh that its caller repeats until it is answered", () => {
  it("shows all that was acknowledged, as a naive recount has it, whatever befalls a call", async () => {
    const events = [message(at(1), "ann"), message(at(2), "bob"), joined("ann", 3), joined("bob", 4)];
    const recount = new Recount();
    for (const one of events) recount.take(one);
    const { wrong, outcome } = await sweep(stage, {
      name: "refresh",
      before: async (platform, process) => {
        await create(process);
        stage.clock.now = at(10);
        await send(platform, "b", events);
      },
      run: async (platform) => {
        await ask(platform, "POST", "/v1/statistics/refresh");
        // A lease of one that died has run out by then.
        stage.clock.now = at(12);
        const { status, body } = await ask(platform, "POST", "/v1/statistics/refresh");
        return { status, document: timeless(JSON.parse(body) as Fields) };
      },
      alike: (key, value) => {
        // A lease: who has it, and since when.
        if (key === "WS#demo REFRESH") return undefined;
        if (key !== "WS#demo LATEST") return [key, value];
        const { body } = value as { readonly body: Fields };
        return [key, timeless(body)];
      },
    });
    expect(wrong).toEqual([]);
    expect(outcome.told).toMatchObject({
      status: 200,
      document: { messages: { sent: recount.flows(START, at(12))["messages.sent"] }, users: { total: 2, online: 2 } },
    });
  });
});

describe("an import that its caller repeats until it is answered", () => {
  it("fills the past to the same, whatever befalls a call", async () => {
    const past = START - 4 * HOUR_MS;
    const batches = [
      ["i1", [message(past, "ann"), message(past + HOUR_MS, "bob")], true],
      ["i2", [message(past + 2 * HOUR_MS, "ann")], true],
      ["live", [message(at(9), "ann")], false],
    ] as const;
    const { wrong, outcome } = await sweep(stage, {
      name: "import",
      before: async (_platform, process) => {
        await create(process);
        stage.clock.now = at(10);
      },
      run: async (platform) => {
        const opened = await ask(platform, "POST", "/v1/imports", { opening: { "messages.channels": 5 } });
        // Whoever did not hear of it is told its id when they ask again.
        const { id, import: known } = JSON.parse(opened.body) as { readonly id?: string; readonly import?: string };
        const name = id ?? known ?? "";
        const answers: unknown[] = [];
        for (const [batch, events, isPast] of batches)
          answers.push(await send(platform, batch, events, isPast ? `/v1/events?import=${name}` : undefined));
        for (let remaining = 1; remaining > 0;) {
          const { status, body } = await ask(platform, "POST", `/v1/imports/${name}/finish`, {});
          expect(status).toBe(200);
          ({ remaining } = JSON.parse(body) as { readonly remaining: number });
        }
        return answers;
      },
    });
    expect(wrong).toEqual([]);
    expect(outcome.told).toMatchObject([{ accepted: 2 }, { accepted: 1 }, { accepted: 1 }]);
  });
});
