import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPages, type Pages, signIn, valuesOf } from "../support/info-page.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const NOW = "2026-03-04T10:20:00.000Z";

let runtime: DrillRuntime;
let pages: Pages;
const at = { specversion: "1.0", source: "chat-1", time: "2026-03-04T10:10:00Z" };

const send = async (events: readonly object[]): Promise<void> => {
  const answer = await fetch(`${runtime.baseUrl}/v1/events`, {
    method: "POST",
    headers: { "x-api-key": runtime.credentials.apiKey, "content-type": "application/cloudevents-batch+json" },
    body: JSON.stringify(events),
  });
  const told = await answer.text();
  if (!told.includes('"refusedCount":0')) throw new Error(`the events were not taken: ${told}`);
};

beforeAll(async () => {
  runtime = await startDrill(NOW);
  pages = await openPages(runtime);
});
afterAll(async () => {
  await Promise.all([pages.close(), runtime.remove()]);
});
afterEach(() => pages.settle());

const refreshed = async (page: Page): Promise<string> => {
  await page.getByRole("button", { name: "Refresh" }).click();
  const status = page.getByRole("status").filter({ hasText: /\d+ s/ });
  await status.waitFor();
  return status.innerText();
};

describe("the Info page on its first day", () => {
  it("says that nothing has been counted, and when the first hour closes", async () => {
    const page = await pages.openSigned();
    const note = page.getByText("Your chat server sends events");

    expect(await note.innerText()).toContain("The first hour closes at 11:03 UTC");
  });
});

