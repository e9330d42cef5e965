import { type Document, documentIn } from "../core/document.ts";
import type { Parts } from "./parts.ts";

type VersionParts = Pick<Parts, "workspaces" | "snapshots" | "clock">;

/** How long an answer for everybody is good: asking often then costs nothing. */
const REMEMBERED_MS = 30_000;

/** The only workspace of a deployment; undefined when there are several, or none. */
const soleWorkspace = async (parts: VersionParts): Promise<string | undefined> => {
  const known: string[] = [];
  let after: string | undefined;
  do {
    const { ids, next } = await parts.workspaces.list(after);
    known.push(...ids);
    after = next;
  } while (after !== undefined && known.length < 2);
  return known.length === 1 ? known[0] : undefined;
};

const versionNow = async (parts: VersionParts): Promise<string | null> => {
  const workspace = await soleWorkspace(parts);
  const latest = workspace === undefined ? undefined : await parts.snapshots.latest(workspace);
  const document: Document | undefined = latest === undefined ? undefined : documentIn(latest.bytes);
  return document?.deployment.version ?? null;
};

/**
 * The chat server's version for somebody unknown. Nobody's credential says which workspace is meant, so only a
 * deployment of a single one can tell; it is half a minute behind at most, and makes no reading of its own.
 * @returns null when it is not known.
 */
export const readPublicVersion = (parts: VersionParts): (() => Promise<string | null>) => {
  let known: { readonly askedAt: number; readonly version: Promise<string | null> } | undefined;
  return async () => {
    const now = parts.clock();
    if (known === undefined || Math.abs(now - known.askedAt) >= REMEMBERED_MS) {
      const version = versionNow(parts);
      known = { askedAt: now, version };
      // What failed is asked again, and not remembered.
      version.catch(() => {
        if (known?.version === version) known = undefined;
      });
    }
    return known.version;
  };
};
