import type { TestProject } from "vitest/node";
import { bringCeph } from "./ceph.ts";
import type { Tree } from "./debian.ts";
import { bringMoto } from "./moto.ts";
import { bringPrometheus } from "./prometheus.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Why a part can't be had, by its name; the suites that need it fail with that in their titles. */
    missing: Readonly<Record<string, string>>;
  }
}

/** Fetches what the suites need before any of them starts, so that none waits for another's download. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  const missing: Record<string, string> = {};
  const need = async (name: string, variable: string | undefined, bring: () => Promise<Tree>): Promise<void> => {
    if (variable !== undefined && process.env[variable] !== undefined) return;
    const began = performance.now();
    try {
      const { folder } = await bring();
      console.log(`${name} after ${((performance.now() - began) / 1_000).toFixed(1)} s: ${folder}`);
    } catch (failure) {
      missing[name] = (failure as Error).message;
    }
  };
  await Promise.all([
    need("moto", "TIDEMARK_TEST_DYNAMODB", bringMoto),
    need("Ceph", "TIDEMARK_TEST_S3", bringCeph),
    need("Prometheus", undefined, bringPrometheus),
  ]);
  provide("missing", missing);
};
