import { defineConfig } from "vitest/config";

/** `npm run test:real:engines`: contracts and tasks on servers that nobody here wrote. */
export default defineConfig({
  test: {
    include: ["tests/real/**/*.test.ts"],
    globalSetup: ["tests/real/bring.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Moto copies all it holds for each transaction, so that a suite of seconds takes a minute there.
    testTimeout: 10 * 60_000,
    hookTimeout: 2 * 60_000,
  },
});
