import type { DescribedOperation } from "../../../core/description.ts";
import { named, object, orNull, type Schema, text } from "../../../core/json-schema.ts";
import { newWorkspace } from "../request.ts";
import { WORKSPACE_ID } from "./document.ts";
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

export const WORKSPACE_SCHEMAS: Readonly<Record<string, Schema>> = { FirstCredentials: CREDENTIALS };

/** Workspaces, and what they are set to. */
export const WORKSPACE_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "POST /v1/workspaces": {
    area: "Workspaces",
    summary: "Make a workspace",
    description: "Makes a workspace with its first credentials. The secrets are shown here, once, and kept nowhere.",
    body: {
      "application/json": {
        schema: requestSchema(newWorkspace),
        examples: { workspace: { id: "acme", name: "Acme", startsAt: "2026-11-21T09:00:00Z" } },
      },
    },
    answers: {
      201: {
        description: "The workspace is made.",
        body: {
          "application/json": {
            schema: named("FirstCredentials"),
            examples: {
              credentials: {
                workspace: "acme",
                baseUrl: "https://statistics.acme.test",
                apiKey: "tm_…",
                imkit: { apiKey: "ak_…", clientKey: "ck_…" },
                rocketchat: { userId: "mXJ…", authToken: "…", username: "admin-acme", password: "…" },
                viewer: { userId: "p9b…", authToken: "…" },
              },
            },
          },
        },
      },
    },
    failures: ["parameter.invalid", "workspace.exists"],
  },
};
