import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPages, type Pages, shown, valuesOf, VIEWS } from "../support/info-page.ts";
import { fillRealMonth, MONTH_HOURS, START, tell } from "../support/recounts/real-month.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { type CountedHour, countedHours, rowsOfYear } from "../support/recounts/year.ts";

const JANUARY = "from=2024-01-01&to=2024-02-01";

let runtime: DrillRuntime;
let pages: Pages;
let counted: readonly CountedHour[];
beforeAll(async () => {
  [runtime, counted] = await Promise.all([startDrill(START), countedHours(MONTH_HOURS)]);
  await fillRealMonth(runtime);
  pages = await openPages(runtime);
});
afterAll(async () => {
  await Promise.all([pages.close(), runtime.remove()]);
});
afterEach(() => pages.settle());

const figures = new Intl.NumberFormat("en-GB");
const sentIn = (hours: readonly CountedHour[]): number => hours.reduce((sum, { sent }) => sum + sent, 0);

const tableOf = async (page: Page): Promise<readonly string[]> => {
  await page.getByText("The numbers as a table").click();
  return page.getByRole("region", { name: "The numbers as a table" }).getByRole("row").allInnerTexts();
};

describe("the trends of a real month", () => {
  it("come to what an independent count says, day by day", async () => {
    const page = await pages.openSigned({ hash: `#/trends?statistic=messages.sent&${JANUARY}&by=day` });
    await shown(page, "trends");

    expect(await page.locator(".headlines li").first().innerText()).toContain(figures.format(sentIn(counted)));
    const [, ...days] = await tableOf(page);
    expect(days).toHaveLength(31);
    for (const [at, day] of days.entries())
      expect(day).toMatch(
        new RegExp(
          `^${at + 1} Jan 2024, 00:00 UTC\t${figures.format(sentIn(counted.slice(at * 24, at * 24 + 24)))}\t–\tImported`,
        ),
      );
  });

  it("tell everyone who was there once, by day, week and month", async () => {
    const page = await pages.openSigned({ hash: `#/trends?statistic=users.seen&${JANUARY}&by=week&compare=no` });
    await shown(page, "trends");
    const people = Array.from({ length: 5 }, () => new Set<string>());
    for await (const { time, sender } of rowsOfYear(MONTH_HOURS))
      people[Math.floor((time - Date.UTC(2024, 0, 1) / 1_000) / (7 * 86_400))]?.add(sender);

    // 1 January 2024 was a Monday.
    const [, ...weeks] = await tableOf(page);
    expect(weeks.map((week) => week.split("\t")[1])).toEqual(people.map(({ size }) => figures.format(size)));
  });

  it("count people of a day, a week and a month, and tell who came, stayed and left", async () => {
    const page = await pages.openSigned({ hash: "#/trends?from=2024-01-16&to=2024-01-31" });
    await shown(page, "trends");
    const [first, second] = [new Set<string>(), new Set<string>()];
    for await (const { time, sender } of rowsOfYear(MONTH_HOURS - 24)) {
      const day = Math.floor((time - Date.UTC(2024, 0, 1) / 1_000) / 86_400);
      (day < 15 ? first : second).add(sender);
    }
    const people = page.locator("section", { has: page.getByRole("heading", { name: "Coming and going" }) });

    expect((await people.locator(".amount").allInnerTexts()).map(Number)).toEqual([
      second.size,
      [...second].filter((one) => !first.has(one)).length,
      [...second].filter((one) => first.has(one)).length,
      0,
      [...first].filter((one) => !second.has(one)).length,
    ]);
  });

  it("name the busiest hour and the most active room", async () => {
    const page = await pages.openSigned({ hash: `#/trends?${JANUARY}` });
    await shown(page, "trends");
    const rooms = new Map<string, number>();
    for await (const { channel } of rowsOfYear(MONTH_HOURS)) rooms.set(channel, (rooms.get(channel) ?? 0) + 1);
    const [room, messages] = [...rooms].toSorted((a, b) => b[1] - a[1])[0] ?? ["", 0];
    const busiest = counted.toSorted((a, b) => b.sent - a.sent)[0];

    const hours = page.locator("section", { has: page.getByRole("heading", { name: "Busiest hours" }) });
    expect(await hours.getByRole("row").nth(1).innerText()).toContain(`${busiest?.sent}\t${busiest?.seen}`);
    const active = page.locator("section", { has: page.getByRole("heading", { name: "Most active rooms" }) });
    expect(await active.locator(".bars > div").first().innerText()).toBe(`${room}\n${figures.format(messages)}`);
  });

  it("sum up a period beside the one before, and lead to each chart", async () => {
    const page = await pages.openSigned({ hash: "#/trends?range=7d" });
    await shown(page, "trends");
    await page.getByRole("link", { name: /^Active users/ }).click();

    await page.getByRole("heading", { name: "Active users", level: 2 }).waitFor();
    expect(await page.getByRole("link", { name: /^Active users/ }).getAttribute("aria-current")).toBe("true");
    expect(await page.getByText(/^Closed hours from 26 Jan 2024/).innerText()).toContain(
      "beside those from 19 Jan 2024",
    );
  });

  it("show capacity, people and the kinds of messages", async () => {
    const page = await pages.openSigned({ hash: "#/trends?range=24h" });
    await shown(page, "trends");
    const cardOf = (name: string) => page.locator("section", { has: page.getByRole("heading", { name, exact: true }) });

    expect(await cardOf("Capacity").innerText()).toMatch(/Peak connections\s+749\s+1 Feb 2024, \d\d:00 UTC/);
    expect(await cardOf("Capacity").innerText()).toMatch(/Lowest free memory\s+1\.8 GB of 8 GB \(22\.5%\)/);
    expect(await cardOf("Active people").innerText()).toMatch(/up to 1 Feb 2024/);
    expect(await cardOf("Messages by kind").innerText()).toMatch(/Omnichannel\s+\d+/);
  });

  it("tell gaps, restated and open hours apart in the table, too", async () => {
    const page = await pages.openSigned({ hash: "#/trends?range=24h&compare=no" });
    await shown(page, "trends");
    const states = (await tableOf(page)).map((row) => row.split("\t").at(-1));

    expect(states).toContain("Restated after late events");
    expect(states.filter((state) => state === "Partial")).toHaveLength(4);
    expect(states.at(-1)).toBe("Still open");
  });

  it("are read with the arrow keys, too", async () => {
    const page = await pages.openSigned({ hash: `#/trends?statistic=messages.sent&${JANUARY}&by=day&compare=no` });
    await shown(page, "trends");
    const chart = page.getByRole("slider", { name: "Messages sent, by day" });
    await chart.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");

    const told = `2 Jan 2024, 00:00 UTC: ${figures.format(sentIn(counted.slice(24, 48)))}`;
    expect(await chart.getAttribute("aria-valuetext")).toBe(`${told}, Imported`);
    expect(await page.locator(".readout").innerText()).toBe(`${told} (Imported)`);
  });

  it("show what is usual, and name what is not", async () => {
    const page = await pages.openSigned({ hash: "#/trends?range=24h&statistic=messages.sent" });
    await shown(page, "trends");
    const unusual = page.getByRole("region", { name: "Unusual hours" });
    expect(await unusual.getByRole("row", { name: /^2 Feb 2024, 03:00 UTC Messages sent/ }).innerText()).toMatch(
      /\t300\tat most [\d.]+$/,
    );
    const chart = page.getByRole("slider", { name: "Messages sent, by hour" });
    await chart.focus();
    await page.keyboard.press("End");
    for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowLeft");
    expect(await chart.getAttribute("aria-valuetext")).toMatch(
      /^2 Feb 2024, 03:00 UTC: 300, before \d+, usually \d+ to \d+, Complete, unusual$/,
    );
  });

  it("cut days where the workspace's time zone does", async () => {
    const page = await pages.openSigned({ hash: "#/settings" });
    await page.getByLabel("Time zone").selectOption("America/New_York");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.goto(`${runtime.baseUrl}/#/trends?statistic=messages.sent&from=2024-01-10&to=2024-01-11&by=hour`);
    await shown(page, "trends");
    const rows = await tableOf(page);
    await tell(runtime, "PATCH", "/v1/workspace", { timeZone: "UTC" });

    expect(rows).toHaveLength(25);
    expect(rows[1]).toMatch(new RegExp(`^10 Jan 2024, 00:00 GMT-5\t${counted[9 * 24 + 5]?.sent}\t`));
    expect(
      await page
        .getByText(/America\/New_York/)
        .first()
        .isVisible(),
    ).toBe(true);
  });

  it("save exactly what is shown", async () => {
    const page = await pages.openSigned({ hash: `#/trends?statistic=messages.sent&${JANUARY}&by=week&compare=no` });
    await shown(page, "trends");
    const button = page.getByRole("button", { name: "Save CSV" });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    const [, ...lines] = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");

    expect(lines.map((line) => Number(line.split(",").at(-1)))).toEqual(
      [0, 7, 14, 21, 28].map((day) => sentIn(counted.slice(day * 24, Math.min(day + 7, 31) * 24))),
    );
  });
});

