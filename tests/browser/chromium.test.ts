import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openChromium } from "../support/chromium.ts";

const PAGE = `<!doctype html>
<html lang="en">
  <title>Tide</title>
  <button onclick="this.textContent = 'high'; this.disabled = true">low</button>
  <canvas width="1" height="1"></canvas>
</html>`;

const PNG_SIGNATURE = "89504e470d0a1a0a";

describe("Chromium from the package", () => {
  let browser: Browser;
  let server: Server;
  let address: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader("content-type", request.url === "/" ? "text/html; charset=utf-8" : "text/plain");
      response.statusCode = request.url === "/" ? 200 : 404;
      response.end(request.url === "/" ? PAGE : "nothing here");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it("opens a page, presses a button and sees what it does", async () => {
    const page = await browser.newPage();
    await page.goto(address);
    const button = page.getByRole("button");
    expect(await page.title()).toBe("Tide");
    expect(await button.textContent()).toBe("low");

    await button.click();

    expect(await button.textContent()).toBe("high");
    expect(await button.isDisabled()).toBe(true);
    await page.close();
  });

  it("takes a picture of the asked size", async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 640 } });
    await page.goto(address);

    const picture = await page.screenshot();

    expect(picture.subarray(0, 8).toString("hex")).toBe(PNG_SIGNATURE);
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([360, 640]);
    await page.close();
  });

  it("writes in the font it brings, whatever fonts the machine has", async () => {
    const page = await browser.newPage();
    await page.goto(address);

    const widths = await page.evaluate<number[]>(`["'Open Sans'", "serif", "monospace"].map((family) => {
      const context = document.querySelector("canvas").getContext("2d");
      context.font = "100px " + family;
      return Math.round(context.measureText("Tidemark").width);
    })`);

    expect(widths).toEqual([440, 440, 440]);
    await page.close();
  });

  it("protects one origin from another, as a user's browser does", async () => {
    const page = await browser.newPage();
    await page.goto("data:text/html,elsewhere");

    const answer = await page.evaluate<string>(`fetch("${address}").then(() => "read", () => "refused")`);

    expect(answer).toBe("refused");
    await page.close();
  });
});
