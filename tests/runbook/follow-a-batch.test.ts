import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const START = Date.parse("2026-03-04T10:20:00Z");
const HOUR = "2026-03-04T10";

type Line = Readonly<Record<string, unknown>>;

let drill: DrillRuntime;
const lines: Line[] = [];
beforeAll(async () => {
  drill = await startDrill("2026-03-04T10:20:00Z", undefined, (line) => lines.push(line as Line));
});
afterAll(() => drill.remove());

const ask = (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${drill.baseUrl}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "x-api-key": drill.credentials.apiKey, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Sends a batch; gives the id of its request, which is all that its sender keeps. */
const send = async (events: readonly object[], id: string): Promise<string> => {
  const response = await ask("/v1/events", events, { "idempotency-key": id });
  expect(response.status).toBe(200);
  return response.headers.get("x-request-id") as string;
};

const close = async (advanceSeconds: number): Promise<void> => {
  await ask("/local/clock", { advanceSeconds });
  expect((await ask("/local/close-hours", {})).status).toBe(200);
};

const only = (found: readonly Line[]): Line => {
  expect(found).toHaveLength(1);
  return found[0] as Line;
};

/** Follows a request through the lines alone: to its batch, its segment, its hour, and the publication that has it. */
const follow = (requestId: string): { readonly batch: Line; readonly publication: Line } => {
  const batch = only(lines.filter((line) => line["event"] === "BatchCounted" && line["requestId"] === requestId));
  const [segment] = batch["segments"] as readonly { readonly lane: number; readonly position: number }[];
  const hours = batch["hours"] as readonly string[];
  const publications = lines.filter(
    ({ event, workspace, hour, positions }) =>
      (event === "HourClosed" || event === "HourRestated") &&
      workspace === batch["workspace"] &&
      hours.includes(hour as string) &&
      Number((positions as readonly number[])[segment?.lane ?? -1]) >= (segment?.position ?? Infinity),
  );
  return { batch, publication: publications[0] as Line };
};

describe("How to follow a batch", () => {
  it("leads from a request through its batch and its segment to the publication that counts it, and on when it is late", async () => {
    const events = [message(START - 60_000, "ann"), message(START - 30_000, "bob")];
    const first = await send(events, "first");
    const again = await send(events, "first");
    const refused = await send([{ ...message(START), type: "message.unheard-of" }], "bad");
    await close(3_600);
    const late = await send([message(START - 10_000, "christina")], "late");
    await close(3_600);

    const { batch, publication } = follow(first);
    expect(batch).toMatchObject({
      workspace: "demo",
      batch: "first",
      outcome: "counted",
      counted: 2,
      accepted: 2,
      refused: 0,
      segments: [{ lane: expect.any(Number), position: 1 }],
      hours: [HOUR],
    });
    expect(publication).toMatchObject({ event: "HourClosed", hour: HOUR, revision: 0 });
    // The drill's clock runs on.
    expect(publication["secondsAfterEnd"]).toBeGreaterThanOrEqual(1_200);
    expect(publication["secondsAfterEnd"]).toBeLessThan(1_800);
    expect(publication["milliseconds"]).toBeGreaterThanOrEqual(0);

    const { publication: restated } = follow(late);
    expect(restated).toMatchObject({ event: "HourRestated", hour: HOUR, revision: 1 });

    for (const { revision, publication: number, status } of [publication, restated]) {
      const document = (await (await ask(`/v1/snapshots/${HOUR}?revision=${Number(revision)}`)).json()) as {
        publication: { number: number };
        ledger: { status: string };
        messages: { sent: number };
      };
      expect(document.publication.number).toBe(number);
      expect(document.ledger.status).toBe(status);
      expect(document.messages.sent).toBe(revision === 0 ? 2 : 3);
    }

    const told = (requestId: string): Line => only(lines.filter((line) => line["requestId"] === requestId));
    expect(told(again)).toMatchObject({ batch: "first", outcome: "replayed", counted: 0, segments: [] });
    expect(told(refused)).toMatchObject({ batch: "bad", outcome: "counted", counted: 0, refused: 1, segments: [] });
    expect(told(refused)["codes"]).toMatch(/^[a-z-]+$/);
  });

  it("names nobody, shows no secret and tells of nothing else", () => {
    const text = JSON.stringify(lines);
    const { apiKey, operatorKey, imkit, rocketchat } = drill.credentials;
    for (const secret of [
      apiKey,
      operatorKey,
      imkit.apiKey,
      imkit.clientKey,
      rocketchat.authToken,
      rocketchat.password,
    ])
      expect(text).not.toContain(secret);
    for (const name of ["ann", "bob", "christina", "general", rocketchat.userId]) expect(text).not.toContain(name);
    expect(new Set(lines.map(({ event }) => event))).toEqual(new Set(["BatchCounted", "HourClosed", "HourRestated"]));
  });
});
