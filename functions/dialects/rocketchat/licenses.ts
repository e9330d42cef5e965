import type { Failure } from "../../core/failure.ts";
import { isoOf } from "../../core/instant.ts";
import {
  isExternalModule,
  type License,
  type LicenseShown,
  type LimitName,
  LIMITS,
  NO_LIMIT,
  type Reason,
} from "../../core/license.ts";
import { invalidBody, invalidQuery, plainRefusal } from "./refusal.ts";

/**
 * The licence in the body of `licenses.add` and `licenses.validate`, without space around it.
 * @throws Failure `parameter.invalid`, in the words of upstream's validator.
 */
export const licenseTextOf = (body: unknown): string => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalidBody("must be object");
  if (!Object.hasOwn(body, "license")) throw invalidBody("must have required property 'license'");
  if (Object.keys(body).length > 1) throw invalidBody("must NOT have additional properties");
  const { license } = body as { readonly license: unknown };
  if (typeof license !== "string") throw invalidBody("must be string");
  const text = license.trim();
  if (text === "") throw plainRefusal("Empty license");
  return text;
};

/**
 * Whether `licenses.info` is asked for how much there is of what is limited.
 * @throws Failure `parameter.invalid`.
 */
export const asksForValues = (query: URLSearchParams): boolean => {
  const value = query.get("loadValues") ?? "false";
  if (value !== "true" && value !== "false") throw invalidQuery("must be boolean");
  return value === "true";
};

/** Upstream knows a licence that is for another address; ours names its workspace instead. */
const REASONS: Readonly<Record<Reason["about"], string>> = {
  text: "format",
  period: "period",
  workspace: "url",
  modules: "module",
  limits: "limit",
  superseded: "superseded",
};

const reasonBody = ({ about, detail, names }: Reason): object => ({
  behavior: "invalidate_license",
  reason: REASONS[about],
  ...(about === "modules" && names !== undefined ? { modules: names } : {}),
  ...(about === "limits" && names !== undefined ? { limit: names[0] } : {}),
  detail,
});

/** The body of a refused licence: upstream's error, and each reason with a sentence. */
export const refusedLicense = (reasons: readonly Reason[]): object => ({
  success: false,
  error: reasons.some(({ about }) => about === "text") ? "Invalid license" : "license-invalid",
  reasons: reasons.map(reasonBody),
});

/** The same of a failure `license.refused`. */
export const refusedLicenseOf = ({ details }: Failure): object =>
  refusedLicense((details["reasons"] ?? []) as readonly Reason[]);

/** What there may be of each without a licence: upstream counts apps on their own. */
const WITHOUT_LICENSE: Readonly<Record<LimitName, number>> = {
  activeUsers: NO_LIMIT,
  guestUsers: NO_LIMIT,
  roomsPerGuest: NO_LIMIT,
  privateApps: 0,
  marketplaceApps: 5,
  monthlyActiveContacts: NO_LIMIT,
};

const mostOf = (shown: LicenseShown | null, limit: LimitName): number =>
  shown?.status === "valid" ? (shown.limits[limit] ?? NO_LIMIT) : WITHOUT_LICENSE[limit];

type Values = Readonly<Partial<Record<LimitName, number>>>;

const isReached = (most: number, value = 0): boolean => most !== NO_LIMIT && value >= most;

/** The licence in the shape of upstream's object, version 3; never its signed text. */
const licenseObject = ({
  id,
  issuedAt,
  grantedTo,
  tags,
  workspace,
  validFrom,
  validUntil,
  modules,
  limits,
}: License) => ({
  version: "3.0",
  information: {
    id,
    autoRenew: false,
    trial: false,
    offline: true,
    createdAt: isoOf(issuedAt),
    grantedBy: { method: "manual" },
    ...(grantedTo === null ? {} : { grantedTo: { company: grantedTo } }),
    tags,
  },
  validation: {
    serverUrls: [],
    ...(workspace === null ? {} : { serverUniqueId: workspace }),
    validPeriods: [
      {
        ...(validFrom === null ? {} : { validFrom: isoOf(validFrom) }),
        ...(validUntil === null ? {} : { validUntil: isoOf(validUntil) }),
        invalidBehavior: "invalidate_license",
      },
    ],
    statisticsReport: { required: false },
  },
  grantedModules: modules.map((module) => (isExternalModule(module) ? { module, external: true } : { module })),
  limits: Object.fromEntries(
    Object.entries(limits).map(([name, max]) => [name, [{ max, behavior: "prevent_action" }]]),
  ),
});

/** What `licenses.info` tells: of the licence itself and its limits only those who may see settings. */
export interface InfoAsked {
  readonly license: License | null;
  readonly shown: LicenseShown | null;
  readonly values: Values;
  readonly maySeeSettings: boolean;
  readonly withValues: boolean;
}

const limitsBody = ({ shown, values, withValues }: InfoAsked): object =>
  Object.fromEntries(
    LIMITS.filter((name) => name !== "roomsPerGuest").map((name) => {
      const value = withValues ? values[name] : undefined;
      return [name, { max: mostOf(shown, name), ...(value === undefined ? {} : { value }) }];
    }),
  );

/** The answer of `GET /api/v1/licenses.info`. */
export const licenseInfoBody = (asked: InfoAsked): string => {
  const { license, shown, values, maySeeSettings } = asked;
  const modules = shown?.modules ?? [];
  const info = {
    ...(license !== null && maySeeSettings ? { license: licenseObject(license) } : {}),
    activeModules: modules,
    externalModules: modules.filter(isExternalModule).map((module) => ({ module, external: true })),
    preventedActions: Object.fromEntries(LIMITS.map((name) => [name, isReached(mostOf(shown, name), values[name])])),
    limits: maySeeSettings ? limitsBody(asked) : {},
    tags: shown?.tags ?? [],
    trial: false,
    hasValidLicense: shown?.status === "valid",
  };
  return JSON.stringify({ license: info, success: true });
};
