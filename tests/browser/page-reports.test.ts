import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, openPages, type Pages, shown } from "../support/info-page.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

let runtime: DrillRuntime;
let pages: Pages;
let receiver: Server;
const received: string[] = [];

const REFUSED = 500;
const TAKEN = 204;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    received.push(request.url ?? "");
    response.writeHead(request.url === "/refuses" ? REFUSED : TAKEN).end();
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, "127.0.0.1", resolve);
  });
  runtime = await startDrill("2026-03-04T22:30:00Z");
  pages = await openPages(runtime);
});
afterAll(async () => {
  receiver.close();
  await Promise.all([pages.close(), runtime.remove()]);
});
afterEach(() => pages.settle());

const read = async (path: string): Promise<unknown> =>
  (await fetch(`${runtime.baseUrl}${path}`, { headers: { "x-api-key": runtime.credentials.apiKey } })).json();

const operator = () => ({
  kind: "key" as const,
  key: runtime.credentials.operatorKey,
  workspace: runtime.credentials.workspace,
});

const urlOf = (path: string): string => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

const addWebhook = async (page: Page, label: string, path: string): Promise<string> => {
  await page.getByText("New channel", { exact: true }).click();
  await page.getByLabel("Label of the channel").fill(label);
  await page.getByLabel("Address").fill(urlOf(path));
  await page.getByLabel("It is on a private network").check();
  await page.getByLabel("Daily reports").check();
  await page.getByRole("button", { name: "Add the channel" }).click();
  const secret = await page.getByLabel("Secret that it is signed with").inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("New channel", { exact: true }).click();
  return secret;
};

