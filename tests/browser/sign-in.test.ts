import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPages, type Pages, signIn } from "../support/info-page.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

let runtime: DrillRuntime;
let pages: Pages;
beforeAll(async () => {
  runtime = await startDrill("2026-03-04T10:20:00.000Z");
  pages = await openPages(runtime);
});
afterAll(async () => {
  await Promise.all([pages.close(), runtime.remove()]);
});
afterEach(() => pages.settle());

const alertOn = async (page: Page): Promise<string> => {
  const alert = page.getByRole("alert").filter({ hasText: /\w/ });
  await alert.waitFor();
  return alert.innerText();
};
const views = (page: Page): Promise<readonly string[]> =>
  page.getByRole("navigation", { name: "Views" }).getByRole("link").allInnerTexts();
const settings = (page: Page) => page.getByRole("link", { name: "Settings" }).waitFor();

const withPassword = async (page: Page, user: string, password: string): Promise<void> => {
  await page.locator("input[name=user]").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
};
const withToken = async (page: Page, userId: string, token: string): Promise<void> => {
  await page.getByRole("radio", { name: "Access token" }).check();
  await page.getByLabel("User ID").fill(userId);
  await page.getByLabel("Personal access token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
};

describe("signing in", () => {
  it("takes a name and a password", async () => {
    const page = await pages.open();
    const { username, password } = runtime.credentials.rocketchat;
    await withPassword(page, username, password ?? "");
    await settings(page);

    expect(await views(page)).toEqual(["Info", "Trends", "Reports", "Completeness", "Settings"]);
  });

  it("takes a personal access token with its user's id", async () => {
    const page = await pages.open();
    const { userId, authToken } = runtime.credentials.rocketchat;
    await withToken(page, userId, authToken);
    await settings(page);

    await page.getByRole("heading", { name: "Usage" }).waitFor();
    expect(await page.title()).toBe("Info · Tidemark");
  });

  it("takes an operator's key, which is for every workspace", async () => {
    const page = await pages.open();
    await signIn(page, runtime.credentials.operatorKey);
    await page.getByRole("heading", { name: "Usage" }).waitFor();

    expect(await page.getByText("Workspace Demo").innerText()).toBe("Workspace Demo");
  });

  it("shows no settings to a key that may only read", async () => {
    const made = await fetch(`${runtime.baseUrl}/v1/keys`, {
      method: "POST",
      headers: { "x-api-key": runtime.credentials.apiKey, "content-type": "application/json" },
      body: JSON.stringify({ label: "reader", scopes: ["statistics:read"] }),
    });
    const { secret } = (await made.json()) as { secret: string };
    const page = await pages.open();
    await signIn(page, secret);
    await page.getByRole("heading", { name: "Usage" }).waitFor();

    expect(await views(page)).toEqual(["Info", "Trends", "Reports", "Completeness"]);
    await page.getByRole("button", { name: "Refresh" }).click();
    expect(await alertOn(page)).toContain("You may read the statistics, but not have them counted anew.");
  });

  it("says plainly what is wrong, and keeps nothing", async () => {
    const page = await pages.open();
    await withPassword(page, "admin", "not the password");
    expect(await alertOn(page)).toContain("don't belong together");

    await withToken(page, runtime.credentials.viewer.userId, runtime.credentials.viewer.authToken);
    await page.getByText("This may not read the statistics.").waitFor();

    await page.getByRole("radio", { name: "API key" }).check();
    await page.locator("input[name=key]").fill("tm_wrong");
    await page.keyboard.press("Enter");
    expect(await alertOn(page)).toContain("This key is not known");
    expect(await page.evaluate("sessionStorage.length + localStorage.length")).toBe(0);
  });

  it("lasts for the tab only, and ends on signing out", async () => {
    const page = await pages.openSigned();
    await page.reload();
    await page.getByRole("heading", { name: "Usage" }).waitFor();

    expect(await page.evaluate("localStorage.length + document.cookie.length")).toBe(0);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
  });

  it("ends the session on the server, too, and says so where it was still open", async () => {
    const page = await pages.open();
    const { username, password } = runtime.credentials.rocketchat;
    await withPassword(page, username, password ?? "");
    await page.getByRole("heading", { name: "Usage" }).waitFor();
    const kept = await page.evaluate<string>("sessionStorage.getItem('tidemark-session')");
    const { userId, authToken } = JSON.parse(kept) as { userId: string; authToken: string };
    await fetch(`${runtime.baseUrl}/api/v1/logout`, {
      method: "POST",
      headers: { "x-auth-token": authToken, "x-user-id": userId },
    });
    await page.getByRole("button", { name: "Refresh" }).click();

    expect(await alertOn(page)).toContain("The session has ended");
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
  });
});
