import type { DescribedOperation, DescribedParameter } from "../../../core/description.ts";
import {
  anyObject,
  arrayOf,
  count,
  flag,
  instant,
  named,
  object,
  oneOf,
  only,
  orNull,
  type Schema,
  text,
} from "../../../core/json-schema.ts";
import { WORKSPACE_QUERIES } from "../queries/workspaces.ts";
import { newWorkspace } from "../request.ts";
import { check } from "../requests/federation.ts";
import { workspaceChange } from "../requests/workspace.ts";
import { json, maybeInstant, NEXT } from "./body.ts";
import { CHECK, DISCOVERY, WORKSPACE_ID } from "./document.ts";
import { requestSchema } from "./request-schema.ts";

const CREDENTIALS: Schema = object({
  workspace: WORKSPACE_ID,
  baseUrl: orNull(text("Where the request reached us; null when nobody knows.")),
  apiKey: text("Key of this dialect, with every scope of the workspace."),
  imkit: object({ apiKey: text("Key of the IMKit dialect."), clientKey: text("The app's client key.") }),
  rocketchat: object({
    userId: text("Of the administrator's account."),
    authToken: text("Token of the Rocket.Chat dialect."),
    username: text("To log in with."),
    password: text("To log in with."),
  }),
  viewer: object({ userId: text("A user without permissions."), authToken: text("Token of that user.") }),
});

const LISTED: Readonly<Record<string, Schema>> = {
  id: WORKSPACE_ID,
  name: text("Its name."),
  state: oneOf(
    ["active", "paused", "ended"],
    "A paused workspace takes no events; an ended one is gone for its users.",
  ),
  source: oneOf(["events", "rocketchat", "imkit"], "Where its numbers come from."),
  startsAt: instant("From when on it is counted."),
};

const WORKSPACE: Schema = object({
  ...LISTED,
  timeZone: text("IANA name; days of reports and peaks are cut by it, hours never are."),
  deploymentId: text("What identifies the deployment to clients."),
  clientKey: text("Identifies the app to IMKit clients; not a secret."),
  rocketchat: object({
    shape: oneOf(["nested", "flat"], "Shape of the statistics in that dialect."),
    callsPerMinute: orNull(count("Calls of one token on one route; null for no limit.")),
  }),
  imkit: object({ echoKeys: flag("Whether reports echo keys.") }),
  retention: object({
    people: oneOf(
      ["keep", "hash", "counts"],
      "Whether it stays known who was seen; or once they are old only by hashes of ids, so that every number stays and nobody is named; or only how many: then people and rooms of other times than whole UTC days, ISO weeks and months are null, and so are new and returning users.",
    ),
    afterDays: count("After how many days; whole weeks and months go together, so up to five weeks later."),
  }),
  upstream: orNull(named("Upstream")),
  federation: orNull(named("Federation")),
  license: orNull(named("License")),
  pauses: arrayOf(
    object({ from: instant("When it was paused."), to: maybeInstant("When it was resumed; null while it is paused.") }),
    "Times in which nothing was taken, oldest first.",
  ),
});

const EXAMPLE = {
  id: "acme",
  name: "Acme",
  state: "active",
  source: "events",
  startsAt: "2026-11-21T09:00:00.000Z",
  timeZone: "Europe/Berlin",
  deploymentId: "wD4EP3M7FeFzJZgk9",
  clientKey: "ck_abcdef1234567890",
  rocketchat: { shape: "nested", callsPerMinute: 10 },
  imkit: { echoKeys: true },
  retention: { people: "keep", afterDays: 400 },
  upstream: null,
  federation: null,
  license: null,
  pauses: [],
} as const;

