import type { DescribedDialect, DescribedOperation } from "../../../core/description.ts";
import { Failure } from "../../../core/failure.ts";
import { object, type Schema, text } from "../../../core/json-schema.ts";
import { renderFailure } from "../failure.ts";
import { meaningOf } from "../problem-pages.ts";
import { ADMIN_ROUTES, ROUTES } from "../routes.ts";
import { ABOUT_OPERATIONS, ABOUT_SCHEMAS } from "./about.ts";
import { ALERT_OPERATIONS, ALERT_SCHEMAS } from "./alerts.ts";
import { ANOMALY_OPERATIONS, ANOMALY_SCHEMAS } from "./anomalies.ts";
import { DOCUMENT_SCHEMAS } from "./document.ts";
import { DIRECTORY_OPERATIONS, DIRECTORY_SCHEMAS } from "./directory.ts";
import { EVENT_OPERATIONS, EVENT_SCHEMAS } from "./events.ts";
import { HEALTH_OPERATIONS, HEALTH_SCHEMAS } from "./health.ts";
import { IMPORT_OPERATIONS, IMPORT_SCHEMAS } from "./imports.ts";
import { KEY_OPERATIONS, KEY_SCHEMAS } from "./keys.ts";
import { LICENSE_KEY_OPERATIONS, LICENSE_KEY_SCHEMAS } from "./license-keys.ts";
import { NOTICE_OPERATIONS, NOTICE_SCHEMAS } from "./notices.ts";
import { READING_OPERATIONS, READING_SCHEMAS } from "./reading.ts";
import { SOURCE_OPERATIONS, SOURCE_SCHEMAS } from "./source.ts";
import { TREND_OPERATIONS, TREND_SCHEMAS } from "./trends.ts";
import { WORKSPACE_OPERATIONS, WORKSPACE_SCHEMAS } from "./workspaces.ts";

const PROBLEM: Schema = {
  ...object({
    type: text("Where the problem is explained.", { pattern: "^/problems/[a-z-]+$" }),
    title: text("The problem in a few words."),
    status: { type: "integer", minimum: 400, maximum: 599, description: "The HTTP status, again." },
    detail: text("What is wrong with this request, and what to do."),
    instance: text("The request's id."),
  }),
  description: "RFC 9457 problem details; what else there is to know of a problem stands beside the members named.",
  additionalProperties: true,
};

const WORKSPACE = {
  name: "x-tidemark-workspace",
  in: "header",
  description:
    "The workspace that is meant: needed with an operator's credential, which is good for every one; with any other it is the credential's own.",
  schema: { type: "string", maxLength: 63 },
  example: "demo",
} as const;

const AREAS = [
  { name: "Events", description: "What happened, in batches, and who reports it." },
  { name: "Directory", description: "The full list of users and rooms, to start from and to heal drift." },
  { name: "Statistics", description: "The numbers as of the last hour, and as of now." },
  { name: "Snapshots", description: "The published numbers of each hour, and how complete they are." },
  { name: "History", description: "The numbers over time." },
  {
    name: "Reports and notices",
    description: "Reports of days, weeks and months, and what the workspace tells by itself.",
  },
  { name: "Health", description: "How complete the history is, and how the service is." },
  { name: "Alerts", description: "What somebody is told of." },
  { name: "Imports", description: "The past of a new workspace." },
  { name: "Keys", description: "Who may do what in this dialect." },
  { name: "Accounts", description: "Users and tokens of the Rocket.Chat dialect." },
  { name: "Licence keys", description: "What licences are checked with, for operators." },
  { name: "Workspaces", description: "What is counted, and what it is set to." },
  { name: "About", description: "What the API tells of itself, to everybody." },
] as const;

const OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  ...EVENT_OPERATIONS,
  ...DIRECTORY_OPERATIONS,
  ...READING_OPERATIONS,
  ...TREND_OPERATIONS,
  ...ANOMALY_OPERATIONS,
  ...ALERT_OPERATIONS,
  ...NOTICE_OPERATIONS,
  ...HEALTH_OPERATIONS,
  ...IMPORT_OPERATIONS,
  ...KEY_OPERATIONS,
  ...LICENSE_KEY_OPERATIONS,
  ...WORKSPACE_OPERATIONS,
  ...SOURCE_OPERATIONS,
  ...ABOUT_OPERATIONS,
};

/** Only areas that something is in are told. */
const areas = AREAS.filter(({ name }) => Object.values(OPERATIONS).some(({ area }) => area === name));

/** Scopes that a user's permissions are worth. */
const OF_USERS: readonly string[] = ["statistics:read", "statistics:refresh", "admin"];

/** Our own dialect, as it describes itself. */
export const V1: DescribedDialect = {
  areas,
  routes: [...ROUTES, ...ADMIN_ROUTES],
  operations: OPERATIONS,
  schemas: {
    ...DOCUMENT_SCHEMAS,
    ...EVENT_SCHEMAS,
    ...DIRECTORY_SCHEMAS,
    ...NOTICE_SCHEMAS,
    ...HEALTH_SCHEMAS,
    ...KEY_SCHEMAS,
    ...LICENSE_KEY_SCHEMAS,
    ...READING_SCHEMAS,
    ...TREND_SCHEMAS,
    ...ANOMALY_SCHEMAS,
    ...ALERT_SCHEMAS,
    ...IMPORT_SCHEMAS,
    ...WORKSPACE_SCHEMAS,
    ...SOURCE_SCHEMAS,
    ...ABOUT_SCHEMAS,
    Problem: PROBLEM,
  },
  securitySchemes: {
    bearer: {
      type: "http",
      scheme: "bearer",
      description: "A key of ours, or a token of the OpenID provider that the deployment trusts.",
    },
    key: { type: "apiKey", in: "header", name: "x-api-key", description: "A key of ours." },
    userToken: {
      type: "apiKey",
      in: "header",
      name: "X-Auth-Token",
      description:
        "A user's session or personal access token: view-statistics reads and refreshes, edit-privileged-setting administers.",
    },
    userId: { type: "apiKey", in: "header", name: "X-User-Id", description: "The user whose token it is." },
  },
  securityFor: (scope) => [
    { bearer: [scope] },
    { key: [scope] },
    ...(OF_USERS.includes(scope) ? [{ userToken: [scope], userId: [] }] : []),
  ],
  everywhere: ({ scope }) =>
    scope === null
      ? { parameters: [], failures: [] }
      : {
          parameters: scope === "operator" ? [] : [WORKSPACE],
          failures: [
            "credential.missing",
            "credential.unknown",
            "credential.expired",
            "scope.missing",
            "rate.exceeded",
            ...(scope === "operator" ? [] : (["workspace.not-chosen", "workspace.missing"] as const)),
            "store.busy",
            "store.newer",
          ],
        },
  failure: (code) =>
    renderFailure(code === undefined ? undefined : new Failure(code, meaningOf(code)), "5JkZ0q9dX3mV7bN2wYcT"),
  failureSchema: "Problem",
};