describe("the completeness of a real month", () => {
  it("says in words what is not whole, and why", async () => {
    const page = await pages.openSigned({ hash: "#/completeness" });
    await shown(page, "completeness");
    const broken = page.locator("section", { has: page.getByRole("heading", { name: "What is not whole" }) });

    expect(await broken.innerText()).toMatch(
      /1 Feb 2024, 18:00 UTC to 1 Feb 2024, 22:00 UTC\s+4 hours, partial: the chat server was not heard/,
    );
    await broken.getByRole("button", { name: "Show 1 Feb 2024, 18:00 UTC" }).click();
    expect(await page.locator(".detail").innerText()).toMatch(/Heard\s+in 0 of 60 minutes/);
  });

  it("goes back month by month, and gives the document of any hour", async () => {
    const page = await pages.openSigned({ hash: "#/completeness" });
    await shown(page, "completeness");
    await page.getByRole("button", { name: "Earlier" }).click();
    await page.getByRole("button", { name: /^2 Jan 2024, 11:00 UTC: Imported/ }).click();
    const button = page.getByRole("button", { name: "Save statistics.json" });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);

    expect(JSON.parse(await readFile(await download.path(), "utf8"))).toMatchObject({
      hour: "2024-01-02T11",
      messages: { sent: counted[35]?.sent },
    });
  });

  it("does not move when an hour is chosen", async () => {
    const page = await pages.openSigned({ hash: "#/completeness", width: 768 });
    await shown(page, "completeness");
    const hour = page.getByRole("button", { name: /^20 Jan 2024, 11:00 UTC/ });
    const place = (): Promise<unknown> => hour.evaluate("(element) => element.getBoundingClientRect().top + scrollY");
    const before = await place();
    await hour.click();
    await page.getByRole("button", { name: "Save statistics.json" }).waitFor();

    expect(await place()).toBe(before);
  });
});

