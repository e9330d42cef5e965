import { createHash } from "node:crypto";
import { closeHour } from "../../functions/core/closing.ts";
import type { Publication } from "../../functions/core/publication.ts";
import { emptyHour, type HourDelta } from "../../functions/core/delta.ts";
import { type Entry, newEntry } from "../../functions/core/directory.ts";
import { type Head, newHead } from "../../functions/core/head.ts";
import { type Hour, hourNamed, startOf } from "../../functions/core/hour.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import type { Act } from "../../functions/ports/audit.ts";
import type { BatchRecord, Part } from "../../functions/ports/log.ts";
import type { Account } from "../../functions/ports/accounts.ts";

/** The hour that samples are about: 2026-11-21T09. */
export const SAMPLE_HOUR = hourNamed("2026-11-21T09") as Hour;

/** A workspace, valid in all its fields. */
export const sampleWorkspace = (id = "acme", changes: Partial<Workspace> = {}): Workspace => ({
  id,
  name: `Workspace ${id}`,
  state: "active",
  source: "events",
  timeZone: "Europe/Berlin",
  startsAt: startOf(SAMPLE_HOUR),
  deploymentId: `deployment-of-${id}`,
  clientKey: "client",
  rocketchat: { shape: "nested", callsPerMinute: 10 },
  imkit: { echoKeys: false },
  retention: { people: "keep", afterDays: 400 },
  upstream: null,
  license: null,
  federation: null,
  pauses: [],
  ...changes,
});

/** The account that a workspace is created with. */
export const sampleAccount = (workspace = "acme"): Account => ({
  name: "operator",
  userId: "u",
  workspace,
  passwordHash: "",
  scopes: [],
  createdAt: 1,
});

/** The record of a batch that one part counted whole. */
export const sampleRecord = (id: string, changes: Partial<BatchRecord> = {}): BatchRecord => ({
  id,
  bodyHash: "0".repeat(64),
  done: 1,
  total: 1,
  accepted: 1,
  duplicates: 0,
  refusedCount: 0,
  refused: [],
  ...changes,
});

/** A part that appends a segment, its text, under a batch id of the same name. */
export const samplePart = (name: string, changes: Partial<Part> = {}): Part => ({
  workspace: "acme",
  lane: 0,
  segment: Buffer.from(name),
  events: 1,
  before: undefined,
  after: sampleRecord(name),
  reporters: [],
  entries: [],
  acts: [],
  import: undefined,
  now: startOf(SAMPLE_HOUR),
  ...changes,
});

/** An act of the audit trail. */
export const sampleAct = (id: string, changes: Partial<Act> = {}): Act => ({
  workspace: "acme",
  id,
  at: startOf(SAMPLE_HOUR),
  by: "key «chat server» …abcd",
  action: "totals.adjusted",
  details: { amounts: { "messages.direct": 5 }, reason: "migration" },
  ...changes,
});

/** A user who was changed at some stamps. */
export const sampleUser = (id: string, changes: Partial<Entry> = {}): Entry => ({
  ...newEntry("user", id),
  known: true,
  fields: { kind: { value: "user", stamp: "2" }, active: { value: true, stamp: "2" } },
  ...changes,
});

/** Bytes that no compression makes smaller; the same for the same name. */
export const denseBytes = (length: number, name = ""): Uint8Array => {
  const blocks: Buffer[] = [];
  for (let at = 0; at * 32 < length; at++) blocks.push(createHash("sha256").update(`${name} ${at}`).digest());
  return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
};

/** An hour in which so many users were seen, with ids that compress badly. */
export const busyHour = (users: number, name = ""): HourDelta => {
  const delta = emptyHour();
  delta.events = users;
  delta.flows["messages.removed"] = Array.from({ length: 60 }, (_, minute) => (minute === 0 ? users : 0));
  for (let at = 0; at < users; at++) {
    const id = createHash("sha256").update(`${name} ${at}`).digest("base64url").slice(0, 24);
    delta.users.set(id, { low: 1, high: 0, messages: 1 });
  }
  return delta;
};

/** Real publications of the hours after each other, and the head after them. */
export const samplePublications = (
  hours: readonly (HourDelta | undefined)[],
  from: Head = newHead(SAMPLE_HOUR),
): { readonly head: Head; readonly publications: readonly Publication[] } => {
  const publications: Publication[] = [];
  let head = from;
  for (const delta of hours) {
    const closed = closeHour(sampleWorkspace(), head, delta);
    head = closed.head;
    publications.push(closed.publication);
  }
  return { head, publications };
};
