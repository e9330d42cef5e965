import { defineConfig } from "vitest/config";

/** `npm test`: everything that needs nothing but `npm ci`. The real year and real engines have a configuration of their own. */
export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/year/**", "tests/real/**"],
    // Child processes: a test that starts an engine or sets an environment variable can't disturb another file.
    pool: "forks",
    // The budget is for two cores; on larger machines engines and browsers would only fight for memory.
    maxWorkers: 2,
    // Some start processes and engines by the dozen; on a machine that does other things, too, that is no reason to fail.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
