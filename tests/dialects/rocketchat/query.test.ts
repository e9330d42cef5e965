import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../functions/core/failure.ts";
import { renderFailure } from "../../../functions/dialects/rocketchat/failure.ts";
import { compareBy, sortKeyOf, type SortKeys } from "../../../functions/dialects/rocketchat/order.ts";
import { project, projectionOf } from "../../../functions/dialects/rocketchat/projection.ts";
import { asksForRefresh, listQuery } from "../../../functions/dialects/rocketchat/query.ts";

const ask = (parameters: Readonly<Record<string, string>>) => listQuery(new URLSearchParams(parameters));
const refusedBody = (query: string): string => {
  try {
    listQuery(new URLSearchParams(query));
  } catch (error) {
    if (error instanceof Failure) return renderFailure(error).body;
    throw error;
  }
  return "not refused";
};

describe("a refresh", () => {
  it("is asked for by refresh=true and nothing else", () => {
    const asks = (query: string) => asksForRefresh(new URLSearchParams(query));

    expect(asks("refresh=true")).toBe(true);
    expect(asks("a=b&refresh=true&%")).toBe(true);
    for (const query of [
      "",
      "refresh",
      "refresh=",
      "refresh=TRUE",
      "refresh=1",
      "refresh=false",
      "refresh=true ",
      "refresh=true&refresh=true",
      "Refresh=true",
      "refresh[]=true",
    ])
      expect([query, asks(query)]).toEqual([query, false]);
  });
});

describe("a page of the history", () => {
  it("is by default the fifty newest, whole", () => {
    expect(ask({})).toEqual({ offset: 0, count: 50, order: { isDescending: true }, fields: undefined });
    expect(ask({ offset: "", count: "", sort: "", fields: "", query: "" })).toEqual(ask({}));
    expect(ask({ sort: "{}", fields: "{}", query: "{}" })).toEqual(ask({}));
  });

  it.each([
    ["5", "10", { count: 5, offset: 10 }],
    ["100", "0", { count: 100, offset: 0 }],
    ["101", "1", { count: 100, offset: 1 }],
    ["0", "1", { count: 100, offset: 1 }],
    ["7 of them", "3.9", { count: 7, offset: 3 }],
  ])("of count %s from offset %s on is bounded", (count, offset, expected) => {
    expect(ask({ count, offset })).toMatchObject(expected);
  });

  it.each([
    ["count=all", "must be number"],
    ["offset=NaN", "must be number"],
    ["offset=99999999999999999999", "must be number"],
    ["count=-1", "must be >= 0"],
    ["offset=-1", "must be >= 0"],
  ])("is refused for %s", (query, message) => {
    expect(refusedBody(query)).toBe(`{"success":false,"errorType":"error-invalid-params","error":"${message}"}`);
  });

  it.each([
    ['{"createdAt":-1}', { isDescending: true }],
    ['{"createdAt":1}', { isDescending: false }],
    ['{"_updatedAt":1,"totalUsers":-1}', { isDescending: false }],
    ['{"totalUsers":-1}', { keys: [["totalUsers", -1]] }],
    [
      '{"version":1,"createdAt":-1}',
      {
        keys: [
          ["version", 1],
          ["createdAt", -1],
        ],
      },
    ],
    ['{"__proto__":1}', { keys: [["__proto__", 1]] }],
  ])("is ordered by %s", (sort, order) => {
    expect(ask({ sort }).order).toEqual(order);
  });

  it.each([
    ["sort", "{"],
    ["sort", "createdAt"],
    ["sort", '{"createdAt":2}'],
    ["sort", '{"createdAt":"-1"}'],
    ["sort", '{"createdAt":true}'],
    ["sort", '["createdAt"]'],
    ["sort", "null"],
    ["sort", "1"],
    ["sort", '"a"'],
    ["sort", JSON.stringify(Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`f${at}`, 1])))],
    ["fields", '{"version":"yes"}'],
    ["fields", '{"version":2}'],
    ["fields", '{"version":-1}'],
    ["fields", '{"version":true}'],
    ["fields", "[]"],
    ["fields", "version"],
    ["query", '{"version":"1"}'],
    ["query", "{"],
    ["query", "[]"],
    ["query", "1"],
  ])("is refused for %s %s in upstream's words, with the text as it came", (parameter, raw) => {
    const code = `error-invalid-${parameter}`;
    expect(refusedBody(new URLSearchParams({ [parameter]: raw }).toString())).toBe(
      JSON.stringify({
        success: false,
        error: `Invalid ${parameter} parameter provided: "${raw}" [${code}]`,
        errorType: code,
        details: { helperMethod: "parseJsonQuery" },
      }),
    );
  });

  it("is refused for what is given twice", () => {
    expect(refusedBody("sort={}&sort={}")).toContain("error-invalid-sort");
  });

  it("never fails otherwise, whatever is asked", () => {
    const text = fc.oneof(fc.json(), fc.string(), fc.constantFrom("{}", "0", "-1", '{"createdAt":1}'));
    const names = ["offset", "count", "sort", "fields", "query"];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), text), { maxLength: 6 }), (pairs) => {
        const query = new URLSearchParams(pairs);
        const refused = refusedBody(query.toString());
        if (refused !== "not refused") return refused.startsWith('{"success":false,');
        const { offset, count } = listQuery(query);
        return offset >= 0 && count > 0 && count <= 100;
      }),
    );
  });
});

