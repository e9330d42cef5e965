import { openDynamodb, runOn } from "./on-server.ts";

await runOn([openDynamodb], {
  "the port of accounts": () => import("../adapters/dynamodb/accounts.test.ts"),
  "the port of the audit trail": () => import("../adapters/dynamodb/audit.test.ts"),
  "the port of counted calls": () => import("../adapters/dynamodb/calls.test.ts"),
  "the port of credentials": () => import("../adapters/dynamodb/credentials.test.ts"),
  "the port of the directory": () => import("../adapters/dynamodb/directory.test.ts"),
  "the port of full lists": () => import("../adapters/dynamodb/syncs.test.ts"),
  "the port of the hours": () => import("../adapters/dynamodb/hours.test.ts"),
  "the port of licence keys": () => import("../adapters/dynamodb/license-keys.test.ts"),
  "the port of the log": () => import("../adapters/dynamodb/log.test.ts"),
  "the last word about polling": () => import("../adapters/dynamodb/polls.test.ts"),
  "the port of refreshes": () => import("../adapters/dynamodb/refreshes.test.ts"),
  "what is kept of people": () => import("../adapters/dynamodb/remains.test.ts"),
  "the port of reports": () => import("../adapters/dynamodb/reports.test.ts"),
  "the port of series": () => import("../adapters/dynamodb/series.test.ts"),
  "the port of unions": () => import("../adapters/dynamodb/unions.test.ts"),
  "the port of the snapshots": () => import("../adapters/dynamodb/snapshots.test.ts"),
  "answers that get lost": () => import("../adapters/dynamodb/answers.test.ts"),
  "the port of the workspaces": () => import("../adapters/dynamodb/workspaces.test.ts"),
});