/** Bodies of workspaces and their audit trail, by name. */
export const WORKSPACE_SCHEMAS: Readonly<Record<string, Schema>> = {
  FirstCredentials: CREDENTIALS,
  Workspace: WORKSPACE,
  WorkspaceList: object({ workspaces: arrayOf(object(LISTED)), next: NEXT }, ["next"]),
  WorkspaceEnd: object({
    id: WORKSPACE_ID,
    state: only("ended"),
    removed: object({
      credentials: count("Credentials that ended."),
      accounts: count("Accounts removed."),
      items: count("Items removed."),
    }),
    remaining: flag("Whether there is more to remove: send the same again."),
    stays: arrayOf(text("What stays.")),
    goesLater: arrayOf(text("What goes later.")),
  }),
  FederationCheck: object({
    domain: text("The domain checked."),
    discovery: DISCOVERY,
    ...CHECK,
    kept: flag("Whether the workspace's documents show it from now on."),
  }),
  Act: object({
    id: text("Id of the act."),
    at: instant("When it was done."),
    by: text("The credential it was done with, without its secret."),
    action: text("What was done, as `area.verb`."),
    details: anyObject("What it was done to."),
  }),
  ActList: object({ acts: arrayOf(named("Act"), "Newest first."), next: NEXT }, ["next"]),
};

const ID: DescribedParameter = {
  name: "id",
  in: "path",
  description: "Id of the workspace.",
  schema: { type: "string", maxLength: 63 },
  example: "acme",
};

const settings = (summary: string, description: string): DescribedOperation => ({
  area: "Workspaces",
  summary,
  description,
  answers: { 200: { description: "The workspace as it is now.", body: json(named("Workspace"), EXAMPLE) } },
});

const CHANGE = {
  schema: requestSchema(workspaceChange),
  examples: { change: { timeZone: "Europe/Berlin", rocketchat: { shape: "flat" } } },
} as const;

const ACTS = json(named("ActList"), {
  acts: [
    {
      id: "01JD7Q2E5W",
      at: "2026-11-21T10:30:00.000Z",
      by: "first key (…q8Zt)",
      action: "workspace.changed",
      details: { timeZone: { from: "UTC", to: "Europe/Berlin" } },
    },
  ],
});

const own: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/workspace": {
    ...settings("Read the workspace's settings", "The workspace that the credential is for."),
    conditional: true,
  },
  "PATCH /v1/workspace": {
    ...settings(
      "Change the workspace's settings",
      "A JSON merge patch (RFC 7396): what is left out stays, null sets back what may be null. A member that can't be changed is refused by name.",
    ),
    body: { "application/json": CHANGE, "application/merge-patch+json": CHANGE },
    conditional: true,
    failures: ["parameter.invalid", "workspace.has-history"],
  },
  "POST /v1/workspace/pause": {
    ...settings(
      "Pause the workspace",
      "Nothing is taken until it is resumed; the hours in between are partial or missing.",
    ),
    conditional: true,
  },
  "POST /v1/workspace/resume": {
    ...settings("Resume the workspace", "Events are taken from now on."),
    conditional: true,
  },
  "POST /v1/federation/check": {
    area: "Workspaces",
    summary: "Check the federation's records",
    description: "Looks the domain's records up now: the workspace's own, or one to try before it is set.",
    bodyRequired: false,
    body: json(requestSchema(check), { domain: "example.org", discovery: "dns" }),
    answers: {
      200: {
        description: "What was found.",
        body: json(named("FederationCheck"), {
          domain: "example.org",
          discovery: "dns",
          checkedAt: "2026-11-21T10:30:00.000Z",
          reachable: false,
          checks: [
            {
              feature: "federation",
              record: { type: "SRV", name: "_rocketchat._https.example.org" },
              state: "missing",
              expected: "a service record that names host and port",
              found: null,
              remedy: "Publish it.",
              needed: true,
            },
          ],
          kept: false,
        }),
      },
    },
    failures: ["parameter.invalid"],
  },
  "GET /v1/audit": {
    area: "Workspaces",
    summary: "Read who did what",
    description: "Acts of administrators in the range, newest first.",
    parameters: WORKSPACE_QUERIES.listActs,
    answers: {
      200: {
        description: "A page of acts.",
        body: ACTS,
      },
    },
    failures: ["parameter.invalid", "range.invalid"],
  },
};

