import { type Hour, hourNamed } from "./hour.ts";

const DOCUMENT =
  /^(?:superseded\/)?workspace=[^/]+\/date=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\/(?:revision=(\d+)\/)?statistics\.json$/;

/** The document that lies under a key: its hour, and its revision when it was replaced. Undefined: it is no document's. */
export const documentKey = (key: string): { readonly hour: Hour; readonly superseded: number | null } | undefined => {
  const [, date = "", time = "", revision] = DOCUMENT.exec(key) ?? [];
  const hour = hourNamed(`${date}T${time}`);
  const isReplaced = revision !== undefined;
  if (hour === undefined || key.startsWith("superseded/") !== isReplaced) return undefined;
  return { hour, superseded: isReplaced ? Number(revision) : null };
};

/** The workspace that a folder or prefix such as `workspace=demo/` is of. */
export const workspaceIn = (folder: string): string | undefined => /^workspace=([^/]+)\/?$/.exec(folder)?.[1];
