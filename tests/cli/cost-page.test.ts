import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { blocksIn } from "../support/code-blocks.ts";
import { commandsIn, runCommand } from "../support/command.ts";

const pageAt = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

const BILLS = blocksIn(await pageAt("docs/cost.md"), "").filter((block) => commandsIn(block).length > 0);
const totalOf = (bill: string): string | undefined => /^in all +(\S+)$/m.exec(bill)?.[1];

describe("docs/cost.md", () => {
  it("has the bills of three deployments", () => {
    expect(BILLS).toHaveLength(3);
  });

  it.each(BILLS)("tells what the command tells: %s", async (bill) => {
    const [args = []] = commandsIn(bill);
    const { code, stdout } = await runCommand(args, { cwd: tmpdir(), env: {} });

    expect(code).toBe(0);
    expect(bill.slice(bill.indexOf("\n\n") + 2)).toBe(stdout);
  });

  it("agrees with README.md", async () => {
    const told = /a team of fifty, for example, comes to (\$\d+\.\d\d) a month/.exec(await pageAt("README.md"));

    expect(told?.[1]).toBe(totalOf(BILLS[0] ?? ""));
  });
});
