import { hourNamed } from "../core/hour.ts";
import type { ArchivedDocument, Stray } from "../ports/archived.ts";

const DOCUMENT =
  /^(?:superseded\/)?workspace=[^/]+\/date=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\/(?:revision=(\d+)\/)?statistics\.json$/;

/** What lies under a key of a workspace. */
export const archivedUnder = (key: string, writtenAt: number): ArchivedDocument | Stray => {
  const [, date = "", time = "", revision] = DOCUMENT.exec(key) ?? [];
  const hour = hourNamed(`${date}T${time}`);
  if (hour === undefined || key.startsWith("superseded/") === (revision === undefined)) return { key };
  return { hour, superseded: revision === undefined ? null : Number(revision), key, writtenAt };
};

/** The workspace that a folder or prefix such as `workspace=demo/` is of. */
export const workspaceIn = (folder: string): string | undefined => /^workspace=([^/]+)\/?$/.exec(folder)?.[1];
