import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, keepPicture, openPages, type Pages, shown, VIEWS } from "../support/info-page.ts";
import { fillRealMonth, START, tell } from "../support/recounts/real-month.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const LONG = "Gesellschaft für angewandte Unternehmenskommunikation und Zusammenarbeit mbH ".repeat(2).trim();
const SCHEMES = ["light", "dark"] as const;
const WIDTHS = [360, 768, 1_440, 1_600] as const;
const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

let runtime: DrillRuntime;
let pages: Pages;
beforeAll(async () => {
  runtime = await startDrill(START);
  await fillRealMonth(runtime);
  pages = await openPages(runtime);
});
afterAll(async () => {
  await Promise.all([pages.close(), runtime.remove()]);
});
afterEach(() => pages.settle());

const operator = () => ({
  kind: "key" as const,
  key: runtime.credentials.operatorKey,
  workspace: runtime.credentials.workspace,
});

/** What axe-core finds in light and in dark. */
const findingsOn = async (page: Page): Promise<Readonly<Record<string, readonly string[]>>> => {
  const found: Record<string, readonly string[]> = {};
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    found[colorScheme] = await axeFindings(page);
  }
  return found;
};
const NOTHING = { light: [], dark: [] };

/** By how much the page is too wide for each window; a picture is kept of each in light, and of the trends in dark. */
const overflowsOn = async (page: Page, name: string): Promise<readonly unknown[]> => {
  const overflows: unknown[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    if (width !== 1_600) await keepPicture(page, `${name}-${width}`);
    if (width === 768 && name === "trends") {
      await page.emulateMedia({ colorScheme: "dark" });
      await keepPicture(page, `${name}-${width}-dark`);
    }
    overflows.push(await page.evaluate(OVERFLOW));
  }
  return overflows;
};

describe.each(VIEWS)("the view %s", (view) => {
  it("has nothing that axe-core finds, in light and dark", async () => {
    const page = await pages.openSigned({ hash: `#/${view}` });
    await shown(page, view);

    expect(await findingsOn(page)).toEqual(NOTHING);
  });

  it("fits windows from 360 to 1600 pixels wide", async () => {
    const page = await pages.openSigned({ hash: `#/${view}` });
    await shown(page, view);

    expect(await overflowsOn(page, view)).toEqual([0, 0, 0, 0]);
  });
});

const PARTS = ["source", "keys", "users", "tokens", "alerts", "delivery", "acts", "license-keys", "workspaces"];

describe.each(PARTS)("the part %s of the settings", (part) => {
  it("has nothing that axe-core finds, and fits a phone", async () => {
    const page = await pages.openSigned({ hash: `#/settings?part=${part}`, session: operator(), width: 360 });
    await page.locator(".part .items li, .part .make summary").first().waitFor();
    for (const summary of await page.locator(".make summary").all()) await summary.click();

    expect(await findingsOn(page)).toEqual(NOTHING);
    expect(await page.evaluate(OVERFLOW)).toBe(0);
    await page.emulateMedia({ colorScheme: "light" });
    await keepPicture(page, `settings-${part}-360`);
  });
});

/** Each dialog, with what opens it. */
const DIALOGS: readonly (readonly [name: string, hash: string, open: (page: Page) => Promise<void>])[] = [
  ["instances", "#/info", (page) => page.getByRole("button", { name: "Instances" }).last().click()],
  ["license", "#/info", (page) => page.getByRole("button", { name: "Apply Offline License" }).click()],
  ["federation", "#/info", (page) => page.getByRole("button", { name: "Settings" }).click()],
  [
    "revoke",
    "#/settings?part=keys",
    (page) =>
      page
        .getByRole("button", { name: /^Revoke/ })
        .first()
        .click(),
  ],
  [
    "replace",
    "#/settings?part=keys",
    (page) =>
      page
        .getByRole("button", { name: /^Replace/ })
        .first()
        .click(),
  ],
  [
    "password",
    "#/settings?part=users",
    (page) =>
      page
        .getByRole("button", { name: /^New password/ })
        .first()
        .click(),
  ],
  [
    "remove-user",
    "#/settings?part=users",
    (page) =>
      page
        .getByRole("button", { name: /^Remove/ })
        .first()
        .click(),
  ],
  [
    "revoke-token",
    "#/settings?part=tokens",
    (page) =>
      page
        .getByRole("button", { name: /^Revoke/ })
        .first()
        .click(),
  ],
  [
    "let-go",
    "#/settings",
    async (page) => {
      await page.getByLabel("What is remembered").selectOption("counts");
      await page.getByRole("button", { name: "Save" }).click();
    },
  ],
  ["pause", "#/settings", (page) => page.getByRole("button", { name: "Pause the workspace" }).click()],
  ["end", "#/settings", (page) => page.getByRole("button", { name: "End the workspace" }).click()],
];

