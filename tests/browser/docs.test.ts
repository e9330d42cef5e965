import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openChromium } from "../support/chromium.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

describe("the page of the API, in a browser", () => {
  let runtime: DrillRuntime;
  let browser: Browser;
  beforeAll(async () => {
    [runtime, browser] = await Promise.all([startDrill("2026-03-04T10:20:00Z"), openChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await runtime.remove();
  });

  const open = async (width: number, colorScheme: "light" | "dark", anchor = ""): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    await page.goto(`${runtime.baseUrl}/docs${anchor}`);
    return page;
  };

  it("asks for nothing but itself, and breaks no rule of its policy", async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    const said: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => said.push(message.text()));
    await page.goto(`${runtime.baseUrl}/docs`);

    expect(asked.filter((url) => !url.endsWith("/favicon.ico"))).toEqual([`${runtime.baseUrl}/docs`]);
    expect(said.filter((text) => !text.includes("404"))).toEqual([]);
    await page.close();
  });

  it.each([
    [360, "light"],
    [360, "dark"],
    [1_600, "light"],
    [1_600, "dark"],
  ] as const)("fits %i pixels in %s", async (width, scheme) => {
    const page = await open(width, scheme);
    const [needed, background] = (await page.evaluate(
      "[document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]",
    )) as [number, string];

    expect(needed).toBe(width);
    expect(background).toBe(scheme === "light" ? "rgb(244, 246, 248)" : "rgb(16, 22, 27)");
    await page.close();
  });

  it("leads by the keyboard past the navigation, and opens an answer", async () => {
    const page = await open(1_200, "light");
    const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent.trim()");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("openapi.json");

    const unauthorized = page.locator("#readStatistics details", { hasText: "401" });
    await unauthorized.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await unauthorized.getAttribute("open")).not.toBeNull();
    await unauthorized.getByRole("link", { name: "credential-missing" }).click();
    expect(await page.title()).toContain("credential-missing");
    await page.close();
  });
});
