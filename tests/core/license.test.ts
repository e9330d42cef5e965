import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isExternalModule,
  isModule,
  licenseShown,
  MODULES,
  type Reason,
  reasonsAgainst,
} from "../../functions/core/license.ts";
import { claimsOf, licenseOf } from "../../functions/core/license-claims.ts";
import { algorithmOf, isPrivate, keyIdOf, publicOf } from "../../functions/core/license-key.ts";
import { sampleLicense } from "../support/licenses.ts";
import { sampleWorkspace } from "../support/samples.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const ACME = sampleWorkspace("acme");

const about = (reasons: readonly Reason[]): readonly string[] => reasons.map((reason) => reason.about);

describe("a licence", () => {
  it.each([
    ["without a period or a workspace", {}],
    ["from its first millisecond", { validFrom: NOW }],
    ["to its last millisecond", { validUntil: NOW + 1 }],
    ["for the workspace by its id", { workspace: "acme" }],
    ["for the workspace by its deployment id", { workspace: "deployment-of-acme" }],
    ["with every module there is", { modules: MODULES }],
    ["with a module of somebody else's", { modules: ["vendor.name"] }],
    ["with a limit that is none", { limits: { activeUsers: -1, guestUsers: 0 } }],
  ])("holds %s", (_how, changes) => {
    expect(reasonsAgainst(sampleLicense(changes), ACME, NOW)).toEqual([]);
  });

  it.each([
    ["before its time", { validFrom: NOW + 1 }, "period", "It is not valid before 2026-11-21T12:00:00.001Z."],
    ["from its end on", { validUntil: NOW }, "period", "It was valid until 2026-11-21T12:00:00.000Z."],
    [
      "when its period is none",
      { validFrom: NOW - 1, validUntil: NOW - 1 },
      "period",
      "It is valid at no time: its period ends before it begins.",
    ],
    [
      "for another workspace",
      { workspace: "other" },
      "workspace",
      "It is for the workspace other, and this is acme (deployment-of-acme).",
    ],
    [
      "when it grants what there is not",
      { modules: ["auditing", "telepathy", "Vendor.Name"] },
      "modules",
      "It grants modules that there are not: telepathy, Vendor.Name.",
    ],
    [
      "when it limits what there is not",
      { limits: { wishes: 3 } },
      "limits",
      "It limits things that there are not: wishes.",
    ],
  ])("does not hold %s, and says why", (_when, changes, kind, detail) => {
    expect(reasonsAgainst(sampleLicense(changes), ACME, NOW)).toEqual([
      expect.objectContaining({ about: kind, detail }),
    ]);
  });

  it("names every reason, not the first alone", () => {
    const license = sampleLicense({
      workspace: "other",
      validUntil: NOW - 1,
      modules: ["telepathy"],
      limits: { no: 1 },
    });
    expect(about(reasonsAgainst(license, ACME, NOW))).toEqual(["period", "workspace", "modules", "limits"]);
  });

  it("holds exactly in its period", () => {
    const edge = fc.option(fc.integer({ min: -5, max: 5 }));
    fc.assert(
      fc.property(edge, edge, fc.integer({ min: -6, max: 6 }), (from, until, at) => {
        const license = sampleLicense({
          validFrom: from === null ? null : NOW + from,
          validUntil: until === null ? null : NOW + until,
        });
        const isInside = (from === null || at >= from) && (until === null || at < until);
        expect(reasonsAgainst(license, ACME, NOW + at).length === 0).toBe(isInside);
      }),
    );
  });
});

describe("what a document shows of a licence", () => {
  it("is nothing where none is applied", () => {
    expect(licenseShown(ACME, NOW)).toBeNull();
  });

  it.each([
    ["valid", {}],
    ["expired", { validUntil: NOW }],
    ["not-yet-valid", { validFrom: NOW + 1 }],
    ["invalid", { workspace: "other", validUntil: NOW }],
  ])("is %s", (status, changes) => {
    expect(licenseShown(sampleWorkspace("acme", { license: sampleLicense(changes) }), NOW)).toMatchObject({ status });
  });

  it("is what it gives while it is valid, and nothing from its end on", () => {
    const license = sampleLicense({ validFrom: NOW - 1_000, validUntil: NOW + 1_000, text: "signed text" });
    const workspace = sampleWorkspace("acme", { license });
    const period = { validFrom: "2026-11-21T11:59:59.000Z", validUntil: "2026-11-21T12:00:01.000Z" };
    expect(licenseShown(workspace, NOW)).toEqual({
      status: "valid",
      tags: [{ name: "Pro", color: "#2563eb" }],
      modules: ["auditing", "engagement-dashboard"],
      limits: { activeUsers: 50 },
      ...period,
    });
    expect(licenseShown(workspace, NOW + 1_000)).toEqual({
      status: "expired",
      tags: [],
      modules: [],
      limits: {},
      ...period,
    });
  });
});

