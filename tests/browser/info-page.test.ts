import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openChromium } from "../support/chromium.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const NOW = "2026-03-04T10:20:00.000Z";

let browser: Browser;
let runtime: DrillRuntime;
beforeAll(async () => {
  [browser, runtime] = await Promise.all([openChromium(), startDrill(NOW)]);
  const at = { specversion: "1.0", source: "chat-1", time: "2026-03-04T10:10:00Z" };
  const message = { room: "general", roomKind: "channel", user: "ada", thread: "started" };
  const events = [
    { ...at, id: "1", type: "user.changed", data: { id: "ada", kind: "user", active: true, status: "online" } },
    { ...at, id: "2", type: "user.changed", data: { id: "guest", kind: "guest", active: true } },
    { ...at, id: "3", type: "room.changed", data: { id: "general", kind: "channel" } },
    { ...at, id: "4", type: "message.sent", data: message },
    { ...at, id: "5", type: "upload.added", data: { bytes: 1_500_000 } },
  ];
  const answer = await fetch(`${runtime.baseUrl}/v1/events`, {
    method: "POST",
    headers: { "x-api-key": runtime.credentials.apiKey, "content-type": "application/cloudevents-batch+json" },
    body: JSON.stringify(events),
  });
  if (!answer.ok) throw new Error(`the events were not taken: ${await answer.text()}`);
});
afterAll(async () => {
  await Promise.all([browser.close(), runtime.remove()]);
});

const complaints: string[] = [];
const opened: Page[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.close()));
  complaints.length = 0;
});

const open = async (options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> => {
  const page = await browser.newPage(options);
  opened.push(page);
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (one) => {
    if (one.type() === "error") complaints.push(one.text());
  });
  await page.goto(`${runtime.baseUrl}/`);
  await page.getByLabel("API key").waitFor();
  return page;
};

const signIn = async (page: Page): Promise<void> => {
  await page.getByLabel("API key").fill(runtime.credentials.apiKey);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Info" }).waitFor();
};

/** Each label of a card or group with its value. */
const valuesOf = async (page: Page): Promise<Record<string, string>> => {
  const rows = await page.locator(".row").all();
  const pairs = rows.map(
    async (row) => [await row.locator("dt").innerText(), await row.locator("dd").innerText()] as const,
  );
  return Object.fromEntries(await Promise.all(pairs));
};

describe("the Info page", () => {
  it("shows what was counted, what is unknown, and when it was so", async () => {
    const page = await open();
    await signIn(page);
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("status").filter({ hasText: "s old" }).waitFor();

    expect(await valuesOf(page)).toMatchObject({
      Total: "2",
      Online: "1",
      Offline: "1",
      Connected: "1",
      "Activated Users": "1",
      "Activated Guests": "1",
      Rooms: "1",
      Messages: "1",
      Threads: "1",
      "Total Uploads": "1",
      "Total Uploads Size": "1.5\u202fMB",
      // No instance has reported.
      Version: "–",
      PID: "–",
      Instances: "0",
    });
    const state = await page.locator("#state").innerText();
    expect(state).toContain("4 Mar 2026, 10:20 UTC");
    expect(state).toContain("hour is still open");
    expect(state).toContain("4 Mar 2026, 11:03 UTC");
    expect(complaints).toEqual([]);
  });

  it("says how a refresh went and how old the numbers are", async () => {
    const page = await open();
    await signIn(page);
    await page.getByRole("button", { name: "Refresh" }).click();

    const status = page.getByRole("status").filter({ hasText: "s old" });
    expect(await status.innerText()).toMatch(/\((fresh|cooldown|coalesced), \d+ s old\)\.$/);
  });

  it("saves statistics.json", async () => {
    const page = await open();
    await signIn(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download Info" }).click(),
    ]);

    expect(download.suggestedFilename()).toBe("statistics.json");
    expect(JSON.parse(await readFile(await download.path(), "utf8"))).toMatchObject({
      workspace: "demo",
      messages: { total: 1 },
    });
  });

  it("says plainly that a key is unknown, and keeps none", async () => {
    const page = await open();
    await page.getByLabel("API key").fill("tm_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();

    expect(await page.getByRole("alert").filter({ hasText: "key" }).innerText()).toContain("This key is not known");
    expect(await page.evaluate("sessionStorage.length + localStorage.length")).toBe(0);
  });

  it("keeps the key for the tab only, and forgets it on signing out", async () => {
    const page = await open();
    await signIn(page);
    await page.reload();
    await page.getByRole("heading", { name: "Info" }).waitFor();

    expect(await page.evaluate("localStorage.length + document.cookie.length")).toBe(0);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
  });

  it("says so when the server is gone", async () => {
    const page = await open();
    await signIn(page);
    await page.route("**/v1/**", (route) => route.abort());
    await page.getByRole("button", { name: "Refresh" }).click();

    expect(await page.getByRole("alert").filter({ hasText: "Tidemark" }).innerText()).toContain("can't be reached");
  });

  it("works by keyboard alone", async () => {
    const page = await open();
    await page.keyboard.type(runtime.credentials.apiKey);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Info" }).waitFor();
    for (const _ of ["Download Info", "Refresh"]) await page.keyboard.press("Tab");

    expect(await page.evaluate("document.activeElement.textContent")).toBe("Refresh");
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "s old" }).waitFor();
  });

  it.each([360, 1_440])("fits a window %i pixels wide, in light and dark", async (width) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await open({ viewport: { width, height: 800 }, colorScheme });
      await signIn(page);

      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      const paper = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      expect(paper).toBe(colorScheme === "light" ? "rgb(244, 246, 248)" : "rgb(16, 22, 27)");
    }
  });

  it("asks nobody else for anything", async () => {
    const answer = await fetch(`${runtime.baseUrl}/`);

    expect(answer.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    expect(await answer.text()).not.toMatch(/https?:\/\//);
  });
});
