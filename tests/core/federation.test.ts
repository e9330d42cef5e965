import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changedFederation,
  checkedFederation,
  type Discovery,
  type FederationCheck,
  type FederationSettings,
  federationShown,
} from "../../functions/core/federation.ts";
import {
  judgeFederation,
  type MatrixLookedUp,
  type RocketchatLookedUp,
} from "../../functions/core/federation-records.ts";
import type { Looked, ServiceRecord } from "../../functions/core/looked-up.ts";

const AT = Date.parse("2026-11-21T09:00:00Z");
const MISSING = { missing: true } as const;

const service = (target: string, port = 443): Looked<readonly ServiceRecord[]> => ({
  found: [{ target, port, priority: 1, weight: 1 }],
});

const PEM = generateKeyPairSync("rsa", { modulusLength: 2_048 })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();
/** As providers of DNS keep it. */
const KEY = PEM.replaceAll("\n", "");

const NO_MATRIX: MatrixLookedUp = { matrix: MISSING, matrixOnce: MISSING, matrixFile: MISSING };
const NO_ROCKETCHAT: RocketchatLookedUp = {
  https: MISSING,
  http: MISSING,
  tcp: MISSING,
  protocol: MISSING,
  publicKey: MISSING,
};
const GOOD_FILE = { found: { "m.server": "chat.example.org:443" } };

const judged = (matrix: Partial<MatrixLookedUp>, rocketchat: Partial<RocketchatLookedUp> = {}): FederationCheck =>
  judgeFederation(
    { at: AT, domain: "example.org", discovery: "dns" },
    { ...NO_MATRIX, ...matrix },
    { ...NO_ROCKETCHAT, ...rocketchat },
  );
const rowOf = (check: FederationCheck, feature: string) => check.records.find((row) => row.feature === feature);
const stateOf = (check: FederationCheck, feature: string) => rowOf(check, feature)?.state;

describe("a domain that publishes nothing", () => {
  const check = judged({});

  it("is not reachable, and is told each record to add", () => {
    expect(check.isReachable).toBe(false);
    expect(check.records.map(({ feature, record, state, isNeeded }) => [feature, record, state, isNeeded])).toEqual([
      ["rocketchat.server", { type: "SRV", name: "_rocketchat._https.example.org" }, "missing", true],
      ["rocketchat.public-key", { type: "TXT", name: "rocketchat-public-key.example.org" }, "missing", true],
      ["matrix.well-known", { type: "HTTPS", name: "https://example.org/.well-known/matrix/server" }, "missing", true],
      ["matrix.server", { type: "SRV", name: "_matrix-fed._tcp.example.org" }, "missing", true],
    ]);
    for (const { remedy, record, expected } of check.records) {
      expect(remedy).toContain(record.name);
      expect(remedy).toContain(expected);
    }
  });
});

