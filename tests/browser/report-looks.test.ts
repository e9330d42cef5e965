import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageOf } from "../../functions/dialects/report/page.ts";
import { openChromium } from "../support/chromium.ts";
import { sampleReport } from "../support/report-sample.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a browser may run of a page whose policy forbids scripts: the policy is the page's own, and held elsewhere. */
const withoutPolicy = (page: string): string => page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");

describe("a report, in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());

  it.each([
    [360, "light", "monthly", "2026-09"],
    [360, "dark", "daily", "2026-10-06"],
    [1_440, "light", "weekly", "2026-W42"],
    [1_440, "dark", "monthly", "2026-09"],
  ] as const)("fits %i pixels in %s, as axe-core would have it (%s %s)", async (width, colorScheme, kind, name) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.setContent(withoutPolicy(pageOf(sampleReport(kind, name))));
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate("axe.run()")) as {
      violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
    };
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
    expect(asked.filter((url) => /^https?:/.test(url))).toEqual([]);
    await page.close();
  });
});
