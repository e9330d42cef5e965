import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPages, type Pages, shown } from "../support/info-page.ts";
import { makeSigner, type Signer } from "../support/licenses.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const NOW = Date.parse("2026-03-04T10:00:00.000Z");
const HOUR_MS = 3_600_000;

let runtime: DrillRuntime;
let pages: Pages;
let signer: Signer;

const post = async (path: string, body: unknown, key = runtime.credentials.apiKey): Promise<void> => {
  const answer = await fetch(`${runtime.baseUrl}${path}`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
};
const message = (id: number, time: number): object => ({
  specversion: "1.0",
  source: "chat-1",
  id: String(id),
  time: new Date(time).toISOString(),
  type: "message.sent",
  data: { room: "general", roomKind: "channel", user: `u${id % 3}` },
});

beforeAll(async () => {
  [runtime, signer] = await Promise.all([startDrill(new Date(NOW).toISOString()), makeSigner()]);
  await post("/local/clock", { advanceSeconds: 3 * 3_600 });
  const hours = [3, 5, 8].flatMap((count, hour) =>
    Array.from({ length: count }, (_, n) => message(100 * hour + n, NOW + hour * HOUR_MS + n * 60_000)),
  );
  await post("/v1/events", hours);
  await post("/local/close-hours", {});
  await post("/v1/license-keys", { jwk: signer.publicKey.jwk }, runtime.credentials.operatorKey);
  pages = await openPages(runtime);
});
afterAll(async () => {
  await Promise.all([pages.close(), runtime.remove()]);
});
afterEach(() => pages.settle());

describe("the trends", () => {
  it("sum a day up, draw it, and tell every number in a table", async () => {
    const page = await pages.openSigned({ hash: "#/trends?statistic=messages.sent&range=24h" });
    await shown(page, "trends");

    const headlines = await page.locator(".headlines").innerText();
    expect(headlines).toMatch(/Messages sent\s+16\s/);
    expect(headlines).toMatch(/Active users\s+3\s/);
    expect(headlines).toContain("nothing known before");
    await page.getByRole("slider", { name: "Messages sent, by hour" }).waitFor();
    await page.getByText("The numbers as a table").click();
    const table = page.getByRole("region", { name: "The numbers as a table" });
    const rowOf = (hour: string): Promise<string> =>
      table.getByRole("row", { name: `4 Mar 2026, ${hour}:00 UTC` }).innerText();
    expect(await rowOf("12")).toMatch(/\t8\t/);
    expect(await rowOf("13")).toContain("Still open");
    expect(await rowOf("09")).toContain("Missing");
  });

  it("save what is shown as CSV", async () => {
    const page = await pages.openSigned({ hash: "#/trends?range=24h&compare=no" });
    await shown(page, "trends");
    const button = page.getByRole("button", { name: "Save CSV" });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);

    const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
    expect(lines[0]).toBe("start,status,coverage,messages.sent");
    expect(lines.find((line) => line.startsWith("2026-03-04T12:"))).toMatch(/,8$/);
    expect(lines.find((line) => line.startsWith("2026-03-04T09:"))).toMatch(/,missing,,$/);
  });

  it("are reopened exactly by a link", async () => {
    const page = await pages.openSigned({ hash: "#/trends?statistic=messages.sent&range=24h" });
    await shown(page, "trends");
    await page.getByLabel("Statistic").selectOption("users.seen");
    await page.getByRole("heading", { name: "Active users", level: 2 }).waitFor();
    const link = await page.getByRole("link", { name: "Link to this view" }).getAttribute("href");
    await page.goto(link ?? "");
    await page.reload();
    await shown(page, "trends");

    expect(link).toContain("from=2026-03-03T13%3A00%3A00.000Z&to=2026-03-04T14%3A00%3A00.000Z");
    expect(await page.getByLabel("Statistic").inputValue()).toBe("users.seen");
    expect(await page.getByLabel("From").inputValue()).toBe("2026-03-03");
  });
});

describe("the completeness", () => {
  it("tells each hour by name, sign and reason, by keyboard too", async () => {
    const page = await pages.openSigned({ hash: "#/completeness" });
    await shown(page, "completeness");
    await page.getByRole("button", { name: /^4 Mar 2026, 11:00 UTC: / }).click();
    await page.keyboard.press("ArrowRight");

    await page.getByRole("heading", { name: "4 Mar 2026, 12:00 UTC" }).waitFor();
    expect(await page.locator(".detail").innerText()).toMatch(/in \d+ of 60 minutes/);
    expect(await page.evaluate("document.activeElement.dataset.hour")).toBe("2026-03-04T12");
  });
});