describe("a domain with Rocket.Chat's records", () => {
  it("is reachable, and needs nothing of Matrix", () => {
    const check = judged({}, { https: service("chat.example.org"), publicKey: { found: [KEY] } });

    expect(check.isReachable).toBe(true);
    expect(rowOf(check, "rocketchat.server")).toMatchObject({
      state: "ok",
      found: "chat.example.org:443",
      remedy: null,
    });
    expect(rowOf(check, "rocketchat.public-key")).toMatchObject({ state: "ok", isNeeded: true, remedy: null });
    expect(rowOf(check, "matrix.server")).toMatchObject({ state: "missing", isNeeded: false, remedy: null });
    expect(rowOf(check, "rocketchat.protocol")).toBeUndefined();
  });

  it.each([
    ["https", { https: service("a.example.org"), http: service("b.example.org"), tcp: service("c.example.org") }],
    ["http", { http: service("b.example.org"), tcp: service("c.example.org") }],
    ["tcp", { tcp: service("c.example.org") }],
  ] as const)("is found by the record under _%s before the later ones", (protocol, services) => {
    expect(rowOf(judged({}, services), "rocketchat.server")?.record.name).toBe(`_rocketchat._${protocol}.example.org`);
  });

  it.each([
    ["without a protocol", MISSING, "ok", true],
    ["with https", { found: ["https"] }, "ok", true],
    ["with http", { found: ["http"] }, "ok", true],
    ["with another word", { found: ["gopher"] }, "wrong", false],
    ["with two words", { found: ["https", "http"] }, "wrong", false],
    ["whose protocol can't be asked for", { failed: "there was no answer in time" }, "failed", false],
  ] as const)("under _tcp %s", (_what, protocol, state, isReachable) => {
    const check = judged({}, { tcp: service("chat.example.org"), publicKey: { found: [KEY] }, protocol });

    expect(stateOf(check, "rocketchat.protocol")).toBe(state);
    expect(check.isReachable).toBe(isReachable);
  });

  it.each([
    ["no port", service("chat.example.org", 0)],
    ["no host", service("")],
    ["the root, which says that there is no such service", service(".")],
    ["an address", service("192.0.2.1")],
    ["localhost", service("localhost")],
  ])("is not reachable when its server is %s", (_what, https) => {
    const check = judged({}, { https, publicKey: { found: [KEY] } });

    expect(stateOf(check, "rocketchat.server")).toBe("wrong");
    expect(rowOf(check, "rocketchat.server")?.remedy).toMatch(
      /^Mend the SRV record _rocketchat\._https\.example\.org:/,
    );
    expect(check.isReachable).toBe(false);
  });

  it.each([
    ["with its line ends", PEM, "ok"],
    ["cut off at the end", KEY.slice(0, 255), "wrong"],
    ["cut off in the middle", KEY.replace(/[A-Za-z0-9+/]{40}(?==*-----END)/, ""), "wrong"],
    ["without its marks", KEY.replaceAll(/-----[A-Z ]+-----/g, ""), "wrong"],
    ["as the note to fill in", "<my public key>", "wrong"],
    ["empty", "", "wrong"],
  ])("has a public key %s", (_what, text, state) => {
    expect(stateOf(judged({}, { publicKey: { found: [text] } }), "rocketchat.public-key")).toBe(state);
  });

  it("has one public key, and not two", () => {
    const row = rowOf(judged({}, { publicKey: { found: [KEY, KEY] } }), "rocketchat.public-key");

    expect(row).toMatchObject({ state: "wrong", remedy: expect.stringContaining("There are 2 of them") as string });
  });
});

describe("a domain that speaks Matrix", () => {
  it("is reachable by its file alone, and by its service record alone", () => {
    const byFile = judged({ matrixFile: GOOD_FILE });
    expect(byFile.isReachable).toBe(true);
    expect(rowOf(byFile, "rocketchat.server")).toMatchObject({ state: "missing", isNeeded: false, remedy: null });

    const byRecord = judged({ matrix: service("chat.example.org", 8_448) });
    expect(byRecord.isReachable).toBe(true);
    expect(rowOf(byRecord, "matrix.well-known")).toMatchObject({ state: "missing", isNeeded: false, remedy: null });
  });

  it("may still have the record under its old name", () => {
    const check = judged({ matrixOnce: service("chat.example.org", 8_448) });

    expect(rowOf(check, "matrix.server")).toMatchObject({
      state: "ok",
      record: { type: "SRV", name: "_matrix._tcp.example.org" },
    });
  });

  it.each([
    ["chat.example.org", "ok"],
    ["chat.example.org:8448", "ok"],
    ["192.0.2.1:8448", "ok"],
    ["[2001:db8::1]:8448", "ok"],
    ["chat.example.org:0", "wrong"],
    ["chat.example.org:65536", "wrong"],
    ["https://chat.example.org", "wrong"],
    ["localhost", "wrong"],
    ["", "wrong"],
    [17, "wrong"],
    [undefined, "wrong"],
  ])("names %o as its server: %s", (server, state) => {
    expect(stateOf(judged({ matrixFile: { found: { "m.server": server } } }), "matrix.well-known")).toBe(state);
  });

  it.each([null, [], "chat.example.org", 1, {}])("has a file that holds %o, which is wrong", (file) => {
    expect(stateOf(judged({ matrixFile: { found: file } }), "matrix.well-known")).toBe("wrong");
  });

  it("has to mend what is wrong even when it is reachable otherwise", () => {
    const check = judged({ matrixFile: { unreadable: "it is no JSON" }, matrix: service("chat.example.org") });

    expect(check.isReachable).toBe(true);
    expect(rowOf(check, "matrix.well-known")).toMatchObject({
      state: "wrong",
      isNeeded: false,
      remedy: expect.stringContaining("it is no JSON") as string,
    });
  });
});