describe("modules", () => {
  it.each(["auditing", "federation", "vendor.name", "a-1.b-2"])("have the name %s", (name) => {
    expect(isModule(name)).toBe(true);
  });
  it.each(["", "*", "enterprise:*", "Auditing", "vendor.", ".name", "a.b.c", "vendor name"])(
    "don't have the name «%s»",
    (name) => {
      expect(isModule(name)).toBe(false);
    },
  );
  it("are somebody else's by their dot", () => {
    expect(MODULES.filter(isExternalModule)).toEqual([]);
  });
});

describe("the claims of a licence", () => {
  const good = claimsOf(
    sampleLicense({ validFrom: NOW, validUntil: NOW + 1_000, workspace: "acme", grantedTo: "Acme" }),
  );

  it("say all of it, and are read as they were written", () => {
    const seconds = fc.integer({ min: 0, max: 4_102_444_800 }).map((second) => second * 1_000);
    const word = fc.string({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        fc.record({
          text: word,
          id: word,
          issuedAt: seconds,
          tags: fc.array(fc.record({ name: word, color: fc.constantFrom("#000000", "#AbCdEf") }), { maxLength: 5 }),
          modules: fc.uniqueArray(word, { maxLength: 5 }),
          limits: fc.dictionary(
            word.filter((name) => name !== "__proto__"),
            fc.integer({ min: -1 }),
            { maxKeys: 5, noNullPrototype: true },
          ),
          validFrom: fc.option(seconds),
          validUntil: fc.option(seconds),
          workspace: fc.option(word),
          grantedTo: fc.option(word),
        }),
        (license) => {
          const claims = JSON.parse(JSON.stringify(claimsOf(license))) as unknown;
          expect(licenseOf(license.text, claims)).toEqual({ license });
        },
      ),
    );
  });

  it.each([
    ["no object", [], /not an object/],
    ["nothing", undefined, /not an object/],
    ["no id", { ...good, jti: undefined }, /The claim jti is missing/],
    ["no time of issue", { ...good, iat: undefined }, /The claim iat is missing/],
    ["no modules", { ...good, modules: undefined }, /The claim modules is missing/],
    ["no tags", { ...good, tags: undefined }, /The claim tags is missing/],
    ["no limits", { ...good, limits: undefined }, /The claim limits is missing/],
    ["a time as text", { ...good, exp: "2027-01-01" }, /The claim exp is not/],
    ["a time in milliseconds", { ...good, exp: NOW }, /The claim exp is not/],
    ["a time before all", { ...good, nbf: -1 }, /The claim nbf is not/],
    ["a null workspace", { ...good, sub: null }, /The claim sub is not/],
    ["modules that are no list", { ...good, modules: "auditing" }, /The claim modules is not/],
    ["a module that is no text", { ...good, modules: [1] }, /The claim modules is not/],
    ["too many modules", { ...good, modules: Array.from({ length: 101 }, String) }, /The claim modules is not/],
    ["a tag without a color", { ...good, tags: [{ name: "Pro" }] }, /The claim tags is not/],
    [
      "a tag with a script for a color",
      { ...good, tags: [{ name: "Pro", color: "red;x:y" }] },
      /The claim tags is not/,
    ],
    ["a limit that is no number", { ...good, limits: { activeUsers: "50" } }, /The claim limits is not/],
    ["half a limit", { ...good, limits: { activeUsers: 0.5 } }, /The claim limits is not/],
    ["a limit below none", { ...good, limits: { activeUsers: -2 } }, /The claim limits is not/],
  ])("with %s are refused by name", (_what, claims, told) => {
    expect(licenseOf("text", claims)).toEqual({ reason: expect.stringMatching(told) });
  });

  it("may hold others, which are passed over", () => {
    expect(licenseOf("text", { ...good, iss: "somebody" })).toMatchObject({ license: { id: "license-1" } });
  });
});

describe("keys of licences", () => {
  /** The example key of RFC 8037, appendix A, and its thumbprint there. */
  const ED25519 = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

  it("have the thumbprint of RFC 7638 for an id, whatever else is said of them", () => {
    expect(keyIdOf(publicOf({ alg: "EdDSA", kid: "mine", use: "sig", ...ED25519 }) ?? {})).toBe(
      "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    );
  });

  it("sign with the one algorithm they are for", () => {
    expect(algorithmOf(ED25519)).toBe("EdDSA");
    expect(algorithmOf({ kty: "RSA" })).toBe("RS256");
    for (const other of [{}, { kty: "oct" }, { kty: "EC", crv: "P-256" }, { kty: "OKP", crv: "X25519" }])
      expect(algorithmOf(other)).toBeUndefined();
  });

  it("are no public keys when a member is missing or no text", () => {
    expect(publicOf({ kty: "OKP", crv: "Ed25519" })).toBeUndefined();
    expect(publicOf({ kty: "RSA", n: 1, e: "AQAB" })).toBeUndefined();
  });

  it("are private when they hold what signs", () => {
    expect(isPrivate(ED25519)).toBe(false);
    expect(isPrivate({ ...ED25519, d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" })).toBe(true);
  });
});
