import type { DescribedDialect, DescribedOperation } from "../../../core/description.ts";
import { Failure } from "../../../core/failure.ts";
import { anyObject, arrayOf, object, only, type Schema, text } from "../../../core/json-schema.ts";
import { renderFailure } from "../failure.ts";
import { ROUTES } from "../routes.ts";
import { ACCOUNT_OPERATIONS, ACCOUNT_SCHEMAS } from "./accounts.ts";
import { FEED_OPERATIONS } from "./feed.ts";
import { LICENSE_OPERATIONS } from "./licenses.ts";
import { STATISTICS_OPERATIONS, STATISTICS_SCHEMAS } from "./statistics.ts";

/** The several forms that upstream's errors have. */
const ERROR: Schema = object(
  {
    success: only(false),
    error: text("What went wrong, in upstream's words."),
    errorType: text("Its name, where upstream gives one."),
    status: only("error"),
    message: text("The same words again, where upstream repeats them."),
    details: anyObject("What upstream adds to it."),
    reasons: arrayOf(anyObject("Why a licence is refused.")),
  },
  ["errorType", "status", "message", "details", "reasons"],
);

const OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  ...STATISTICS_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...LICENSE_OPERATIONS,
  ...FEED_OPERATIONS,
};

/** What failures tell of, in examples. */
const DETAILS = { limit: 10, resetAt: 1_795_253_460_000, retryAfterSeconds: 12 } as const;

/** Permissions that a key of ours stands for, too; an operator's names its workspace. */
const isForKeys = (scope: string): boolean => scope === "view-statistics" || scope === "edit-privileged-setting";

/** The Rocket.Chat dialect, as it describes itself. */
export const ROCKETCHAT: DescribedDialect = {
  areas: [
    { name: "Rocket.Chat", description: "Statistics, as Rocket.Chat's clients read them." },
    { name: "Rocket.Chat accounts", description: "Logging in, and personal access tokens." },
    { name: "Rocket.Chat licences", description: "Our own signed licences, as Rocket.Chat's clients apply them." },
  ],
  routes: ROUTES,
  operations: OPERATIONS,
  schemas: { ...STATISTICS_SCHEMAS, ...ACCOUNT_SCHEMAS, RocketchatError: ERROR },
  securitySchemes: {
    rocketchatToken: {
      type: "apiKey",
      in: "header",
      name: "X-Auth-Token",
      description: "A session's token, or a personal access token.",
    },
    rocketchatUser: { type: "apiKey", in: "header", name: "X-User-Id", description: "The user whose token it is." },
    apiKey: {
      type: "apiKey",
      in: "header",
      name: "x-api-key",
      description: "A key of our own dialect: statistics:read views the statistics, admin edits privileged settings.",
    },
  },
  // For any user who is logged in there is no permission to name.
  securityFor: (scope) => [
    { rocketchatToken: scope === "" ? [] : [scope], rocketchatUser: [] },
    ...(isForKeys(scope) ? [{ apiKey: [scope] }] : []),
  ],
  everywhere: ({ scope }) =>
    scope === null
      ? { parameters: [], failures: ["rate.exceeded"] }
      : {
          parameters: [],
          failures: [
            "credential.missing",
            "scope.missing",
            ...(isForKeys(scope) ? (["workspace.not-chosen"] as const) : []),
            "rate.exceeded",
            "store.busy",
            "store.newer",
          ],
        },
  failure: (code, { path }) =>
    renderFailure(
      code === undefined ? undefined : new Failure(code, "What is wrong with the request.", { ...DETAILS, path }),
    ),
  failureSchema: "RocketchatError",
};
