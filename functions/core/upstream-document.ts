import { isFields, type Fields } from "./fields.ts";
import type { Deployment, Document } from "./document.ts";

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const fieldsOf = (value: unknown): Fields | null => (isFields(value) ? value : null);

const deploymentOf = (upstream: Fields, ours: Deployment): Deployment => {
  const { process: told } = upstream;
  const running = fieldsOf(told);
  const version = textOf(upstream["mongoVersion"]);
  return {
    id: textOf(upstream["uniqueId"]) ?? ours.id,
    installedAt: textOf(upstream["installedAt"]) ?? ours.installedAt,
    version: textOf(upstream["version"]),
    appsEngineVersion: textOf(fieldsOf(upstream["apps"])?.["engineVersion"]),
    nodeVersion: textOf(running?.["nodeVersion"]),
    migration: fieldsOf(upstream["migration"]),
    database: version === null ? null : { version, engine: textOf(upstream["mongoStorageEngine"]) },
    commit: fieldsOf(upstream["commit"]),
    deploy: fieldsOf(upstream["deploy"]),
    os: fieldsOf(upstream["os"]),
    process: running,
  };
};

/**
 * A document with what its Rocket.Chat server tells of itself, and with all else that it told as `upstream`.
 * @param instances how many it counts; which they are it does not tell.
 */
export const withUpstream = (document: Document, upstream: Fields, instances: number | undefined): Document => ({
  ...document,
  instances: { count: instances ?? 0, list: [] },
  deployment: deploymentOf(upstream, document.deployment),
  upstream,
});
