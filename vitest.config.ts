import { defineConfig } from "vitest/config";

/** Suites of chance, crashes and large numbers: `npm test` has to end within five minutes on two cores. */
export const LONG = [
  "tests/adapters/dynamodb/answers.test.ts",
  "tests/adapters/dynamodb/hours.test.ts",
  "tests/browser/page-looks.test.ts",
  "tests/browser/page-real-month.test.ts",
  "tests/browser/page-reports.test.ts",
  "tests/browser/page-source.test.ts",
  "tests/browser/page-work.test.ts",
  "tests/browser/report-looks.test.ts",
  "tests/browser/sign-in.test.ts",
  "tests/cli/administration.test.ts",
  "tests/cli/backup.test.ts",
  "tests/cli/bootstrap.test.ts",
  "tests/cli/examples.test.ts",
  "tests/cli/forget.test.ts",
  "tests/cli/import-real.test.ts",
  "tests/cli/importers.test.ts",
  "tests/cli/license.test.ts",
  "tests/cli/provision.test.ts",
  "tests/cli/query.test.ts",
  "tests/cli/restore-archive.test.ts",
  "tests/cli/source.test.ts",
  "tests/cli/tidemark.test.ts",
  "tests/cli/verify.test.ts",
  "tests/client/counted-once.test.ts",
  "tests/client/package.test.ts",
  "tests/examples/chat-servers.test.ts",
  "tests/handlers/deployed.test.ts",
  "tests/infra/least-privilege.test.ts",
  "tests/infra/nag.test.ts",
  "tests/local/accounts.test.ts",
  "tests/local/api-page.test.ts",
  "tests/local/calls-nobody.test.ts",
  "tests/local/first-start.test.ts",
  "tests/local/imkit-clients.test.ts",
  "tests/local/kill.test.ts",
  "tests/local/leaks.test.ts",
  "tests/local/outage.test.ts",
  "tests/local/raw-sockets.test.ts",
  "tests/local/rocketchat-clients.test.ts",
  "tests/local/scripted-week.test.ts",
  "tests/local/soak.test.ts",
  "tests/local/week.test.ts",
  "tests/runbook/api.test.ts",
  "tests/runbook/jobs.test.ts",
  "tests/runbook/outside.test.ts",
  "tests/services/hostile.test.ts",
  "tests/services/rocketchat-accounts.test.ts",
  "tests/services/saturated.test.ts",
  "tests/services/tenants-apart.test.ts",
  "tests/services/who-may-what.test.ts",
  "tests/sources/a-day.test.ts",
  "tests/sources/filled-hours.test.ts",
  "tests/support/memory/engine.test.ts",
  "tests/sweep/closing.test.ts",
  "tests/sweep/counting.test.ts",
  "tests/sweep/following.test.ts",
  "tests/tasks/closing-killed.test.ts",
  "tests/tasks/compact-days.test.ts",
  "tests/tasks/follow-publications.test.ts",
  "tests/tasks/forget.test.ts",
  "tests/tasks/hash-people.test.ts",
  "tests/tasks/history.test.ts",
  "tests/tasks/interleavings.test.ts",
  "tests/tasks/keep-unions.test.ts",
  "tests/tasks/limits.test.ts",
  "tests/tasks/model.test.ts",
  "tests/tasks/pack-days.test.ts",
  "tests/tasks/parts.test.ts",
  "tests/tasks/races.test.ts",
  "tests/tasks/restore-workspace.test.ts",
  "tests/tasks/retain-people.test.ts",
  "tests/tasks/sequence.test.ts",
  "tests/tasks/sync-directory.test.ts",
  "tests/tasks/unions.test.ts",
  "tests/tasks/usual-hours.test.ts",
  "tests/tasks/window-over-pauses.test.ts",
  "tests/tasks/work-through.test.ts",
];

/** Suites of `npm run test:exhaustive`, which run at other sizes in CI (tests/support/effort.ts). */
export const EXHAUSTIVE = [
  "tests/client/counted-once.test.ts",
  "tests/local/kill.test.ts",
  "tests/local/soak.test.ts",
  "tests/services/hostile.test.ts",
  "tests/services/saturated.test.ts",
  "tests/sweep/closing.test.ts",
  "tests/sweep/counting.test.ts",
  "tests/sweep/following.test.ts",
  "tests/tasks/interleavings.test.ts",
  "tests/tasks/limit-together.test.ts",
  "tests/tasks/model.test.ts",
  "tests/tasks/races.test.ts",
  "tests/tasks/sequence.test.ts",
  "tests/tasks/sync-directory.test.ts",
];

/** What every suite that needs nothing but `npm ci` runs with. */
export const shared = {
  // Child processes: a test that starts an engine or sets an environment variable can't disturb another file.
  pool: "forks",
  // The budget is for two cores; on larger machines engines and browsers would only fight for memory.
  maxWorkers: 2,
  // Some start processes and engines by the dozen; on a machine that does other things, too, that is no reason to fail.
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const;

/** Folders whose tests start nothing and leave nothing behind: their files share a process, and what it has loaded. */
const PURE = ["core", "dialects", "edge", "infra"].map((folder) => `tests/${folder}/**`);
const ELSEWHERE = ["tests/year/**", "tests/real/**", ...LONG];

/** `npm test`. The long suites, the real year and real engines have their own. */
export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          isolate: false,
          include: PURE.map((folder) => `${folder}/*.test.ts`),
          exclude: ELSEWHERE,
        },
      },
      {
        extends: true,
        test: { name: "apart", include: ["tests/**/*.test.ts"], exclude: [...ELSEWHERE, ...PURE] },
      },
    ],
  },
});