describe("a check", () => {
  it("says what could not be asked for, and is not sure of it", () => {
    const check = judged({ matrixFile: { failed: "there was no answer in time" } });

    expect(rowOf(check, "matrix.well-known")).toMatchObject({
      state: "failed",
      remedy: expect.stringContaining("there was no answer in time") as string,
    });
  });

  it("asks nothing of the domain with a hub, and then can't know whether it is reachable", () => {
    const of = (matrix: Partial<MatrixLookedUp>) =>
      judgeFederation({ at: AT, domain: "example.org", discovery: "hub" }, { ...NO_MATRIX, ...matrix }, undefined);

    expect(of({}).isReachable).toBeNull();
    expect(of({}).records.map(({ feature, remedy }) => [feature, remedy])).toEqual([
      ["matrix.well-known", null],
      ["matrix.server", null],
    ]);
    expect(of({ matrixFile: GOOD_FILE }).isReachable).toBe(true);
  });

  it("shows what others published on one short line", () => {
    const found = judged({ matrixFile: { found: { "m.server": `a\u0000b\n\u2028${"x".repeat(5_000)}` } } }).records.map(
      (row) => row.found ?? "",
    );

    for (const text of found) {
      expect(text.length).toBeLessThanOrEqual(201);
      expect(text).not.toMatch(/[\p{Cc}\u2028]/u);
    }
  });

  it("is judged whatever was published", () => {
    const looked = <T>(found: fc.Arbitrary<T>) =>
      fc.oneof(
        found.map((value) => ({ found: value })),
        fc.constant(MISSING),
        fc.string().map((failed) => ({ failed })),
        fc.string().map((unreadable) => ({ unreadable })),
      );
    const services = looked(
      fc.array(
        fc.record({
          target: fc.oneof(fc.domain(), fc.string()),
          port: fc.nat(70_000),
          priority: fc.nat(),
          weight: fc.nat(),
        }),
      ),
    );
    const texts = looked(fc.array(fc.oneof(fc.string(), fc.constant(KEY))));
    fc.assert(
      fc.property(
        fc.record({ matrix: services, matrixOnce: services, matrixFile: looked(fc.jsonValue()) }),
        fc.record({ https: services, http: services, tcp: services, protocol: texts, publicKey: texts }),
        (matrix, rocketchat) => {
          const { isReachable, records } = judged(matrix, rocketchat);
          const ways = ["rocketchat.", "matrix.well-known", "matrix.server"].map((way) =>
            records.filter(({ feature }) => feature.startsWith(way)),
          );
          expect(isReachable).toBe(ways.some((rows) => rows.every(({ state }) => state === "ok")));
          for (const { state, remedy, isNeeded } of records)
            expect(remedy === null).toBe(state === "ok" || (!isNeeded && state !== "wrong"));
        },
      ),
    );
  });
});

describe("the settings of a federation", () => {
  const check = judged({ matrixFile: GOOD_FILE });
  const set: FederationSettings = { enabled: true, domain: "example.org", discovery: "dns", lastCheck: check };

  it("begin switched off, by DNS, and keep what a change leaves out", () => {
    expect(changedFederation(null, {})).toEqual({ enabled: false, domain: null, discovery: "dns", lastCheck: null });
    expect(changedFederation(set, { enabled: false })).toEqual({ ...set, enabled: false });
    expect(changedFederation(set, { domain: undefined })).toEqual(set);
    expect(changedFederation(set, { domain: null })).toEqual({ ...set, domain: null, lastCheck: null });
  });

  it.each([{ domain: "example.net" }, { discovery: "hub" as Discovery }])("forget a check of others: %o", (change) => {
    expect(changedFederation(set, change).lastCheck).toBeNull();
  });

  it("take a check of what they say, and none of what they once said, nor an older one", () => {
    const unchecked = { ...set, lastCheck: null };

    expect(checkedFederation(unchecked, check)).toEqual(set);
    expect(checkedFederation({ ...unchecked, domain: "example.net" }, check)?.lastCheck).toBeNull();
    expect(checkedFederation({ ...unchecked, discovery: "hub" }, check)?.lastCheck).toBeNull();
    expect(checkedFederation(set, { ...check, at: AT - 1 })?.lastCheck?.at).toBe(AT);
    expect(checkedFederation(null, check)).toBeNull();
  });

  it("are shown with the last check, as of an instant that knew it", () => {
    expect(federationShown(null, AT)).toBeNull();
    expect(federationShown(set, AT)).toMatchObject({
      enabled: true,
      domain: "example.org",
      discovery: "dns",
      checkedAt: "2026-11-21T09:00:00.000Z",
      reachable: true,
      checks: expect.arrayContaining([
        expect.objectContaining({ feature: "matrix.well-known", state: "ok", needed: true }),
      ]) as unknown,
    });
    expect(federationShown(set, AT - 1)).toEqual({
      enabled: true,
      domain: "example.org",
      discovery: "dns",
      checkedAt: null,
      reachable: null,
      checks: [],
    });
  });
});
