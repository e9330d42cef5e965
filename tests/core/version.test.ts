import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { VERSION } from "../../functions/core/version.ts";

it("the version that a deployed Tidemark tells is its package's", async () => {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(VERSION).toBe(version);
});
