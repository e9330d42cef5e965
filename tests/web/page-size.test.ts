import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { builtPage } from "../../local/built-page.ts";
import { readPages } from "../../local/pages.ts";

const CEILINGS = { ".js": 120_000, ".css": 12_000, ".html": 2_000 } as const;
const files = [...(await readPages(await builtPage()))];
const sizeOf = (type: string): number =>
  files.filter(([path]) => path.endsWith(type)).reduce((sum, [, { bytes }]) => sum + gzipSync(bytes).length, 0);

describe("what the page sends", () => {
  it.each(Object.entries(CEILINGS).map(([type, most]) => [type, sizeOf(type), most] as const))(
    "of %s is %i bytes compressed, and no more than %i",
    (_type, size, most) => {
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThanOrEqual(most);
    },
  );
});
