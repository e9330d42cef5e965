import type { DescribedOperation } from "../../../core/description.ts";
import { CAPABILITIES } from "../../../core/capabilities.ts";
import {
  arrayOf,
  count,
  flag,
  instant,
  mapOf,
  named,
  object,
  oneOf,
  orNull,
  type Schema,
  text,
} from "../../../core/json-schema.ts";
import { POLL_REASONS } from "../../../core/upstream.ts";
import { sourceCheck, upstreamCredential } from "../requests/source.ts";
import { json, maybeInstant } from "./body.ts";
import { HOUR } from "./document.ts";
import { requestSchema } from "./request-schema.ts";

const SOURCE = oneOf(["events", "rocketchat", "imkit"], "Where its numbers come from.");
const REASON = orNull(oneOf(POLL_REASONS, "Why nothing was told; null when something was."));
const WHY = orNull(text("The reason in a sentence."));
const CAPABILITY = mapOf(
  oneOf(CAPABILITIES, "How the source comes to it: unknown ones are null in every document."),
  "Per statistic.",
);

/** Bodies of polled sources, by name. */
export const SOURCE_SCHEMAS: Readonly<Record<string, Schema>> = {
  Upstream: {
    ...object({
      url: text("Where the server is."),
      refresh: flag("Whether a Rocket.Chat server counts anew; otherwise its latest record is taken."),
      allowPrivate: flag("Whether an operator allowed its host a private address, and plain http there."),
    }),
    description: "The server that is polled.",
  },
  Source: object({
    source: SOURCE,
    upstream: orNull(named("Upstream")),
    credential: object({
      kept: flag("Whether one is kept."),
      origin: orNull(text("The only origin that it is sent to.")),
    }),
    lastPoll: orNull(
      object({
        hour: HOUR,
        tries: count("How often the server was asked for the hour."),
        at: instant("When it was asked last."),
        reason: REASON,
        why: WHY,
        nextAt: maybeInstant("When it is asked again for the hour; null when it is not."),
      }),
    ),
    capabilities: CAPABILITY,
  }),
  SourceCheck: object({
    source: SOURCE,
    ok: flag("Whether the server told what it was asked for."),
    reason: REASON,
    why: WHY,
    notes: arrayOf(text("What the ledger would say of it.")),
    version: orNull(text("The server's own version.")),
    wouldRecord: mapOf({ type: ["integer", "string"] }, "What an hour would record, by statistic."),
    capabilities: CAPABILITY,
  }),
};

const upstream = { url: "https://chat.example.org", refresh: true, allowPrivate: false } as const;
const capabilities = { "users.total": "told", "messages.sent": "derived", "users.seen": "unknown" } as const;
const credential = { userId: "ew28FnZqipDpvKw3R", authToken: "8h2mKAwxB3AQrFSjLVKMooJyjdCFaA7W45sWlHP8IzO" } as const;

/** Where a workspace's numbers come from. */
export const SOURCE_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/workspace/source": {
    area: "Workspaces",
    summary: "Read where the numbers come from",
    description: "The server that is polled, how it was asked the last time, and what such a source can give.",
    answers: {
      200: {
        description: "The source, without its credential.",
        body: json(named("Source"), {
          source: "rocketchat",
          upstream,
          credential: { kept: true, origin: "https://chat.example.org" },
          lastPoll: {
            hour: "2026-11-21T09",
            tries: 1,
            at: "2026-11-21T10:03:00.000Z",
            reason: null,
            why: null,
            nextAt: null,
          },
          capabilities,
        }),
      },
    },
  },
  "POST /v1/workspace/source/check": {
    area: "Workspaces",
    summary: "Try a source",
    description:
      "Asks the server once and keeps nothing: the workspace's own, or one to try before it is set. A kept credential is sent to its own server only.",
    bodyRequired: false,
    body: json(requestSchema(sourceCheck), { source: "rocketchat", upstream: { url: upstream.url }, credential }),
    answers: {
      200: {
        description: "What it told, or why nothing.",
        body: json(named("SourceCheck"), {
          source: "rocketchat",
          ok: true,
          reason: null,
          why: null,
          notes: [],
          version: "8.6.1",
          wouldRecord: { "users.total": 120 },
          capabilities,
        }),
      },
    },
    failures: ["parameter.invalid", "upstream.not-polled"],
  },
  "PUT /v1/workspace/upstream-credential": {
    area: "Workspaces",
    summary: "Keep what the server is asked with",
    description:
      "For the server that is set now: after a change of its address to another origin, give it again. It is never shown.",
    body: json(requestSchema(upstreamCredential), credential),
    answers: { 204: { description: "It is kept." } },
    failures: ["parameter.invalid", "upstream.not-polled", "upstream.no-vault"],
  },
  "DELETE /v1/workspace/upstream-credential": {
    area: "Workspaces",
    summary: "Forget what the server is asked with",
    description: "The server is not asked any more, and its hours are missing.",
    answers: { 204: { description: "It is forgotten." } },
  },
};
