import { defineConfig } from "vitest/config";
import { LONG, shared } from "./vitest.config.ts";

/** `npm run test:long`: what needs nothing but `npm ci` either, and takes its time: chance, crashes, large numbers. */
export default defineConfig({
  test: { ...shared, include: [...LONG], exclude: [], testTimeout: 300_000 },
});
