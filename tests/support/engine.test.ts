import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openEngine, openParts } from "./engine.ts";

describe("the engine of the tests", () => {
  it("gives every caller a table of its own, on one engine", async () => {
    const [one, other] = await Promise.all([openParts(), openParts()]);
    try {
      expect(one.engine.endpoint).toBe(other.engine.endpoint);
      expect(one.engine.table).not.toBe(other.engine.table);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });

  it("starts anew after the last has closed, and knows nothing of before", async () => {
    for (let round = 0; round < 2; round++) {
      const { parts, close } = await openParts();
      try {
        expect(await parts.hours.head("acme")).toBeUndefined();
        expect(await parts.workspaces.list()).toMatchObject({ ids: [] });
      } finally {
        await close();
      }
    }
  });

  it("answers no more once it is closed, and leaves no folder behind", async () => {
    const { parts, archiveFolder, close } = await openParts();
    await close();
    await expect(parts.hours.head("acme")).rejects.toBeInstanceOf(Error);
    expect(existsSync(archiveFolder)).toBe(false);
  });

  it("may be closed twice", async () => {
    const engine = await openEngine();
    const other = await openEngine();
    await engine.close();
    await engine.close();
    await other.close();
    expect(other.endpoint).toMatch(/^http:/);
  });

  it("says what the clock is set to", async () => {
    const { parts, clock, close } = await openParts({ now: 5 });
    expect(parts.clock()).toBe(5);
    clock.now = 6;
    expect(parts.clock()).toBe(6);
    await close();
  });
});
