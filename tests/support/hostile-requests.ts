import { deflateSync, brotliCompressSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { apiDescription } from "../../functions/services/api-description.ts";
import type { PathOperation } from "../../functions/services/path-description.ts";

/** Requests that nobody should send, made from the description of the API. */
export interface HostileRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** What a generator knows of the one it attacks. */
export interface Known {
  /** Headers of credentials, good ones and others. */
  readonly credentials: readonly Readonly<Record<string, string>>[];
  /** Ids that are there: of keys, users, channels, reports, hours. */
  readonly ids: readonly string[];
  /** Bodies of some operations (`POST /v1/events`) that fit better than the described examples. */
  readonly bodies?: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  /** Secrets that a body carries in the place of a described `token`. */
  readonly bodyTokens?: readonly string[];
}

const LONG = "x".repeat(3_000);

/** What JSON can say and no value of ours can hold; between «» is put into the text as it is. */
const RAW = [
  "1e400",
  "-1e400",
  "9007199254740993",
  "123456789012345678901234567890",
  "1e-400",
  "01",
  "NaN",
  "Infinity",
  "0x10",
  "undefined",
  "'a'",
  '"\\ud83d"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  '"\t"',
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
  '{"__proto__":{"isAdmin":true,"scope":"operator"}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"a":1,"a":2}',
] as const;

const nested = (depth: number): unknown => {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { in: value };
  return value;
};

const TEXTS = [
  "",
  " ",
  LONG,
  "💥",
  "\u0000",
  "\ud800",
  "a\udfffb",
  "\u202eabc",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "..",
  "../../etc/passwd",
  "WS#attacked",
  "*",
  "null",
  "true",
  "-1",
  "0",
  "1e400",
  "9007199254740993",
  "2026-11-21T09",
  "2026-11-21T09:15:02.120Z",
  "2026-13-45T99:99:99Z",
  "2026-11-21T09:15:02+25:00",
  "+275760-09-13T00:00:00.001Z",
  "-271821-04-20T00:00:00Z",
  "0000-00-00",
  "day",
  "Europe/Berlin",
  "Europe/../etc",
  "http://169.254.169.254/latest/meta-data",
  "https://[::1]:1/",
  "javascript:alert(1)",
  "<script>",
  "' OR 1=1 --",
  "${7*7}",
  "{{7*7}}",
  "%00",
  "a".repeat(129),
] as const;

const hostileText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 3, arbitrary: fc.constantFrom(...RAW).map((text) => `«${text}»`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      -0,
      -1,
      0.1,
      1e308,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      [],
      {},
      [[]],
      nested(40),
      Array.from({ length: 1_500 }, () => null),
      Object.fromEntries(Array.from({ length: 1_500 }, (_nothing, at) => [`k${at}`, at])),
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const hostileKey = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "",
  "$ne",
  "a.b",
  LONG,
  "\ud800",
);

type Place = readonly (string | number)[];

const placesIn = (value: unknown, at: Place = []): Place[] => [
  at,
  ...(Array.isArray(value)
    ? value.flatMap((one, index) => placesIn(one, [...at, index]))
    : typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, one]) => placesIn(one, [...at, name]))
      : []),
];

/** A value with the one at a place changed. `Object.fromEntries` makes `__proto__` a key like any other. */
const changedAt = (value: unknown, [first, ...rest]: Place, change: (inner: unknown) => unknown): unknown => {
  if (first === undefined) return change(value);
  if (Array.isArray(value)) return value.map((one, at) => (at === first ? changedAt(one, rest, change) : one));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, one]) => [name, name === first ? changedAt(one, rest, change) : one]),
  );
};

const removedAt = (value: unknown, place: Place): unknown => {
  const last = place.at(-1);
  if (last === undefined) return undefined;
  return changedAt(value, place.slice(0, -1), (inner) =>
    Array.isArray(inner)
      ? inner.filter((_one, at) => at !== last)
      : Object.fromEntries(Object.entries(inner as object).filter(([name]) => name !== last)),
  );
};

const withKey = (inner: unknown, key: string, value: unknown): unknown =>
  Array.isArray(inner)
    ? [...inner, value]
    : typeof inner === "object" && inner !== null
      ? Object.fromEntries([...Object.entries(inner), [key, value]])
      : value;

