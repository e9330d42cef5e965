import { defineConfig } from "vitest/config";

/** `npm run test:year`: the real year, event by event. Minutes long, so not part of `npm test`. */
export default defineConfig({
  test: {
    include: ["tests/year/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20 * 60_000,
    hookTimeout: 5 * 60_000,
  },
});