describe("the settings", () => {
  it("make a key, show its secret once, and ask before they revoke it", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=keys" });
    await page.getByText("New key", { exact: true }).click();
    await page.getByLabel("Label of the key").fill("Grafana");
    await page.getByRole("button", { name: "Make the key" }).click();
    const secret = await page.getByLabel("Secret").inputValue();
    const read = () => fetch(`${runtime.baseUrl}/v1/statistics`, { headers: { "x-api-key": secret } });

    expect((await read()).status).toBe(200);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Revoke Grafana" }).click();
    expect((await read()).status).toBe(200);
    await page.getByRole("dialog", { name: "Revoke this key?" }).getByRole("button", { name: "Revoke" }).click();
    await page.getByText(/revoked \d/).waitFor();
    expect((await read()).status).toBe(401);
    expect(await page.content()).not.toContain(secret);
  });

  it("make a user who can sign in", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=users" });
    await page.getByText("New user", { exact: true }).click();
    await page.locator("input[name=username]").fill("grace");
    await page.getByRole("button", { name: "Make the user" }).click();
    const password = await page.getByLabel("Password of grace").inputValue();

    const login = await fetch(`${runtime.baseUrl}/api/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: "grace", password }),
    });
    expect(login.status).toBe(200);
  });

  it("make an alert, say what it watches, and ask before they remove it", async () => {
    const page = await pages.openSigned({ hash: "#/settings?part=alerts" });
    await page.getByText("New alert", { exact: true }).click();
    await page.getByLabel("Name of the alert").fill("busy");
    await page.getByLabel("Statistic").selectOption("messages.sent");
    await page.getByLabel("The limit (sizes in bytes)").fill("1000");
    await page.getByLabel("Over when it is back at").fill("800");
    await page.getByRole("button", { name: "Make the alert" }).click();
    await page.getByText("Messages sent above 1,000 for an hour, over again at 800").waitFor();
    await page.getByLabel("Name of the alert").fill("odd");
    await page.getByLabel("What it is about").selectOption("anomaly");
    await page.getByRole("button", { name: "Make the alert" }).click();
    await page.getByText("Any number is far from usual").waitFor();

    const read = async (): Promise<unknown> => {
      const headers = { "x-api-key": runtime.credentials.apiKey };
      return (await fetch(`${runtime.baseUrl}/v1/alerts`, { headers })).json();
    };
    const busy = { id: "busy", kind: "threshold", statistic: "messages.sent", above: 1_000, clearAt: 800 };
    expect(await read()).toMatchObject({ rules: [busy, { id: "odd", kind: "anomaly" }] });
    await page.getByRole("button", { name: "Remove busy" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("Messages sent above 1,000").waitFor({ state: "detached" });
    expect(await read()).toMatchObject({ rules: [{ id: "odd" }] });
  });

  it("rename the workspace", async () => {
    const page = await pages.openSigned({ hash: "#/settings" });
    await shown(page, "settings");
    await page.getByLabel("Name", { exact: true }).fill("Acme");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByRole("link", { name: "Info" }).click();

    expect(await page.getByText("Workspace Acme").innerText()).toBe("Workspace Acme");
  });
});

describe("the licence", () => {
  it("is refused with every reason, and applied when it holds", async () => {
    const page = await pages.openSigned();
    await page.getByRole("button", { name: "Apply Offline License" }).click();
    const apply = page.getByRole("button", { name: "Apply license" });
    expect(await apply.isDisabled()).toBe(true);
    const expired = { validUntil: NOW - HOUR_MS, workspace: "another" };
    await page.getByLabel("License", { exact: true }).fill(await signer.sign(expired));
    await apply.click();
    const alert = page.getByRole("alert").filter({ hasText: "Invalid license!" });
    expect(await alert.innerText()).toContain("It was valid until");
    expect(await alert.innerText()).toContain("It is for the workspace another");

    await page.getByLabel("License", { exact: true }).fill(await signer.sign());
    await apply.click();
    await page.getByText("License applied successfully!").waitFor();
    await page.getByRole("button", { name: "Change Offline License" }).waitFor();
    const features = await page.locator(".features").innerText();
    expect(features).toMatch(/Auditing\s+on/);
    expect(features).toMatch(/Canned Responses\s+off/);
  });
});

describe("the federation", () => {
  it("is set up in two steps, with the records to add", async () => {
    const page = await pages.openSigned();
    // What DNS holds is the check's business, which has tests of its own.
    await page.route("**/v1/federation/check", (route) =>
      route.fulfill({
        json: {
          domain: "chat.example.org",
          discovery: "dns",
          checkedAt: new Date(NOW).toISOString(),
          reachable: false,
          kept: true,
          checks: [
            {
              feature: "rocketchat.server",
              record: { type: "SRV", name: "_rocketchat._https.chat.example.org" },
              state: "missing",
              needed: true,
              expected: "priority 1",
              found: null,
              remedy: "Publish it.",
            },
          ],
        },
      }),
    );
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Enabled").check();
    await page.getByLabel("Domain").fill("no domain");
    await page.getByRole("button", { name: "Next" }).click();
    expect(await page.getByRole("alert").filter({ hasText: "domain" }).innerText()).toMatch(/domain/);
    await page.getByLabel("Domain").fill("chat.example.org");
    await page.getByRole("button", { name: "Next" }).click();

    await page.getByText("_rocketchat._https.chat.example.org").waitFor();
    expect(await page.getByRole("dialog").innerText()).toContain("Publish it.");
    await page.keyboard.press("Escape");
    await page.getByText("chat.example.org", { exact: true }).waitFor();
  });
});