const mutated = (example: unknown): fc.Arbitrary<unknown> => {
  const places = placesIn(example);
  return fc
    .tuple(
      fc.constantFrom(...places),
      fc.constantFrom("replace", "replace", "replace", "remove", "add"),
      hostileKey,
      hostileValue,
    )
    .map(([place, how, key, value]) => {
      if (how === "remove") return removedAt(example, place);
      return changedAt(example, place, (inner) => (how === "replace" ? value : withKey(inner, key, value)));
    });
};

/** JSON with what JSON can't be made to say otherwise. */
const jsonText = (value: unknown): string =>
  (JSON.stringify(value) ?? "").replaceAll(
    /"«((?:[^"\\»]|\\.)*)»"/g,
    (_all, raw: string) => JSON.parse(`"${raw}"`) as string,
  );

const megabytes = (count: number): Buffer => Buffer.alloc(count * 1_048_576, 32);
/** 512 MB of blanks in half a megabyte: one member of a gzip file after the other (RFC 1952, 2.2). */
const BOMB = Buffer.concat(Array.from({ length: 32 }, () => gzipSync(megabytes(16))));
/** Less than the smallest limit on the wire. */
const SMALL_BOMB = gzipSync(megabytes(48));

interface Wire {
  readonly bytes: string | Uint8Array;
  readonly encoding?: string;
}

const asBytes = (text: string): Buffer => Buffer.from(text.toWellFormed());
const spliced = (text: string, at: number, bad: readonly number[]): Buffer => {
  const bytes = asBytes(text);
  const cut = bytes.length === 0 ? 0 : at % bytes.length;
  return Buffer.concat([bytes.subarray(0, cut), Buffer.from(bad), bytes.subarray(cut)]);
};

const onWire: readonly ((text: string, at: number) => Wire)[] = [
  (text) => ({ bytes: gzipSync(asBytes(text)), encoding: "gzip" }),
  (text) => ({ bytes: gzipSync(gzipSync(asBytes(text))), encoding: "gzip" }),
  (text) => ({ bytes: gzipSync(gzipSync(asBytes(text))), encoding: "gzip, gzip" }),
  (text) => ({ bytes: asBytes(text), encoding: "gzip" }),
  (text) => ({ bytes: gzipSync(asBytes(text)).subarray(0, -5), encoding: "gzip" }),
  (text) => ({ bytes: Buffer.concat([gzipSync(asBytes(text)), Buffer.from("rubbish")]), encoding: "x-gzip" }),
  (text) => ({ bytes: gzipSync(asBytes(text)) }),
  (text) => ({ bytes: brotliCompressSync(asBytes(text)), encoding: "br" }),
  (text) => ({ bytes: deflateSync(asBytes(text)), encoding: "deflate" }),
  (text) => ({ bytes: asBytes(text), encoding: "__proto__" }),
  () => ({ bytes: BOMB, encoding: "gzip" }),
  () => ({ bytes: SMALL_BOMB, encoding: "gzip" }),
  (text, at) => ({ bytes: spliced(text, at, [0xff]) }),
  (text, at) => ({ bytes: spliced(text, at, [0xc0, 0x80]) }),
  (text, at) => ({ bytes: spliced(text, at, [0xed, 0xa0, 0x80]) }),
  (text, at) => ({ bytes: spliced(text, at, [0x00]) }),
  (text) => ({ bytes: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), asBytes(text)]) }),
  (text) => ({ bytes: Buffer.from(text, "utf16le") }),
  (text, at) => ({ bytes: asBytes(text).subarray(0, at % (text.length + 1)) }),
  (text) => ({ bytes: asBytes(`${text}${text}`) }),
  (text) => ({ bytes: asBytes(`${text}\n${text.replaceAll("\n", "")}\n\n{"`) }),
  () => ({ bytes: "[".repeat(60_000) }),
  () => ({ bytes: `${"[".repeat(30_000)}${"]".repeat(30_000)}` }),
  () => ({ bytes: Buffer.alloc(70_000, 0x20) }),
  () => ({ bytes: Buffer.alloc(0) }),
  () => ({ bytes: "null" }),
];

const wireOf = (text: string): fc.Arbitrary<Wire> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({ bytes: text }) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...onWire), fc.nat(5_000)).map(([make, at]) => make(text, at)),
    },
  );

