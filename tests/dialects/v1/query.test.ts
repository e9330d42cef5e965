import { describe, expect, it } from "vitest";
import { hourNamed } from "../../../functions/core/hour.ts";
import { batchIdOf, itemsOfArray, itemsOfLines } from "../../../functions/dialects/v1/batch.ts";
import { cursorOf, hourOfPath, importQuery, listQuery, revisionQuery } from "../../../functions/dialects/v1/query.ts";
import { newWorkspaceOf, openingOf, throughOf } from "../../../functions/dialects/v1/request.ts";

const of = (query: string) => new URLSearchParams(query);
const hour = (name: string) => hourNamed(name) ?? Number.NaN;
const failing = (code: string, parameter?: string) =>
  expect.objectContaining({
    code,
    ...(parameter === undefined ? {} : { details: expect.objectContaining({ parameter }) }),
  });

describe("a list of snapshots", () => {
  it("is asked for in whole hours, by name or by instant", () => {
    expect(listQuery(of(""))).toEqual({ limit: 100 });
    expect(listQuery(of("from=2026-11-21T09&to=2026-11-21T12:00:00%2B01:00&limit=1000"))).toEqual({
      from: hour("2026-11-21T09"),
      to: hour("2026-11-21T11"),
      limit: 1000,
    });
  });

  it("goes on where its cursor says", () => {
    const cursor = cursorOf(hour("2026-11-21T10"));

    expect(cursor).toMatch(/^[\w-]+$/);
    expect(listQuery(of(`from=2026-11-21T09&cursor=${cursor}`))).toEqual({ from: hour("2026-11-21T10"), limit: 100 });
  });

  it.each([
    ["limit=0", "parameter.invalid", "limit"],
    ["limit=1001", "parameter.invalid", "limit"],
    ["limit=ten", "parameter.invalid", "limit"],
    ["limit=", "parameter.invalid", "limit"],
    ["limit=1&limit=2", "parameter.invalid", "limit"],
    ["cursor=zzz", "parameter.invalid", "cursor"],
    ["cursor=", "parameter.invalid", "cursor"],
    ["from=yesterday", "parameter.invalid", "from"],
    ["from=2026-02-30T09", "parameter.invalid", "from"],
    ["to=2026-11-21T09:30:00Z", "range.invalid", "to"],
    ["from=2026-11-21T09&to=2026-11-21T09", "range.invalid", undefined],
    ["from=2026-11-21T10&to=2026-11-21T09", "range.invalid", undefined],
  ])("is refused for %s (%s)", (query, code, parameter) => {
    expect(() => listQuery(of(query))).toThrow(failing(code, parameter));
  });
});

describe("a snapshot", () => {
  it("is named by its hour and revision", () => {
    expect(hourOfPath("2026-11-21T09")).toBe(hour("2026-11-21T09"));
    expect(revisionQuery(of("revision=3"))).toBe(3);
    expect(revisionQuery(of(""))).toBeUndefined();
    expect(() => hourOfPath("latest")).toThrow(failing("parameter.invalid", "hour"));
    for (const wrong of ["-1", "1.5", "", "1000000", "x"])
      expect(() => revisionQuery(of(`revision=${wrong}`))).toThrow(failing("parameter.invalid", "revision"));
  });
});

describe("a batch", () => {
  it("is an array, or lines of which a bad one spoils only itself", () => {
    expect(itemsOfArray([{ a: 1 }, null])).toEqual([{ value: { a: 1 } }, { value: null }]);
    expect(itemsOfLines('{"a":1}\r\n\n{oops\n{"unreadable":"x"}\n')).toEqual([
      { value: { a: 1 } },
      { unreadable: "line 3 is no JSON: give one event per line" },
      { value: { unreadable: "x" } },
    ]);
    for (const wrong of [{}, null, "[]", 1, undefined])
      expect(() => itemsOfArray(wrong)).toThrow(failing("batch.malformed"));
  });

  it("holds ten thousand events, and not one more", () => {
    expect(itemsOfArray(Array.from({ length: 10_000 }))).toHaveLength(10_000);
    expect(() => itemsOfArray(Array.from({ length: 10_001 }))).toThrow(failing("batch.too-large"));
    expect(() => itemsOfLines("1\n".repeat(10_001))).toThrow(failing("batch.too-large"));
  });

  it("has the id it was given, or else its hash", () => {
    expect(batchIdOf(undefined, "hash")).toBe("hash");
    expect(batchIdOf("a ~".padEnd(128, "x"), "hash")).toHaveLength(128);
    for (const wrong of ["", "x".repeat(129), "tab\t", "ü"])
      expect(() => batchIdOf(wrong, "hash")).toThrow(failing("parameter.invalid", "idempotency-key"));
  });

  it("may name an import", () => {
    expect(importQuery(of("import=abc"))).toBe("abc");
    expect(importQuery(of(""))).toBeUndefined();
    for (const wrong of ["import=", "import=a&import=b", `import=${"x".repeat(129)}`])
      expect(() => importQuery(of(wrong))).toThrow(failing("parameter.invalid", "import"));
  });
});

describe("a body", () => {
  it("makes a workspace", () => {
    expect(newWorkspaceOf({ id: "acme", name: "Acme" })).toEqual({ id: "acme", name: "Acme" });
    expect(newWorkspaceOf({ id: "a", name: "A", startsAt: "2026-11-21T09:00:00+01:00" })).toEqual({
      id: "a",
      name: "A",
      startsAt: Date.parse("2026-11-21T08:00:00Z"),
    });
  });

  it.each([
    [undefined, "id"],
    [[], ""],
    ["text", ""],
    [{ id: "-a", name: "A" }, "id"],
    [{ id: "a", name: "" }, "name"],
    [{ id: "a", name: "x".repeat(201) }, "name"],
    [{ id: "a", name: "A", startsAt: 5 }, "startsAt"],
    [{ id: "a", name: "A", startsAt: "2026-02-30T00:00:00Z" }, "startsAt"],
    [{ id: "a", name: "A", strtsAt: "x" }, "strtsAt"],
  ])("of %j makes none, and %j is named", (body, field) => {
    expect(() => newWorkspaceOf(body)).toThrow(
      expect.objectContaining({
        code: "parameter.invalid",
        details: { errors: expect.arrayContaining([expect.objectContaining({ field })]) },
      }),
    );
  });

  it("opens an import, with or without a balance", () => {
    expect(openingOf(undefined)).toEqual({});
    expect(openingOf({ opening: { "messages.channels": 5, "uploads.bytes": 0 } })).toEqual({
      "messages.channels": 5,
      "uploads.bytes": 0,
    });
    for (const opening of [
      { "users.total": 5 },
      { "messages.channels": -1 },
      { "messages.channels": 0.5 },
      { "messages.channels": "5" },
      [],
    ])
      expect(() => openingOf({ opening })).toThrow(failing("parameter.invalid"));
  });

  it("finishes an import, with or without its last hour", () => {
    expect(throughOf(undefined)).toBeUndefined();
    expect(throughOf({ through: "2026-11-21T09" })).toBe(hour("2026-11-21T09"));
    for (const through of ["2026-11-21", 5, null])
      expect(() => throughOf({ through })).toThrow(failing("parameter.invalid"));
  });
});