const SHIFTS = `new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 300);
})`;
/** What Google's Web Vitals call good is 0.1. */
const MOST_SHIFT = 0.05;

/** Notes how long the page took, from its being asked for, to show numbers. */
const WATCH = `window.firstNumbers = undefined;
  new MutationObserver(() => {
    if (document.querySelector(".usage dd") !== null) window.firstNumbers ??= performance.now();
  }).observe(document, { subtree: true, childList: true });`;

describe("a view that opens", () => {
  it.each(VIEWS.flatMap((view) => [[view, 360] as const, [view, 1_440] as const]))(
    "%s at %i pixels does not jump",
    async (view, width) => {
      const page = await pages.openSigned({ hash: `#/${view}`, width });
      await shown(page, view);

      expect(await page.evaluate(SHIFTS)).toBeLessThan(MOST_SHIFT);
    },
  );

  it("has its first numbers in under a second", async () => {
    const page = await pages.openSigned();
    await page.addInitScript({ content: WATCH });
    const times: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      await page.reload();
      await shown(page, "info");
      times.push(await page.evaluate<number>("firstNumbers"));
    }

    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  it("moves nothing for readers who want that", async () => {
    const page = await pages.openSigned();
    await page.route("**/v1/statistics", () => undefined);
    await page.reload();
    await page.locator(".skeleton").first().waitFor();
    const animations = "document.getAnimations().length";

    expect(await page.evaluate(animations)).toBe(0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    expect(await page.evaluate(animations)).toBeGreaterThan(0);
  });
});

describe("a huge workspace", () => {
  it("fits the cards, and writes numbers as the reader's language does", async () => {
    const page = await pages.open({ width: 360, locale: "de-DE" });
    await page.route("**/v1/statistics", async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      await route.fulfill({
        response: answer,
        body: text.replaceAll(/"(total|activated|channels|bytes)":\d+/g, '"$1":123456789012345'),
      });
    });
    await page.evaluate(
      `sessionStorage.setItem("tidemark-session", ${JSON.stringify(JSON.stringify({ kind: "key", key: runtime.credentials.apiKey }))})`,
    );
    await page.reload();
    await shown(page, "info");

    expect(await valuesOf(page)).toMatchObject({
      "Activated Users": "123.456.789.012.345",
      "Total Uploads Size": "123,5 TB",
    });
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
  });
});

describe("an operator", () => {
  it("makes a workspace, changes over to it, and ends it after typing its name", async () => {
    const session = { kind: "key", key: runtime.credentials.operatorKey, workspace: "demo" } as const;
    const page = await pages.openSigned({ hash: "#/settings?part=workspaces", session });
    await page.getByText("New workspace", { exact: true }).click();
    await page.getByLabel("ID, which stays as it is").fill("second");
    await page.getByLabel("Name", { exact: true }).fill("The second");
    await page.getByRole("button", { name: "Make the workspace" }).click();
    expect(await page.getByLabel("API key", { exact: true }).inputValue()).toMatch(/^tm_/);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Show The second" }).click();
    const switcher = page.getByRole("combobox", { name: "Workspace" });
    await switcher.waitFor();
    expect(await switcher.inputValue()).toBe("second");

    await page
      .getByRole("navigation", { name: "Settings" })
      .getByRole("link", { name: "Workspace", exact: true })
      .click();
    await page.getByRole("button", { name: "End the workspace" }).click();
    const dialog = page.getByRole("dialog");
    const end = dialog.getByRole("button", { name: "End the workspace" });
    expect(await end.isDisabled()).toBe(true);
    const saving = dialog.getByRole("button", { name: "Save an export first" });
    const [download] = await Promise.all([page.waitForEvent("download"), saving.click()]);
    expect(await readFile(await download.path(), "utf8")).toMatch(/^\{"kind":"workspace","id":"second"/);
    await dialog.getByLabel("Its ID, to end it").fill("second");
    await end.click();
    await dialog.waitFor({ state: "detached" });

    const kept = await page.evaluate<string>("sessionStorage.getItem('tidemark-session')");
    expect(JSON.parse(kept)).toMatchObject({ workspace: "demo" });
  });

  it("registers a license key, and is told what is none", async () => {
    const session = { kind: "key", key: runtime.credentials.operatorKey, workspace: "demo" } as const;
    const page = await pages.openSigned({ hash: "#/settings?part=license-keys", session });
    await page.getByText("New license key", { exact: true }).click();
    const key = page.getByLabel("Public key (JSON Web Key)");
    await key.fill("not a key");
    await page.getByRole("button", { name: "Register the key" }).click();
    await page.getByRole("alert").filter({ hasText: "This is no JSON Web Key" }).waitFor();
    await key.fill('{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}');
    await page.getByRole("button", { name: "Register the key" }).click();

    await page.getByText("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k").waitFor();
    await page.getByRole("button", { name: /^Remove kPrK/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    const none = page.getByText("There is none");
    await none.waitFor();
    expect(await none.innerText()).toBe("There is none, so no license can be applied.");
  });
});