const hostileHeaders = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Record<string, string>>({}) },
  {
    weight: 3,
    arbitrary: fc.dictionary(
      fc.constantFrom(
        "accept",
        "accept-encoding",
        "accept-language",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "content-type",
        "if-none-match",
        "idempotency-key",
        "x-tidemark-workspace",
        "authorization",
        "x-api-key",
        "x-auth-token",
        "x-user-id",
        "im-api-key",
        "x-http-method-override",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-request-id",
        "host",
        "cookie",
        "range",
        "__proto__",
        "constructor",
      ),
      fc.oneof(
        hostileText,
        fc.constantFrom(
          "application/json; charset=utf-16",
          'application/json; charset="utf-8',
          "application/x-ndjson",
          "application/xml",
          "multipart/form-data; boundary=x",
          "gzip;q=0, br;q=9, *;q=-1",
          "br",
          "gzip",
          "*",
          "Bearer a.b.c",
          "Bearer ",
          `Bearer ${"e".repeat(9_000)}.e.e`,
          "Basic YTpi",
          'W/"x", *',
          "a,".repeat(2_000),
          "q=".repeat(20_000),
        ),
      ),
      { maxKeys: 4 },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      Object.fromEntries(Array.from({ length: 300 }, (_nothing, at) => [`x-flood-${at}`, "y".repeat(20)])),
      { "x-large": "z".repeat(64_000) },
      { accept: Array.from({ length: 2_000 }, (_nothing, at) => `a/b${at};q=0.${at}`).join(",") },
      { "accept-encoding": Array.from({ length: 2_000 }, (_nothing, at) => `e${at};q=0.${at}`).join(",") },
      { "if-none-match": Array.from({ length: 2_000 }, (_nothing, at) => `"${at}"`).join(",") },
    ),
  },
);

const SEGMENTS = [
  "..",
  ".",
  "%2e%2e",
  "%2f",
  "..%2f..%2fetc%2fpasswd",
  "%252e%252e%252f",
  "%00",
  "a%00b",
  "%",
  "%zz",
  "%ff",
  "%c0%af",
  "%ed%a0%80",
  "__proto__",
  "constructor",
  ";jsessionid=1",
  "*",
  "{id}",
  "a".repeat(2_500),
  "%61".repeat(2_000),
  "💥",
  "\u0000",
  "\\..\\..",
  "2026-11-21T08",
  "2026-11-21T99",
  "day:2026-11-20",
  "0".repeat(64),
] as const;

const segmentOf = ({ ids }: Known): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...SEGMENTS) },
    { weight: 2, arbitrary: fc.constantFrom("2026-11-21T08", ...ids) },
    { weight: 1, arbitrary: hostileText.map((text) => text.replaceAll(/[/?#]/g, "_")) },
    { weight: 1, arbitrary: hostileText.map((text) => encodeURIComponent(text.toWellFormed())) },
  );

/** `encodeURIComponent` but for what has no such form. */
const queryText = fc.oneof(
  hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
  hostileText.map((text) => text.replaceAll(/[?#&]/g, "")),
  fc.constantFrom("%", "%ff", "%00", "+", "1&1", "[]", "9".repeat(400), "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z"),
);

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly told: PathOperation;
}

const OPERATIONS: readonly Operation[] = Object.entries(apiDescription("https://statistics.chat.test").paths).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, told]) => ({ method: method.toUpperCase(), path, told })),
);

const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PATCH",
  "DELETE",
  "PUT",
  "OPTIONS",
  "TRACE",
  "BREW",
  "get",
  "__proto__",
] as const;

const targetOf = ({ path, told }: Operation, known: Known): fc.Arbitrary<string> => {
  const segment = segmentOf(known);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([place]) => place);
  const filled = fc
    .array(segment, { minLength: names.length, maxLength: names.length })
    .map((given) => names.reduce((text, place, at) => text.replace(place, () => given[at] ?? ""), path));
  const asked = (told.parameters ?? []).filter((parameter) => parameter.in === "query");
  const pair =
    asked.length === 0
      ? fc.tuple(fc.constantFrom("__proto__", "x", "confirm", "[]"), queryText)
      : fc.oneof(
          { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...asked.map(({ name }) => name)), queryText) },
          {
            weight: 2,
            arbitrary: fc
              .constantFrom(...asked)
              .map(({ name, example }) => [name, encodeURIComponent(String(example))] as [string, string]),
          },
        );
  const query = fc
    .array(pair, { maxLength: 6 })
    .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));
  const spoilt = fc.constantFrom(
    ...Array.from({ length: 60 }, () => ""),
    "/",
    "//",
    "/..",
    "/.",
    "%2f",
    "%20",
    ";a=b",
    ".json",
  );
  return fc.tuple(filled, spoilt, query).map(([text, more, asks]) => `${text}${more}${asks === "" ? "" : `?${asks}`}`);
};

