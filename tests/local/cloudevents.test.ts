import { gzipSync } from "node:zlib";
import { CloudEvent, emitterFor, HTTP, httpTransport, type Message, Mode } from "cloudevents";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_ZERO } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

/** An event as a user of the SDK makes one; it validates what it is given. */
const sent = (id: string, more: Readonly<Record<string, unknown>> = {}): CloudEvent<object> =>
  new CloudEvent({
    id,
    source: "https://chat.example/1",
    type: "message.sent",
    time: new Date(HOUR_ZERO + 1_000).toISOString(),
    data: { room: "general", roomKind: "channel", user: "ada" },
    ...more,
  });

const NDJSON = "application/x-ndjson";
const asArray = (events: readonly CloudEvent<object>[]): string => JSON.stringify(events);
const asLines = (events: readonly CloudEvent<object>[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("");

/** Every encoding of a batch, plain and packed. */
const ENCODINGS = [
  ["application/cloudevents-batch+json", asArray],
  ["application/cloudevents-batch+json; charset=UTF-8", asArray],
  ["application/json", asArray],
  [NDJSON, asLines],
] as const;
const CASES = ENCODINGS.flatMap(([type, encode]) =>
  [false, true].map((isPacked) => ({ type, encode, isPacked, how: isPacked ? "packed by gzip" : "as it is" })),
);

describe("events of the CloudEvents SDK, over real HTTP", () => {
  let runtime: DrillRuntime;
  beforeAll(async () => {
    runtime = await startDrill(new Date(HOUR_ZERO + 60_000).toISOString());
  });
  afterAll(() => runtime.remove());

  const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${runtime.baseUrl}/v1/events`, {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${runtime.credentials.apiKey}` },
      body: typeof body === "string" ? body : Buffer.from(body),
    });
  const messages = async (): Promise<number> => {
    // Past the cooldown, so that it is counted anew.
    await fetch(`${runtime.baseUrl}/local/clock`, { method: "POST", body: JSON.stringify({ advanceSeconds: 30 }) });
    const response = await fetch(`${runtime.baseUrl}/v1/statistics/refresh`, {
      method: "POST",
      headers: { "x-api-key": runtime.credentials.apiKey },
    });
    const { messages: counted } = (await response.json()) as { messages: { total: number } };
    return counted.total;
  };

  it.each(CASES)("count when they come as $type, $how", async ({ type, encode, isPacked, how }) => {
    const events = [1, 2, 3].map((at) => sent(`${type} ${how} ${at}`));
    const text = encode(events);
    const response = await post(isPacked ? gzipSync(text) : text, {
      "content-type": type,
      ...(isPacked ? { "content-encoding": "gzip" } : {}),
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ accepted: 3, duplicates: 0, refusedCount: 0, replayed: false });
  });

  it("count all together, whatever they came as", async () => {
    expect(await messages()).toBe(3 * CASES.length);
  });

  it("count once when they are numbered by the sequence extension, however they are batched anew", async () => {
    const numbered = [1, 2, 3].map((at) => sent(`numbered ${at}`, { source: "chat-7", sequence: String(at) }));
    const send = async (...events: CloudEvent<object>[]): Promise<unknown> =>
      (await post(asArray(events), { "content-type": "application/cloudevents-batch+json" })).json();
    const [first, second, third] = numbered as [CloudEvent<object>, CloudEvent<object>, CloudEvent<object>];

    expect(await send(first, second)).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(await send(second, third)).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(await messages()).toBe(3 * CASES.length + 3);
  });

  it("are refused one by one where they are not ours, and the rest counts", async () => {
    const other = sent("other", { type: "com.example.other", data: { any: "thing" } });
    const response = await post(asArray([other, sent("ours")]), { "content-type": "application/json" });

    expect(await response.json()).toMatchObject({
      accepted: 1,
      refusedCount: 1,
      refused: [{ index: 0, id: "other", code: "event-unknown-type" }],
    });
  });

  const single: readonly (readonly [string, Mode, (event: CloudEvent<object>) => Message])[] = [
    ["structured", Mode.STRUCTURED, HTTP.structured],
    ["binary", Mode.BINARY, HTTP.binary],
  ];

  it.each(single)("are answered with what is taken when one comes alone, %s", async (_name, _mode, encode) => {
    const message = encode(sent("alone"));
    const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
    const response = await post(message.body as string, Object.fromEntries(headers) as Record<string, string>);

    // In binary mode the body is the event's data alone: JSON, but no batch.
    const isData = headers.some(([name, value]) => name === "content-type" && value?.startsWith("application/json"));
    expect(response.status).toBe(isData ? 400 : 415);
    expect(await response.json()).toMatchObject(
      isData
        ? { type: "/problems/batch-malformed" }
        : {
            type: "/problems/body-unsupported-type",
            accepts: ["application/cloudevents-batch+json", "application/json", NDJSON],
          },
    );
  });

  it("tell the SDK's own transport the same", async () => {
    const emit = emitterFor(httpTransport(`${runtime.baseUrl}/v1/events`), { mode: Mode.STRUCTURED });
    const answer = (await emit(sent("emitted"), {
      headers: { authorization: `Bearer ${runtime.credentials.apiKey}` },
    })) as { body: string };

    expect(JSON.parse(answer.body)).toMatchObject({ type: "/problems/body-unsupported-type", status: 415 });
    expect(await messages()).toBe(3 * CASES.length + 4);
  });
});