describe("the Info page", () => {
  beforeAll(async () => {
    const message = { room: "general", roomKind: "channel", user: "ada", thread: "started" };
    const instance = {
      id: "i-1",
      address: "10.0.0.7",
      version: "6.4.0",
      appsEngineVersion: "1.41.0",
      nodeVersion: "v14.21.4",
      pid: 4242,
      os: { totalmem: 8_000_000_000, freemem: 3_000_000_000 },
      migration: { version: 303, lockedAt: "2026-03-01T08:00:00.000Z" },
      database: { version: "6.0.13", engine: "wiredTiger" },
      commit: { hash: "0123456789abcdef", branch: "HEAD" },
    };
    await send([
      { ...at, id: "1", type: "user.changed", data: { id: "ada", kind: "user", active: true, status: "online" } },
      { ...at, id: "2", type: "user.changed", data: { id: "guest", kind: "guest", active: true } },
      { ...at, id: "3", type: "room.changed", data: { id: "general", kind: "channel" } },
      { ...at, id: "4", type: "message.sent", data: message },
      { ...at, id: "5", type: "upload.added", data: { bytes: 1_500_000 } },
      { ...at, id: "6", time: "2026-03-04T10:20:00Z", type: "instance.reported", data: instance },
    ]);
    const drill = { method: "POST", body: JSON.stringify({ advanceSeconds: 60 }) };
    const moved = await fetch(`${runtime.baseUrl}/local/clock`, drill);
    if (!moved.ok) throw new Error(await moved.text());
  });

  it("shows what was counted, what is unknown, and when it was so", async () => {
    const page = await pages.openSigned();
    await refreshed(page);

    expect(await valuesOf(page)).toMatchObject({
      Total: "2",
      Online: "1",
      Busy: "0",
      Away: "0",
      Offline: "1",
      Connected: "1",
      "Activated Users": "1",
      "Activated Guests": "1",
      "Deactivated Users": "0",
      "Rocket.Chat App Users": "0",
      "Total Uploads": "1",
      "Total Uploads Size": "1.5 MB",
      Rooms: "1",
      Channels: "1",
      "Private Groups": "0",
      "Direct Message Rooms": "0",
      Discussions: "0",
      "Omnichannel Rooms": "0",
      Messages: "1",
      Threads: "1",
      "Messages in Channels": "1",
      "Messages in Private Groups": "0",
      "Messages in Direct Messages": "0",
      "Messages in Omnichannel": "0",
      Version: "6.4.0",
      "Apps Engine Version": "1.41.0",
      "Node Version": "v14.21.4",
      "Database Migration": "303 (1 Mar 2026, 08:00 UTC)",
      MongoDB: "6.0.13 / wiredTiger",
      "Commit Details": "HEAD: (012345678)\nBranch: HEAD",
      PID: "4242",
      Instances: "1",
    });
    const facts = await page.locator(".facts").innerText();
    expect(facts).toContain("4 Mar 2026, 10:2");
    expect(facts).toContain("Still open");
    expect(facts).toContain("4 Mar 2026, 11:03 UTC");
  });

  it("stands two and two on a tablet, and cuts no id apart on a telephone", async () => {
    const tablet = await pages.openSigned({ width: 768 });
    await tablet.locator(".facts").waitFor();
    const tops = await tablet
      .locator(".facts > div")
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
    expect(tops).toEqual([tops[0], tops[0], tops[2], tops[2]]);

    const telephone = await pages.openSigned({ width: 360 });
    const id = telephone.locator(".row", { hasText: "Deployment ID" }).locator("dd");
    await id.waitFor();
    // One line, and not two.
    expect((await id.boundingBox())?.height).toBeLessThan(32);
  });

  it("tells the instances one by one, and gives the focus back", async () => {
    const page = await pages.openSigned();
    await page.getByRole("button", { name: "Instances" }).last().click();
    const dialog = page.getByRole("dialog", { name: "Instances" });

    expect(await dialog.innerText()).toContain("10.0.0.7");
    expect(await dialog.innerText()).toContain("4242");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Instances");
  });

  it("says how a refresh went and how old the numbers are", async () => {
    const page = await pages.openSigned();

    expect(await refreshed(page)).toMatch(/\d+ s/);
    expect(await refreshed(page)).toMatch(/^Not counted anew so soon|^Refreshed/);
  });

  it("has the definition of a number a focus away", async () => {
    const page = await pages.openSigned();
    const term = page.getByRole("button", { name: "Threads" });
    const definition = page.getByText("Messages that started a thread.");
    await definition.waitFor({ state: "attached" });

    expect(await definition.isVisible()).toBe(false);
    await page.keyboard.press("Tab");
    await term.focus();
    expect(await definition.isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await definition.isVisible()).toBe(false);
  });

  it("saves statistics.json, as Rocket.Chat renders it", async () => {
    const page = await pages.openSigned();
    const button = page.getByRole("button", { name: "Download Info" });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);

    expect(download.suggestedFilename()).toBe("statistics.json");
    expect(JSON.parse(await readFile(await download.path(), "utf8"))).toMatchObject({
      success: true,
      statistics: { totalMessages: 1, uploadsTotalSize: 1_500_000 },
    });
  });

  it("writes numbers as the reader's language does", async () => {
    const page = await pages.openSigned({ locale: "de-DE" });

    expect((await valuesOf(page))["Total Uploads Size"]).toBe("1,5 MB");
  });

  it("says so when the server is gone, and goes on when it is back", async () => {
    const page = await pages.openSigned();
    await page.route("**/v1/**", (route) => route.abort());
    await page.getByRole("button", { name: "Refresh" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "Tidemark" });

    expect(await alert.innerText()).toContain("can't be reached");
    await page.unroute("**/v1/**");
    await page.getByRole("button", { name: "Try again" }).click();
    await alert.waitFor({ state: "detached" });
    expect((await valuesOf(page))["Messages"]).toBe("1");
  });

  it("works by keyboard alone", async () => {
    const page = await pages.openSigned();
    await page.getByRole("heading", { name: "Usage" }).waitFor();
    await page.evaluate("document.activeElement.blur()");
    const reached: unknown[] = [];
    for (let step = 0; step < 9; step++) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate("document.activeElement.textContent"));
    }

    expect(reached).toEqual([
      "Skip to the statistics",
      "Info",
      "Trends",
      "Reports",
      "Completeness",
      "Settings",
      "Sign out",
      "Download Info",
      "Refresh",
    ]);
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: /\d+ s/ }).waitFor();
  });

  it("asks nobody else for anything", async () => {
    const answer = await fetch(`${runtime.baseUrl}/`);

    expect(answer.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    expect(await answer.text()).not.toMatch(/https?:\/\//);
    const page = await pages.open();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    await signIn(page, runtime.credentials.apiKey);
    await page.getByRole("heading", { name: "Usage" }).waitFor();
    expect(new Set(asked)).toEqual(new Set([runtime.baseUrl]));
  });
});