const RECORD = {
  _id: "a",
  version: "7.1.0",
  totalUsers: 3,
  os: { type: "Linux", cpus: [{ model: "E5620", speed: 2405 }, { model: "E5620", speed: 2400 }, 7] },
};
const projected = (fields: Readonly<Record<string, 0 | 1>>): unknown => {
  const projection = projectionOf(Object.entries(fields));
  return projection === undefined ? RECORD : project(RECORD, projection);
};

describe("a projection of a record", () => {
  it.each([
    [{}, RECORD],
    [{ version: 1 }, { _id: "a", version: "7.1.0" }],
    [{ version: 1, _id: 0 }, { version: "7.1.0" }],
    [{ _id: 1 }, { _id: "a" }],
    [
      { _id: 0, os: 0 },
      { version: "7.1.0", totalUsers: 3 },
    ],
    [
      { version: 1, totalUsers: 0 },
      { _id: "a", version: "7.1.0" },
    ],
    [{ "os.type": 1 }, { _id: "a", os: { type: "Linux" } }],
    [{ "os.cpus.speed": 1, _id: 0 }, { os: { cpus: [{ speed: 2405 }, { speed: 2400 }] } }],
    [{ "os.cpus.speed": 0 }, { ...RECORD, os: { type: "Linux", cpus: [{ model: "E5620" }, { model: "E5620" }, 7] } }],
    [{ "os.cpus": 1, "os.cpus.speed": 1, _id: 0 }, { os: { cpus: RECORD.os.cpus } }],
    [{ "version.major": 1 }, { _id: "a" }],
    [{ "version.major": 0, nothing: 0 }, RECORD],
    [{ constructor: 1, toString: 1 }, { _id: "a" }],
  ] as const)("%j takes what it names", (fields, expected) => {
    expect(projected(fields)).toEqual(expected);
  });

  it("is, of fields alone, what picking them by hand is", () => {
    const names = ["_id", "version", "totalUsers", "os", "other"] as const;
    fc.assert(
      fc.property(fc.subarray([...names], { minLength: 1 }), fc.boolean(), (chosen, isInclusion) => {
        const fields = Object.fromEntries(chosen.map((name) => [name, isInclusion ? 1 : 0])) as Record<string, 0 | 1>;
        const kept = Object.entries(RECORD).filter(
          ([name]) => (chosen as string[]).includes(name) === isInclusion || (isInclusion && name === "_id"),
        );
        expect(projected(fields)).toEqual(Object.fromEntries(kept));
      }),
    );
  });
});

describe("an order of records", () => {
  const sorted = (keys: SortKeys, ...records: object[]): object[] =>
    records.toSorted((a, b) => compareBy(keys)(sortKeyOf(a, keys), sortKeyOf(b, keys)));

  it("is by the first field that differs, each in its direction", () => {
    const [a, b, c] = [
      { v: "7", n: 1 },
      { v: "7", n: 2 },
      { v: "8", n: 0 },
    ];
    expect(
      sorted(
        [
          ["v", -1],
          ["n", 1],
        ],
        a,
        b,
        c,
      ),
    ).toEqual([c, a, b]);
    expect(sorted([["o.x", 1]], { o: { x: 2 } }, { o: { x: 10 } }, { o: 1 })).toEqual([
      { o: 1 },
      { o: { x: 2 } },
      { o: { x: 10 } },
    ]);
  });

  it("puts kinds of values in MongoDB's order, and what is missing first", () => {
    const values = [undefined, 5, "a", "b", { x: 1 }, [1], true];
    const records = values.map((value) => ({ value }));
    expect(sorted([["value", 1]], ...records.toReversed())).toEqual(records);
    expect(sorted([["value", -1]], ...records)).toEqual(records.toReversed());
  });

  it("is a total preorder of any values", () => {
    const compare = compareBy([["v", 1]]);
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (a, b, c) => {
        const sign = (x: unknown, y: unknown): number => Math.sign(compare([x], [y]));
        expect(sign(a, a)).toBe(0);
        expect(sign(a, b) + sign(b, a)).toBe(0);
        const isInOrder = sign(a, b) <= 0 && sign(b, c) <= 0;
        expect(isInOrder && sign(a, c) > 0).toBe(false);
      }),
    );
  });
});
