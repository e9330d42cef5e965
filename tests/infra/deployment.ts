import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, Stack } from "aws-cdk-lib";
import type { Template } from "aws-cdk-lib/assertions";
import { HANDLERS } from "../../functions/contract.ts";
import { AccessLogs } from "../../infra/access-logs.ts";
import { AlarmTopic } from "../../infra/alarm-topic.ts";
import { ArchiveBucket } from "../../infra/archive-bucket.ts";
import { CountersTable } from "../../infra/counters-table.ts";
import type { Bundles, Workshop } from "../../infra/tidemark-function.ts";
import { UpstreamSecrets } from "../../infra/upstream-secrets.ts";
import { TidemarkStack } from "../../infra/tidemark-stack.ts";
import { appAsDeployed } from "../support/app.ts";

/** Bundles that do nothing: what is deployed doesn't depend on what is in them. */
export const emptyBundles = (): Bundles => {
  const folder = mkdtempSync(join(tmpdir(), "tidemark-bundles-"));
  const folders = HANDLERS.map((name) => {
    const own = join(folder, name);
    mkdirSync(own);
    writeFileSync(join(own, "index.mjs"), `export const handler = async () => "${name}";\n`);
    return [name, own];
  });
  return Object.fromEntries(folders) as Bundles;
};

/** What most constructs stand on, in a stack of its own. */
export interface Ground extends Workshop {
  readonly stack: Stack;
  readonly alarms: AlarmTopic;
  readonly accessLogs: AccessLogs;
}

/** A stack with a place for alarms, for logs, a table and a bucket. */
export const groundOf = (app: App = appAsDeployed()): Ground => {
  const stack = new Stack(app, "Test");
  const alarms = new AlarmTopic(stack, "Alarms");
  const accessLogs = new AccessLogs(stack, "AccessLogs");
  return {
    stack,
    alarms,
    accessLogs,
    bundles: emptyBundles(),
    counters: new CountersTable(stack, "Counters", { alarms }),
    archive: new ArchiveBucket(stack, "Archive", { accessLogs }),
    secrets: new UpstreamSecrets(stack, "UpstreamSecrets"),
  };
};

/** The whole stack. */
export const wholeStack = (app: App = appAsDeployed()): TidemarkStack =>
  new TidemarkStack(app, "Tidemark", { bundles: emptyBundles() });

/** What would be sent to AWS. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

/** Resources of a template, by logical id. */
export const resourcesIn = (template: Template): Readonly<Record<string, Resource>> =>
  template.toJSON()["Resources"] as Record<string, Resource>;
