import { isFields } from "../../core/fields.ts";
import type { Deployment } from "../../core/document.ts";
import { known } from "./known.ts";

const trimmed = (version: string): string => /^\d+\.\d+/.exec(version)?.[0] ?? version;

/**
 * The answer of `GET /api/info` for somebody without `view-statistics`: major and minor version, no more.
 * @param version of the chat server; `otherwise` is given where it is not known, because clients look for one.
 */
export const shortInfoBody = (version: string | null, otherwise: string): string =>
  JSON.stringify({ version: trimmed(version ?? otherwise), success: true });

/**
 * The same for somebody who may see all of it. Upstream's `build` tells of the machine that it was built on; what is
 * known here is the one that it runs on. Versions that clients must have are the chat server's to know, so none are given.
 */
export const infoBody = (deployment: Deployment, otherwise: string): string => {
  const { os, nodeVersion, commit, appsEngineVersion } = deployment;
  const { arch, platform, release, totalmem, freemem, cpus } = isFields(os) ? os : {};
  const version = deployment.version ?? otherwise;
  const build = {
    nodeVersion,
    arch,
    platform,
    osRelease: release,
    totalMemory: totalmem,
    freeMemory: freemem,
    cpus: Array.isArray(cpus) ? cpus.length : cpus,
  };
  const info = known({ version, build: known(build), commit: commit ?? {}, marketplaceApiVersion: appsEngineVersion });
  return JSON.stringify({ version, info, success: true });
};
