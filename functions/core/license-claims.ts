import { isFields } from "./fields.ts";
import type { License, LicenseTag } from "./license.ts";

/** What a licence's JWT says it is (RFC 8725, section 3.11), so that no other token of the operator's passes for one. */
export const LICENSE_TYPE = "tidemark-license+jwt";

/** Algorithms a licence may be signed with (RFC 8037, RFC 7518). */
export const LICENSE_ALGORITHMS = ["EdDSA", "RS256"] as const;
/** An algorithm that licences are signed with. */
export type LicenseAlgorithm = (typeof LICENSE_ALGORITHMS)[number];

const MS = 1_000;
/** Latest time a claim may name: the end of the year 9999, in seconds. */
const LATEST = 253_402_300_799;
const MOST = { tags: 20, modules: 100, limits: 20, characters: 200 } as const;

type Claims = Readonly<Record<string, unknown>>;

/** Claims that keep the rules below. */
interface GoodClaims extends Claims {
  readonly jti: string;
  readonly tags: readonly LicenseTag[];
  readonly modules: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly sub?: string;
  readonly grantedTo?: string;
}

const isText = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= MOST.characters;

const isSeconds = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 && value <= LATEST;

const isTag = (value: unknown): value is LicenseTag =>
  isFields(value) &&
  isText(value["name"]) &&
  typeof value["color"] === "string" &&
  /^#[\da-f]{6}$/i.test(value["color"]);

const isLimit = (value: unknown): boolean => typeof value === "number" && Number.isSafeInteger(value) && value >= -1;

interface Rule {
  readonly isGood: (value: unknown) => boolean;
  readonly isNeeded: boolean;
  readonly asked: string;
}

const optional = (isGood: (value: unknown) => boolean, asked: string): Rule => ({ isGood, isNeeded: false, asked });
const needed = (isGood: (value: unknown) => boolean, asked: string): Rule => ({ isGood, isNeeded: true, asked });

/** The claims of a licence: those of RFC 7519, whose times are in seconds, and our own. Any others are passed over. */
const RULES: Readonly<Record<string, Rule>> = {
  jti: needed(isText, "the licence's id, 1 to 200 characters"),
  iat: needed(isSeconds, "when it was issued, seconds since 1970"),
  nbf: optional(isSeconds, "from when it is valid, seconds since 1970"),
  exp: optional(isSeconds, "until when it is valid, seconds since 1970"),
  sub: optional(isText, "the workspace it is for, by id or deployment id"),
  grantedTo: optional(isText, "whom it was granted to, 1 to 200 characters"),
  tags: needed(
    (value) => Array.isArray(value) && value.length <= MOST.tags && value.every(isTag),
    "a list of {name, color}, the color as #rrggbb",
  ),
  modules: needed(
    (value) => Array.isArray(value) && value.length <= MOST.modules && value.every(isText),
    "a list of the modules it grants",
  ),
  limits: needed(
    (value) => isFields(value) && Object.keys(value).length <= MOST.limits && Object.values(value).every(isLimit),
    "an object of whole numbers, -1 for no limit",
  ),
};

const flawOf = (claims: Claims): string | undefined => {
  for (const [name, { isGood, isNeeded, asked }] of Object.entries(RULES)) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (value === undefined && !isNeeded) continue;
    if (value === undefined) return `The claim ${name} is missing: ${asked}.`;
    if (!isGood(value)) return `The claim ${name} is not what it has to be: ${asked}.`;
  }
  return undefined;
};

const msOf = (seconds: unknown): number | null => (seconds === undefined ? null : Math.round(Number(seconds) * MS));

/** What a verified text's claims say, or what is wrong with them. Whether it holds now and here is judged elsewhere. */
export const licenseOf = (
  text: string,
  claims: unknown,
): { readonly license: License } | { readonly reason: string } => {
  if (!isFields(claims)) return { reason: "What is signed is not an object of claims." };
  const reason = flawOf(claims);
  if (reason !== undefined) return { reason };
  const { jti, tags, modules, limits, sub, grantedTo } = claims as GoodClaims;
  return {
    license: {
      text,
      id: jti,
      issuedAt: msOf(claims["iat"]) ?? 0,
      tags: tags.map(({ name, color }) => ({ name, color })),
      modules: [...new Set(modules)],
      limits: { ...limits },
      validFrom: msOf(claims["nbf"]),
      validUntil: msOf(claims["exp"]),
      workspace: sub ?? null,
      grantedTo: grantedTo ?? null,
    },
  };
};

/** What is to be signed for a licence: the other way round of {@link licenseOf}. */
export const claimsOf = (license: Omit<License, "text">): Claims => {
  const { id, issuedAt, validFrom, validUntil, workspace, grantedTo, tags, modules, limits } = license;
  return {
    jti: id,
    iat: issuedAt / MS,
    ...(validFrom === null ? {} : { nbf: validFrom / MS }),
    ...(validUntil === null ? {} : { exp: validUntil / MS }),
    ...(workspace === null ? {} : { sub: workspace }),
    ...(grantedTo === null ? {} : { grantedTo }),
    tags,
    modules,
    limits,
  };
};