/** Questions all look alike; a picture of some is enough. */
const PICTURED: ReadonlySet<string> = new Set(["instances", "license", "federation", "revoke", "let-go"]);

describe.each(DIALOGS)("the dialog %s", (name, hash, open) => {
  it("has nothing that axe-core finds, fits a phone, and keeps the focus", async () => {
    const page = await pages.openSigned({ hash, session: operator(), width: 360 });
    await open(page);
    await page.getByRole("dialog").waitFor();

    expect(await findingsOn(page)).toEqual(NOTHING);
    expect(
      await page.evaluate(
        "document.querySelector('dialog').scrollWidth - document.querySelector('dialog').clientWidth",
      ),
    ).toBe(0);
    await page.emulateMedia({ colorScheme: "light" });
    if (PICTURED.has(name)) await keepPicture(page, `dialog-${name}-360`);
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press("Tab");
      expect(
        await page.evaluate(
          "document.querySelector('dialog').contains(document.activeElement) || document.activeElement === document.body",
        ),
      ).toBe(true);
    }
  });
});

describe("a report that is read within the page", () => {
  it("has nothing around it that axe-core finds, and fits every window", async () => {
    const page = await pages.openSigned({ hash: "#/reports" });
    await page.locator(".reports a").first().click();
    await page.frameLocator("iframe").getByRole("heading", { level: 1 }).waitFor();

    expect(await findingsOn(page)).toEqual(NOTHING);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(OVERFLOW)).toBe(0);
      const inside = "document.querySelector('iframe').contentDocument.documentElement";
      expect(await page.evaluate(`${inside}.scrollWidth - ${inside}.clientWidth`)).toBe(0);
    }
  });
});

describe("a secret that is shown once", () => {
  it("has nothing that axe-core finds, and can be copied", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=keys" });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByText("New key", { exact: true }).click();
    await page.getByLabel("Label of the key").fill(LONG.slice(0, 100));
    await page.getByRole("button", { name: "Make the key" }).click();
    await page.getByRole("button", { name: "Copy" }).click();

    expect(await findingsOn(page)).toEqual(NOTHING);
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await page.getByLabel("Secret").inputValue());
  });
});

describe("a long name", () => {
  it("fits every view on a phone", async () => {
    await tell(runtime, "PATCH", "/v1/workspace", { name: LONG });
    const page = await pages.openSigned({ width: 360 });
    for (const view of VIEWS) {
      await page.goto(`${runtime.baseUrl}/#/${view}`);
      await shown(page, view);

      expect({ view, overflow: await page.evaluate(OVERFLOW) }).toEqual({ view, overflow: 0 });
    }
    await tell(runtime, "PATCH", "/v1/workspace", { name: "Demo" });
  });
});

describe("signing in", () => {
  it.each(SCHEMES)("has nothing that axe-core finds, in %s", async (colorScheme) => {
    const page = await pages.open({ colorScheme, width: 360 });
    await keepPicture(page, `sign-in-${colorScheme}`);

    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(OVERFLOW)).toBe(0);
    const paper = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    expect(paper).toBe(colorScheme === "light" ? "rgb(244, 246, 248)" : "rgb(16, 22, 27)");
  });
});

describe("a server that is gone", () => {
  it.each(VIEWS)("is told of on the view %s, where axe-core finds nothing", async (view) => {
    const page = await pages.open();
    await page.route("**/v1/**", (route) =>
      route.request().url().endsWith("/v1/workspace") ? route.continue() : route.abort(),
    );
    await page.evaluate(
      `sessionStorage.setItem("tidemark-session", ${JSON.stringify(JSON.stringify({ kind: "key", key: runtime.credentials.apiKey }))})`,
    );
    await page.goto(`${runtime.baseUrl}/?again#/${view === "settings" ? "settings?part=keys" : view}`);
    await page.getByRole("alert").filter({ hasText: "can't be reached" }).first().waitFor();

    expect(await findingsOn(page)).toEqual(NOTHING);
  });
});
