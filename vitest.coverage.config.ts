import { defineConfig } from "vitest/config";
import quick from "./vitest.config.ts";

/** `npm run coverage`: which branches of the core its own tests and those of the tasks and dialects take. */
export default defineConfig({
  test: {
    ...quick.test,
    include: ["tests/core/**/*.test.ts", "tests/dialects/**/*.test.ts", "tests/tasks/**/*.test.ts"],
    coverage: {
      enabled: true,
      provider: "v8",
      include: ["functions/core/**/*.ts"],
      reporter: ["text", "json-summary"],
      reportsDirectory: "coverage",
    },
  },
});
