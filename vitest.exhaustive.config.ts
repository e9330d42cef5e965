import { defineConfig } from "vitest/config";
import { EXHAUSTIVE, shared } from "./vitest.config.ts";

const HOUR_MS = 3_600_000;

/** `npm run test:exhaustive`: the suites that count what they try, at sizes that no CI has the time for. By hand. */
export default defineConfig({
  test: {
    ...shared,
    include: [...EXHAUSTIVE],
    exclude: [],
    env: { TIDEMARK_EXHAUSTIVE: "1" },
    testTimeout: HOUR_MS,
  },
});
