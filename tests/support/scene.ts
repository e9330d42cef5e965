import { createHash } from "node:crypto";
import type { Workspace } from "../../functions/core/workspace.ts";
import { hourNamed, MINUTE_MS } from "../../functions/core/hour.ts";
import { type Document, documentIn } from "../../functions/core/document.ts";
import { closeDueHours, type Run } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { type Answer, ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import type { RawEvent } from "./events.ts";
import { type OpenParts, openParts, type PartsOptions } from "./engine.ts";

/** A workspace on a real engine, and what tests do to it. */
export interface Scene extends OpenParts {
  readonly workspace: Workspace;
  /** Delivers a batch; its id is made from its content unless one is given. */
  readonly send: (
    events: readonly unknown[],
    more?: { readonly id?: string; readonly import?: string; readonly mayAdjust?: boolean; readonly by?: string },
  ) => Promise<Answer>;
  /** One run of the hourly worker. */
  readonly work: () => Promise<Run>;
  /** The document published last of an hour (by name), or of one revision. */
  readonly published: (hour: string, revision?: number) => Promise<Document>;
}

/** The hash of a value's JSON, in hexadecimal. */
export const sha256 = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/** Fast, because tests make many workspaces; `NOBODYS_PASSWORD` fits none here, either. */
export const withoutScrypt = (parts: Parts): Parts => ({
  ...parts,
  hashPassword: async (password) => `unsalted$${sha256(password)}`,
  isPassword: async (password, passwordHash) => passwordHash === `unsalted$${sha256(password)}`,
});

/** Makes a workspace; `startsAt` is where the clock starts unless it is given, both milliseconds since 1970 UTC. */
export const openScene = async (
  options: PartsOptions & {
    readonly now: number;
    readonly startsAt?: number;
    readonly id?: string;
    readonly change?: (parts: Parts) => Parts;
  },
): Promise<Scene> => {
  const open = await openParts({ expires: false, cooldownSeconds: 0, ...options });
  const parts = (options.change ?? ((same) => same))(withoutScrypt(open.parts));
  const { workspace } = await createWorkspace(parts)({
    id: options.id ?? "demo",
    name: "Demo",
    startsAt: options.startsAt ?? options.now,
  });
  const ingest = ingestEvents(parts);
  return {
    ...open,
    parts,
    workspace,
    send: (events, more = {}) =>
      ingest({
        workspace: workspace.id,
        id: more.id ?? sha256(events),
        bodyHash: sha256(events),
        events,
        mayAdjust: more.mayAdjust ?? false,
        ...(more.by === undefined ? {} : { by: more.by }),
        import: more.import,
      }),
    work: () => closeDueHours(parts)(workspace.id),
    published: async (hour, revision) => {
      const snapshot = await parts.snapshots.read(workspace.id, hourNamed(hour) ?? Number.NaN, revision);
      if (snapshot === undefined) throw new Error(`no snapshot of ${hour}`);
      return documentIn(snapshot.bytes);
    },
  };
};

/** `events` with `sequence` from `first` on. */
export const numbered = (events: readonly RawEvent[], first = 1): RawEvent[] =>
  events.map((event, at) => ({ ...event, sequence: first + at }));

/** Minutes as milliseconds. */
export const minutes = (count: number): number => count * MINUTE_MS;
