import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { PAGE_POLICY } from "../functions/contract.ts";

/** A static file with the headers it is served with. */
export interface Page {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Reads every page of a folder, by path. Only what was found is ever served, so no path can lead out of it.
 */
export const readPages = async (folder: string): Promise<ReadonlyMap<string, Page>> => {
  const pages = new Map<string, Page>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    const path = `/${relative(folder, file).split(sep).join("/")}`;
    const page: Page = {
      bytes,
      headers: {
        "content-type": type,
        "content-security-policy": PAGE_POLICY,
        "cache-control": "no-cache",
        etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
      },
    };
    pages.set(path, page);
    if (path.endsWith("/index.html")) pages.set(path.slice(0, -"index.html".length), page);
  }
  return pages;
};
