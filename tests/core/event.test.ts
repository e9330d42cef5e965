import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVENT_TYPE_NAMES, type EventType, isRefusal, parseEvent } from "../../functions/core/event.ts";
import { eventSchema } from "../../functions/core/event-schema.ts";
import { anyEvent, event, HOUR_ZERO, type RawEvent } from "../support/events.ts";

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
(formats as unknown as (validator: Ajv2020) => void)(ajv);
const validators = new Map(EVENT_TYPE_NAMES.map((type) => [type, ajv.compile(eventSchema(type))] as const));

const isAccepted = (raw: unknown): boolean => !isRefusal(parseEvent(raw));

/** An event with one place of it replaced by something else, or left out. */
const spoiled = (raw: RawEvent): fc.Arbitrary<Record<string, unknown>> => {
  const places = [...Object.keys(raw), ...Object.keys(raw.data ?? {}).map((name) => `data.${name}`)];
  const other = fc.oneof(
    fc.constantFrom(
      undefined,
      null,
      "",
      0,
      -1,
      1.5,
      2 ** 53,
      true,
      [],
      {},
      "x",
      "x".repeat(129),
      "\u0007",
      "2026-02-30T00:00:00Z",
      "channel",
      "42",
    ),
    fc.string({ unit: "grapheme", maxLength: 140 }),
    fc.jsonValue(),
  );
  return fc.tuple(fc.constantFrom(...places), other).map(([place, value]) => {
    const [first = "", inner] = place.split(".");
    const copy: Record<string, unknown> = { ...raw, data: { ...raw.data } };
    const holder = inner === undefined ? copy : (copy["data"] as Record<string, unknown>);
    const name = inner ?? first;
    if (value === undefined) delete holder[name];
    else holder[name] = value;
    return JSON.parse(JSON.stringify(copy)) as Record<string, unknown>;
  });
};

/** Where the schema cannot say what the parser checks: bytes of UTF-8, broken surrogates, sizes of reports. */
const isBeyondSchema = (raw: Record<string, unknown>): boolean => {
  const texts = [raw["id"], raw["source"], ...Object.values(raw["data"] ?? {})].filter(
    (value) => typeof value === "string",
  );
  return (
    texts.some((text) => Buffer.byteLength(text) > 128 || !text.isWellFormed()) || JSON.stringify(raw).length > 10_000
  );
};

describe("the parser of events", () => {
  it("takes what the schema made from its own table takes, and nothing else", () => {
    fc.assert(
      fc.property(
        anyEvent(HOUR_ZERO, HOUR_ZERO + 1e9).chain((raw) =>
          fc.oneof(
            { weight: 1, arbitrary: fc.constant(raw as unknown as Record<string, unknown>) },
            { weight: 5, arbitrary: spoiled(raw) },
          ),
        ),
        (raw) => {
          fc.pre(!isBeyondSchema(raw));
          const validate = validators.get(raw["type"] as EventType);
          expect(isAccepted(raw)).toBe(validate !== undefined && validate(raw));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("gives every type of the closed list a schema, and refuses others by name", () => {
    expect(EVENT_TYPE_NAMES).toHaveLength(14);
    expect(parseEvent(event("message.exploded", HOUR_ZERO))).toMatchObject({ code: "event-unknown-type" });
  });

  it.each([
    ["an id of 128 bytes", { id: "é".repeat(64) }, true],
    ["an id of 130 bytes", { id: "é".repeat(65) }, false],
    ["an id with a lone surrogate", { id: "\ud800" }, false],
    ["an id with a line feed", { id: "a\nb" }, false],
    ["a time with an offset", { time: "2026-03-02T10:00:00.5+01:00" }, true],
    ["a time without a zone", { time: "2026-03-02T10:00:00" }, false],
    ["a leap second", { time: "2026-06-30T23:59:60Z" }, false],
    ["the 30th of February", { time: "2026-02-30T00:00:00Z" }, false],
    ["a sequence as text", { sequence: "12" }, true],
    ["a sequence as a fraction", { sequence: 1.5 }, false],
    ["another specversion", { specversion: "0.3" }, false],
    ["its own specversion", { specversion: "1.0" }, true],
    ["attributes that nobody knows", { subject: "s", datacontenttype: "application/json", whatever: 1 }, true],
  ])("%s", (_, change, isFine) => {
    expect(isAccepted({ ...event("user.active", HOUR_ZERO, { id: "u" }), ...change })).toBe(isFine);
  });

  it("takes an instance's report without a word of its host, but never with half of its memory", () => {
    const report = (data: object): RawEvent =>
      event("instance.reported", HOUR_ZERO, { id: "i", version: "1", ...data });
    expect(isAccepted(report({}))).toBe(true);
    expect(isAccepted(report({ os: { totalmem: 2, freemem: 1 } }))).toBe(true);
    expect(isAccepted(report({ os: { totalmem: 2 } }))).toBe(false);
    expect(isAccepted(report({ os: null }))).toBe(false);
  });

  it("refuses a report that nests too deep, however deep", () => {
    const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
    const report = (process: unknown): RawEvent =>
      event("instance.reported", HOUR_ZERO, { id: "i", version: "1", os: { totalmem: 2, freemem: 1 }, process });
    expect(isAccepted(report(nested(32)))).toBe(true);
    expect(isAccepted(report(nested(33)))).toBe(false);
    expect(isAccepted(report(nested(5_000)))).toBe(false);
  });

  it("keeps only the fields it lists, so that what nobody checked is stored nowhere", () => {
    const data = { id: "i", version: "1", os: { totalmem: 2, freemem: 1 } };
    expect(parseEvent(event("instance.reported", HOUR_ZERO, { ...data, junk: "x".repeat(1e6) }))).toMatchObject({
      data: expect.not.objectContaining({ junk: expect.anything() }) as object,
    });
    expect(parseEvent(event("user.active", HOUR_ZERO, { id: "u", junk: [] }))).toHaveProperty("data", { id: "u" });
  });

  it("reads a time to the millisecond, whatever its form", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("0001-01-02"), max: new Date("9999-12-30"), noInvalidDate: true }),
        fc.integer({ min: -23 * 60, max: 23 * 60 }),
        (date, offset) => {
          const zone = `${offset < 0 ? "-" : "+"}${String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0")}:${String(Math.abs(offset) % 60).padStart(2, "0")}`;
          const local = new Date(date.getTime() + offset * 60_000).toISOString();
          fc.pre(/^\d{4}-/.test(local));
          for (const time of [date.toISOString(), local.replace("Z", zone), local.replace("Z", `999${zone}`)])
            expect(parseEvent({ ...event("subscription.seen", 0), time })).toMatchObject({ time: date.getTime() });
        },
      ),
    );
  });
});