const closeTheDay = async (): Promise<void> => {
  for (const [path, body] of [
    ["/local/clock", { advanceSeconds: 7_200 }],
    ["/local/close-hours", {}],
  ] as const)
    await fetch(`${runtime.baseUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
};

describe("before the first report", () => {
  it("the reports say so, and where they are set up", async () => {
    const page = await pages.openSigned({ hash: "#/reports" });
    await shown(page, "reports");
    await page.getByText("There is no report yet").waitFor();

    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "Report delivery" }).click();
    await page.getByText("Nothing was sent yet.").waitFor();
    await page.getByText("There is none yet: nobody is told of anything.").waitFor();
  });
});

describe("report delivery", () => {
  it("chooses which reports are made", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=delivery" });
    await page.getByLabel("Each month").uncheck();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. It holds from the next period on.").waitFor();

    expect(await read("/v1/reports/schedule")).toEqual({ daily: true, weekly: true, monthly: false });
  });

  it("offers a private network to operators alone, and says what is wrong with an address", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=delivery" });
    await page.getByText("New channel", { exact: true }).click();
    expect(await page.getByLabel("It is on a private network").count()).toBe(0);
    await page.getByLabel("Label of the channel").fill("Boss");
    await page.getByLabel("How it is reached").selectOption("email");
    await page.getByLabel("Addresses, ten at most").fill("boss@example.org, nobody");
    await page.getByRole("button", { name: "Add the channel" }).click();

    await page.getByRole("alert").filter({ hasText: "give an address such as ops@example.org" }).waitFor();
    expect(await read("/v1/channels")).toEqual({ channels: [] });
  });

  it("says of a channel that nothing goes out to it", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=delivery" });
    await page.getByText("New channel", { exact: true }).click();
    await page.getByLabel("Label of the channel").fill("Boss");
    await page.getByLabel("How it is reached").selectOption("email");
    await page.getByLabel("Addresses, ten at most").fill("boss@example.org");
    await page.getByRole("button", { name: "Add the channel" }).click();

    await page.getByText("Nothing is sent to it: this deployment has no address to send mail from.").waitFor();
    await page.getByRole("button", { name: "Remove Boss" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("There is none yet").waitFor();
    expect(await read("/v1/channels")).toEqual({ channels: [] });
  });

  it("adds channels, shows a webhook's secret once, and tries them", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=delivery", session: operator() });
    const secret = await addWebhook(page, "Ops", "/takes");
    await addWebhook(page, "Archive", "/refuses");

    expect(secret).toMatch(/^whsec_/);
    expect(await page.content()).not.toContain(secret);
    await page.getByRole("button", { name: "Test Ops" }).click();
    await page.getByText("The test was taken").waitFor();
    await page.getByRole("button", { name: "Test Archive" }).click();
    await page.getByText("The test was not taken: ").waitFor();
    expect(received).toEqual(["/takes", "/refuses"]);
    expect(await read("/v1/channels")).toMatchObject({
      channels: [
        { label: "Ops", kind: "webhook", topics: ["report.daily", "report.weekly", "report.monthly", "alert"] },
        { label: "Archive" },
      ],
    });
  });

  it("tells what was delivered, what is on its way, and why", async () => {
    await closeTheDay();
    const page = await pages.openSigned({ hash: "#/settings?part=delivery", colorScheme: "dark" });
    const deliveries = page.locator(".part", { hasText: "Recent deliveries" }).getByRole("listitem");
    await deliveries.first().waitFor();

    const told = await deliveries.allInnerTexts();
    const of = (label: string): string => told.find((one) => one.includes(`To ${label},`)) ?? "";
    expect(of("Ops")).toMatch(/4 March 2026[^]*1 attempt[^]*Delivered/);
    expect(of("Archive")).toMatch(/next at[^]*Last error: .*500[^]*On its way/);
    expect(await axeFindings(page)).toEqual([]);
  });

  it("asks before a channel is removed", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=delivery" });
    await page.getByRole("button", { name: "Remove Archive" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove this channel?" });
    await dialog.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await read("/v1/channels")).toMatchObject({ channels: [{ label: "Ops" }, { label: "Archive" }] });
    await page.getByRole("button", { name: "Remove Archive" }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove Archive" }).waitFor({ state: "detached" });

    expect(await read("/v1/channels")).toMatchObject({ channels: [{ label: "Ops" }] });
  });
});

describe("the reports", () => {
  it("are listed, and each is read within the page as it was made, by keyboard too", async () => {
    const page = await pages.openSigned({ hash: "#/reports" });
    const link = page.getByRole("link", { name: "Wednesday, 4 March 2026" });
    await link.focus();
    await page.keyboard.press("Enter");
    const report = page.frameLocator("iframe[title='Report daily-2026-03-04']");
    await report.getByRole("heading", { name: "Wednesday, 4 March 2026" }).waitFor();

    // Its style came along, although the page's policy lets none in that stands in markup.
    const inside = "document.querySelector('iframe').contentDocument";
    expect(
      await page.evaluate(`[
        getComputedStyle(${inside}.querySelector("main")).maxWidth,
        ${inside}.compatMode,
        document.querySelector("iframe").clientHeight >= ${inside}.documentElement.offsetHeight,
      ]`),
    ).toEqual(["960px", "CSS1Compat", true]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "All reports" }).click();
    await link.waitFor();
  });

  it.each([
    ["HTML", "daily-2026-03-04.html", /^<!doctype html>/],
    ["CSV", "daily-2026-03-04.csv", /^section,start,name/],
    ["JSON", "daily-2026-03-04.json", /^\{"format":1,"id":"daily-2026-03-04"/],
  ])("are saved as %s", async (form, name, beginning) => {
    const page = await pages.openSigned({ hash: "#/reports" });
    const button = page.getByRole("button", { name: `Save ${form}: Wednesday, 4 March 2026` });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);

    expect(download.suggestedFilename()).toBe(name);
    expect(await readFile(await download.path(), "utf8")).toMatch(beginning);
    await page.getByText(`Saved as ${name}.`).waitFor();
  });

  it("say of a report that there is none", async () => {
    const page = await pages.openSigned({ hash: "#/reports?report=daily-2020-01-01" });
    await page.getByRole("alert").filter({ hasText: "There is no report of this id." }).waitFor();

    expect(await axeFindings(page)).toEqual([]);
  });
});

describe("who was seen", () => {
  it("is let go only after a question", async () => {
    const page = await pages.openSigned({ hash: "#/settings" });
    await shown(page, "settings");
    expect(await page.getByLabel("After how many days").isDisabled()).toBe(true);
    await page.getByLabel("What is remembered").selectOption("counts");
    await page.getByLabel("After how many days").fill("90");
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog", { name: "Let go of who was seen?" });
    expect(await dialog.innerText()).toContain("more than 90 days ago");
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await read("/v1/workspace")).toMatchObject({ retention: { people: "keep" } });
    await page.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("button", { name: "Let go" }).click();
    await page.getByText("Saved.").waitFor();

    expect(await read("/v1/workspace")).toMatchObject({ retention: { people: "counts", afterDays: 90 } });
    await page.getByLabel("After how many days").fill("120");
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => read("/v1/workspace")).toMatchObject({ retention: { people: "counts", afterDays: 120 } });
  });
});
