import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { openChromium } from "./chromium.ts";
import type { DrillRuntime } from "./runtime.ts";

/** Views by the part of the address after #. */
export const VIEWS = ["info", "trends", "reports", "completeness", "settings"] as const;

/** What a page is opened with. */
export interface Opening {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly locale?: string;
  /** From # on. */
  readonly hash?: string;
  /** What is signed in with where not with the workspace's key. */
  readonly session?: { readonly kind: "key"; readonly key: string; readonly workspace?: string };
}

/** A browser that opens the page of a runtime, and what the page complained of meanwhile. */
export interface Pages {
  readonly open: (opening?: Opening) => Promise<Page>;
  /** Opens the page with a session in the tab, that of the workspace's key unless another is given. */
  readonly openSigned: (opening?: Opening) => Promise<Page>;
  /** Closes the pages there are. @throws when something went wrong on one of them. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Everything here takes well under a second on a machine at rest; what does not come is told before the test itself gives up. */
const WAIT_MS = 20_000;

/** Refused by purpose in many tests; the browser notes each of them. */
const EXPECTED = /the server responded with a status of 4\d\d|net::ERR_FAILED/;

const watch = (page: Page, complaints: string[]): void => {
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (one) => {
    if (one.type() === "error" && !EXPECTED.test(one.text())) complaints.push(one.text());
  });
};

/** Signs in with a key, and waits for the page. */
export const signIn = async (page: Page, key: string): Promise<void> => {
  await page.getByRole("radio", { name: "API key" }).check();
  await page.locator("input[name=key]").fill(key);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Views" }).waitFor();
};

/** Puts a session into a tab that is opened, as signing in does; what the page does with it later stays so. */
const keeping = (session: object): string =>
  `if (performance.getEntriesByType("navigation")[0]?.type === "navigate")
    sessionStorage.setItem("tidemark-session", ${JSON.stringify(JSON.stringify(session))});`;

/** A browser for pages of one runtime, which notes what goes wrong on them; `close` ends it. */
export const openPages = async (runtime: DrillRuntime): Promise<Pages> => {
  const browser: Browser = await openChromium();
  const opened: Page[] = [];
  const complaints: string[] = [];
  const open = async ({ width = 1_280, height = 900, hash = "", session, ...options }: Opening): Promise<Page> => {
    const page = await browser.newPage({
      viewport: { width, height },
      locale: "en-GB",
      reducedMotion: "reduce",
      ...options,
    });
    page.setDefaultTimeout(WAIT_MS);
    opened.push(page);
    watch(page, complaints);
    if (session !== undefined) await page.addInitScript({ content: keeping(session) });
    await page.goto(`${runtime.baseUrl}/${hash}`);
    return page;
  };
  return {
    open: async (opening = {}) => {
      const page = await open(opening);
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      return page;
    },
    openSigned: async (opening = {}) => {
      const page = await open({ session: { kind: "key", key: runtime.credentials.apiKey }, ...opening });
      await page.getByRole("navigation", { name: "Views" }).waitFor();
      return page;
    },
    settle: async () => {
      await Promise.all(opened.splice(0).map((page) => page.close()));
      if (complaints.length > 0) throw new Error(`the page complained: ${complaints.splice(0).join("; ")}`);
    },
    close: () => browser.close(),
  };
};

/** Waits until a view shows what it has. */
export const shown = async (page: Page, view: (typeof VIEWS)[number]): Promise<void> => {
  const proof = {
    info: page.getByRole("heading", { name: "Usage" }),
    trends: page.getByRole("heading", { name: "Hours of the week" }),
    reports: page.getByRole("region", { name: "Reports" }),
    completeness: page.getByRole("region", { name: "Hours by day" }),
    settings: page.getByRole("button", { name: "Save" }),
  }[view];
  await proof.waitFor();
};

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core finds on a page, in a line each. */
export const axeFindings = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const violations = await page.evaluate<readonly Violation[]>("axe.run().then(({ violations }) => violations)");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
};

/** Each label on the page with its value. */
export const valuesOf = async (page: Page): Promise<Record<string, string>> => {
  const rows = await page.locator(".row").all();
  const pairs = rows.map(async (row) => {
    const label = await row.locator("dt .term, dt:not(:has(.term))").innerText();
    return [label, await row.locator("dd").innerText()] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
};

/** Turns a picture into a smaller one of the same look; runs in the browser, which knows how. */
const toWebp = (png: string): string => `(async () => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64,${png}")).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.6 });
  return (new Uint8Array(await blob.arrayBuffer())).toBase64();
})()`;

/** Keeps a picture of a page where somebody asked for one (`TIDEMARK_SCREENSHOTS`, a folder). */
export const keepPicture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["TIDEMARK_SCREENSHOTS"];
  if (folder === undefined) return;
  const png = await page.screenshot({ fullPage: true });
  const workshop = await page.context().browser()?.newPage();
  if (workshop === undefined) throw new Error("the browser has ended");
  const webp = await workshop.evaluate<string>(toWebp(png.toString("base64")));
  await workshop.close();
  await writeFile(join(folder, `${name}.webp`), Buffer.from(webp, "base64"));
};
