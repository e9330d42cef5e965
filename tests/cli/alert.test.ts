import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, runCommand } from "../support/command.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

let runtime: DrillRuntime;
beforeAll(async () => {
  runtime = await startDrill("2026-03-02T09:10:00.000Z");
});
afterAll(() => runtime.remove());

const alert = (...args: string[]): Promise<Ran> =>
  runCommand(["alert", ...args], { cwd: runtime.dataFolder, env: { TIDEMARK_DATA: runtime.dataFolder } });

describe("tidemark alert", () => {
  it("sets rules one by one, lists them in words, and removes one", async () => {
    expect((await alert("list")).stdout).toContain("tidemark alert set");
    const busy = ["--id", "busy", "--kind", "threshold", "--statistic", "messages.sent", "--above", "1000"];
    const set = await alert("set", ...busy, "--clear-at", "800");
    expect([set.code, set.stderr]).toEqual([0, ""]);
    await alert("set", "--id", "odd", "--kind", "anomaly", "--statistic", "users.seen", "rooms.used");
    const { stdout } = await alert("list");
    expect(stdout).toMatch(/busy +threshold +– +messages\.sent above 1000 for 1 h, over at 800/);
    expect(stdout).toMatch(/odd +anomaly +– +unusual users\.seen, rooms\.used/);
    expect((await alert("remove", "odd")).stdout).not.toContain("odd");
    expect((await alert("remove", "odd")).stderr).toContain("There is no rule odd");
  });

  it("takes a file with all rules, as it lists them", async () => {
    const file = join(runtime.dataFolder, "rules.json");
    await writeFile(file, JSON.stringify({ rules: [{ id: "late", kind: "lag", hours: 3 }] }));
    const { stdout } = await alert("set", "--file", file, "--json");
    expect(JSON.parse(stdout)).toEqual({
      workspace: "demo",
      rules: [{ id: "late", kind: "lag", hours: 3, repeatHours: 24 }],
      raised: [],
    });
  });

  it("says what is wrong with a rule, and how to give one", async () => {
    const wrong = await alert("set", "--id", "late", "--kind", "lag");
    expect([wrong.code === 0, wrong.stderr]).toEqual([false, expect.stringContaining("hours")]);
    expect((await alert("set", "--id", "late")).stderr).toContain("--kind");
    expect((await alert("set", "--file", "nowhere.json")).stderr).toContain("nowhere.json");
  });
});
