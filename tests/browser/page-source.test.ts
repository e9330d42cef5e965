import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPages, type Pages } from "../support/info-page.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import { playRocketchat, ROCKETCHAT_TOKEN, ROCKETCHAT_USER, rocketchat8 } from "../support/servers/vendors.ts";

const NOW = Date.parse("2026-03-04T10:20:00.000Z");

let runtime: DrillRuntime;
let pages: Pages;
let server: UpstreamServer;
beforeAll(async () => {
  [runtime, server] = await Promise.all([startDrill(new Date(NOW).toISOString()), startUpstream()]);
  pages = await openPages(runtime);
});
afterAll(async () => {
  await Promise.all([pages.close(), runtime.remove(), server.close()]);
});
afterEach(() => pages.settle());

const open = (): Promise<Page> =>
  pages.openSigned({
    hash: "#/settings?part=source",
    session: { kind: "key", key: runtime.credentials.operatorKey, workspace: runtime.credentials.workspace },
  });

const fill = async (page: Page, token: string): Promise<void> => {
  await page.getByLabel("Where the numbers come from").selectOption("rocketchat");
  await page.getByLabel("Address", { exact: true }).fill(server.url);
  await page.getByLabel("It may be at a private address").check();
  await page.getByLabel("User ID").fill(ROCKETCHAT_USER);
  await page.getByLabel("Personal access token").fill(token);
};

describe("the source", () => {
  it("is tried before it is set, and says why it would not do", async () => {
    server.play(playRocketchat(() => rocketchat8(NOW)));
    const page = await open();
    await fill(page, "not-the-token");
    await page.getByRole("button", { name: "Try it" }).click();
    const outcome = page.getByRole("status").filter({ hasText: /\w/ });
    expect(await outcome.innerText()).toMatch(/credential|token/i);

    await page.getByLabel("Personal access token").fill(ROCKETCHAT_TOKEN);
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("The server answers, version 8.6.1.").waitFor();
    await page.getByText("What an hour would record").click();
    expect(await outcome.innerText()).toMatch(/users\.total\s+120/);
    expect(await page.getByLabel("Where the numbers come from").inputValue()).toBe("rocketchat");
  });

  it("is set with its credential, which is never shown again, and says what it can give", async () => {
    const page = await open();
    await fill(page, ROCKETCHAT_TOKEN);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByText(`kept for ${server.url}`).waitFor();

    expect(await page.getByLabel("Personal access token").inputValue()).toBe("");
    await page.getByText("What this source can give").click();
    expect(await page.locator(".pairs").innerText()).toMatch(/Active users\s+can't be known/);
    expect(await page.content()).not.toContain(ROCKETCHAT_TOKEN);
  });

  it("is events again, with those who send them, when that is chosen", async () => {
    const page = await open();
    await page.getByLabel("Where the numbers come from").selectOption("events");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Reporters" }).waitFor();

    expect(await page.getByText("Nobody has sent events yet.").isVisible()).toBe(true);
  });
});
