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
import { deploy, type Deployment } from "../../infra/deployment.ts";
import { optionsIn } from "../../infra/options.ts";
import type { TidemarkStack } from "../../infra/tidemark-stack.ts";
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
    counters: new CountersTable(stack, "Counters"),
    archive: new ArchiveBucket(stack, "Archive", { accessLogs }),
    secrets: new UpstreamSecrets(stack, "UpstreamSecrets"),
  };
};

/** What deployments are told that differ the most. */
export const VARIANTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "nothing said": {},
  "everything said": {
    stage: "staging",
    domain: "stats.example.org",
    certificate: "arn:aws:acm:us-east-1:123456789012:certificate/0123abcd",
    memory: "512,close-hours=1024",
    logDays: "90",
    recoveryDays: "7",
    archiveInfrequentAfterDays: "30",
    archiveDocumentsDays: "3650",
    alarmEmail: "ops@example.org",
    mailSender: "tidemark@example.org",
    snsTopics: "arn:aws:sns:eu-west-1:123456789012:told",
    oidcIssuer: "https://login.example.org/realms/ops",
    oidcAudience: "tidemark",
    tags: "team=ops,costCenter=42",
  },
  "as little as can be, and to be removed": {
    stage: "trial",
    onRemoval: "delete",
    page: "off",
    secrets: "off",
    tracing: "off",
    domain: "api.example.org",
    certificate: "arn:aws:acm:eu-west-1:123456789012:certificate/4567cdef",
    alarmTopic: "arn:aws:sns:eu-west-1:123456789012:ops",
  },
};

/** Both stacks, as the app's context has them. */
export const wholeDeployment = (app: App = appAsDeployed()): Deployment =>
  deploy(app, { bundles: emptyBundles(), options: optionsIn(app.node) });

/** The stack of the code, with the one of the data beside it. */
export const wholeStack = (app: App = appAsDeployed()): TidemarkStack => wholeDeployment(app).code;

/** What would be sent to AWS. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Resources of a template, by logical id. */
export const resourcesIn = (template: Template): Readonly<Record<string, Resource>> =>
  template.toJSON()["Resources"] as Record<string, Resource>;