/** The value that an example stands for: lines are told apart, so that one of them may go wrong. */
const valueOf = (type: string, example: unknown): { readonly value: unknown; readonly isLines: boolean } =>
  type === "application/x-ndjson" && typeof example === "string"
    ? {
        value: example
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as unknown),
        isLines: true,
      }
    : { value: example, isLines: false };

const textOf = (type: string, value: unknown, isLines: boolean): string => {
  if (isLines && Array.isArray(value)) return value.map(jsonText).join("\n");
  if (type === "application/x-www-form-urlencoded" && typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, one]) => `${name}=${encodeURIComponent(String(one).toWellFormed())}`)
      .join("&");
  return jsonText(value);
};

const bodyOf = (
  { method, path, told }: Operation,
  { bodies, bodyTokens = [] }: Known,
): fc.Arbitrary<Pick<HostileRequest, "headers" | "body">> => {
  const content = Object.entries(told.requestBody?.content ?? {});
  if (content.length === 0)
    return fc.oneof(
      { weight: 8, arbitrary: fc.constant({ headers: {}, body: undefined }) },
      { weight: 1, arbitrary: wireOf("{}").map(({ bytes }) => ({ headers: {}, body: bytes })) },
    );
  const better = bodies?.[`${method} ${path}`];
  return fc.constantFrom(...content).chain(([type, { examples }]) => {
    const { value: first, isLines } = valueOf(type, Object.values(examples)[0]?.value);
    const given = better ?? fc.constant(first);
    const tokened =
      bodyTokens.length === 0
        ? given
        : fc
            .tuple(given, fc.constantFrom(...bodyTokens))
            .map(([value, token]) =>
              typeof value === "object" && value !== null && Object.hasOwn(value, "token")
                ? { ...value, token }
                : value,
            );
    return tokened
      .chain((value) =>
        fc.oneof({ weight: 1, arbitrary: fc.constant(value) }, { weight: 4, arbitrary: mutated(value) }),
      )
      .chain((value) => wireOf(textOf(type, value, isLines)))
      .map(({ bytes, encoding }) => ({
        headers: { "content-type": type, ...(encoding === undefined ? {} : { "content-encoding": encoding }) },
        body: bytes,
      }));
  });
};

/** Requests to every described operation and to paths of nobody's, each wrong in a way or two, or in none. */
export const hostileRequest = (known: Known): fc.Arbitrary<HostileRequest> => {
  const credential = fc.constantFrom(...known.credentials);
  // What counts is tried more often than what only reads.
  const favoured = OPERATIONS.filter(({ method, path }) => known.bodies?.[`${method} ${path}`] !== undefined);
  const operations = [...OPERATIONS, ...Array.from({ length: 8 }, () => favoured).flat()];
  const onRoute = fc.constantFrom(...operations).chain((operation) =>
    fc
      .tuple(
        fc.oneof(
          { weight: 9, arbitrary: fc.constant(operation.method) },
          { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
        ),
        targetOf(operation, known),
        bodyOf(operation, known),
        credential,
        hostileHeaders,
      )
      .map(([method, target, { headers, body }, ours, theirs]) => ({
        method,
        target,
        headers: { ...ours, ...headers, ...theirs },
        body,
      })),
  );
  const offRoute = fc
    .tuple(
      fc.constantFrom(...METHODS),
      fc.constantFrom(
        "",
        "/v1",
        "/api",
        "/api/v1",
        "/admin",
        "/ingest/imkit",
        "/problems",
        "/V1",
        "//v1",
        "/v1/../admin",
      ),
      fc.array(segmentOf(known), { maxLength: 4 }),
      credential,
      hostileHeaders,
    )
    .map(([method, prefix, parts, ours, theirs]) => ({
      method,
      target: [prefix, ...parts].join("/") || "/",
      headers: { ...ours, ...theirs },
      body: undefined,
    }));
  return fc.oneof({ weight: 9, arbitrary: onRoute }, { weight: 1, arbitrary: offRoute });
};
