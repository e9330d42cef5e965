import type { DescribedOperation } from "../../../core/description.ts";
import { eventSchema } from "../../../core/event-schema.ts";
import type { EventType } from "../../../core/event.ts";
import { count, flag, named, object, type Schema, text } from "../../../core/json-schema.ts";
import { SYNC_PARAMETERS } from "../requests/directory.ts";

/** A line is read as the data of an event is. */
const dataOf = (type: EventType): Schema =>
  (eventSchema(type) as { readonly properties: { readonly data: Schema } }).properties.data;

/** Bodies of full lists, by name. */
export const DIRECTORY_SCHEMAS: Readonly<Record<string, Schema>> = {
  ListedUser: dataOf("user.changed"),
  ListedRoom: dataOf("room.changed"),
  ListPage: object({
    sync: text("Id of the list."),
    page: count("The page that is kept now."),
    received: count("Lines of it."),
    committed: flag("False: the list is not committed yet."),
  }),
  ListCommit: object({
    sync: text("Id of the list."),
    received: count("Lines of all pages."),
    duplicates: count("Lines that name an id again; the last one of an id counts."),
    added: count("Entries that were not known."),
    changed: count("Entries that were known otherwise."),
    removed: count("Entries that are not on the list."),
    unchanged: count("Entries that needed nothing."),
    remaining: count("Changes still to be counted: commit again until there are none."),
    committed: flag("Whether the directory is what the list says."),
  }),
};

const put = (what: "users" | "rooms", line: string, example: object): DescribedOperation => ({
  area: "Directory",
  summary: `Send the full list of ${what}`,
  description: `Adds, changes and removes what differs from the directory, and says how much: to start an existing workspace, and to heal drift. One object of \`${line}\` per line, at most 10,000 lines. A longer list comes in pages under one \`sync\`, and is then committed.`,
  parameters: SYNC_PARAMETERS,
  bodyRequired: false,
  body: {
    "application/x-ndjson": {
      // Of each line: before OpenAPI 3.2 there is no other way to say what a text is made of.
      schema: text(`One \`${line}\` per line.`, {
        contentMediaType: "application/x-ndjson",
        contentSchema: named(line),
      }),
      examples: { lines: `${JSON.stringify(example)}\n` },
    },
  },
  answers: {
    200: {
      description: "The page is kept, or the list is committed.",
      body: {
        "application/json": {
          schema: { anyOf: [named("ListPage"), named("ListCommit")] },
          examples: {
            committed: {
              sync: "2026-11-21-nightly",
              received: 88,
              duplicates: 0,
              added: 2,
              changed: 1,
              removed: 1,
              unchanged: 85,
              remaining: 0,
              committed: true,
            },
            page: { sync: "2026-11-21-nightly", page: 1, received: 10_000, committed: false },
          },
        },
      },
    },
  },
  failures: [
    "parameter.invalid",
    "directory.malformed",
    "directory.mismatch",
    "directory.sync-missing",
    "batch.too-large",
    "workspace.paused",
  ],
});

/** The full lists of users and rooms. */
export const DIRECTORY_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "PUT /v1/directory/users": put("users", "ListedUser", { id: "ada", kind: "user", active: true, status: "online" }),
  "PUT /v1/directory/rooms": put("rooms", "ListedRoom", { id: "general", kind: "channel" }),
};
