import { defineConfig } from "vitest/config";
import { LONG, shared } from "./vitest.config.ts";

/** `npm run coverage`: which branches of the core its own tests and those of the tasks and dialects take. */
export default defineConfig({
  test: {
    ...shared,
    include: ["tests/core/**/*.test.ts", "tests/dialects/**/*.test.ts", "tests/tasks/**/*.test.ts"],
    exclude: [...LONG],
    coverage: {
      enabled: true,
      provider: "v8",
      include: ["functions/core/**/*.ts"],
      reporter: ["text", "json-summary"],
      reportsDirectory: "coverage",
    },
  },
});