const { id, name, state, source, startsAt } = EXAMPLE;

const everyWorkspace: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/workspaces": {
    area: "Workspaces",
    summary: "List workspaces",
    description: "Every workspace of the deployment that has not ended.",
    parameters: WORKSPACE_QUERIES.listWorkspaces,
    answers: {
      200: {
        description: "A page of workspaces.",
        body: json(named("WorkspaceList"), { workspaces: [{ id, name, state, source, startsAt }] }),
      },
    },
    failures: ["parameter.invalid"],
  },
  "POST /v1/workspaces": {
    area: "Workspaces",
    summary: "Make a workspace",
    description: "Makes a workspace with its first credentials. The secrets are shown here, once, and kept nowhere.",
    body: json(requestSchema(newWorkspace), { id: "acme", name: "Acme", startsAt: "2026-11-21T09:00:00Z" }),
    answers: {
      201: {
        description: "The workspace is made.",
        body: json(named("FirstCredentials"), {
          workspace: "acme",
          baseUrl: "https://statistics.acme.test",
          apiKey: "tm_…",
          imkit: { apiKey: "ak_…", clientKey: "ck_…" },
          rocketchat: { userId: "mXJ…", authToken: "…", username: "admin-acme", password: "…" },
          viewer: { userId: "p9b…", authToken: "…" },
        }),
      },
    },
    failures: ["parameter.invalid", "workspace.exists"],
  },
  "GET /v1/workspaces/{id}/export": {
    area: "Workspaces",
    summary: "Export a workspace",
    description:
      "The workspace and every snapshot of it, one per line. The `link` header leads to the next page; pages one after the other are the whole export.",
    parameters: [ID, ...WORKSPACE_QUERIES.exportWorkspace],
    answers: {
      200: {
        description: "A page of the export.",
        headers: {
          link: {
            description: "Where the next page is, when there is one.",
            schema: { type: "string" },
            example: '</v1/workspaces/acme/export?cursor=MjAyNi0xMS0yMVQwOQ>; rel="next"',
          },
        },
        body: {
          "application/x-ndjson": {
            schema: text("The workspace in the first line, then a `Document` per line."),
            examples: { lines: '{"kind":"workspace","id":"acme"}\n{"workspace":"acme","kind":"snapshot"}\n' },
          },
        },
      },
    },
    failures: ["parameter.invalid", "workspace.missing"],
  },
  "GET /v1/workspaces/{id}/audit": {
    area: "Workspaces",
    summary: "Read who did what, in any workspace",
    description:
      "Acts in a workspace, one that has ended, too, newest first; with `*` as the id, acts upon the deployment itself: its licence keys.",
    parameters: [ID, ...WORKSPACE_QUERIES.listActsOf],
    answers: { 200: { description: "A page of acts.", body: ACTS } },
    failures: ["parameter.invalid", "range.invalid", "workspace.missing"],
  },
  "DELETE /v1/workspaces/{id}": {
    area: "Workspaces",
    summary: "End a workspace",
    description:
      "Can't be taken back: without the id again in `confirm` the answer says where to fetch an export first. Send it again while something remains.",
    parameters: [ID, ...WORKSPACE_QUERIES.endWorkspace],
    answers: {
      200: {
        description: "The workspace has ended.",
        body: json(named("WorkspaceEnd"), {
          id: "acme",
          state: "ended",
          removed: { credentials: 4, accounts: 1, items: 120 },
          remaining: false,
          stays: ["Published snapshots."],
          goesLater: ["Records of batches."],
        }),
      },
    },
    failures: ["parameter.invalid", "workspace.missing", "confirmation.missing"],
  },
};

/** Workspaces, and what they are set to. */
export const WORKSPACE_OPERATIONS: Readonly<Record<string, DescribedOperation>> = { ...own, ...everyWorkspace };
