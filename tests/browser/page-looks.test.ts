import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtPage } from "../../local/built-page.ts";
import { readPages } from "../../local/pages.ts";
import { axeFindings, keepPicture, openPages, type Pages, shown, VIEWS } from "../support/info-page.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const NOW = Date.parse("2026-03-04T10:20:00.000Z");
const HOUR_MS = 3_600_000;
const DAYS = 3;
const os = { totalmem: 8_000_000_000, freemem: 3_000_000_000 };
/** A silence of the chat server. */
const SILENT: readonly number[] = [40, 41, 42, 43];
const LONG = "Gesellschaft für angewandte Unternehmenskommunikation und Zusammenarbeit mbH ".repeat(2);

let runtime: DrillRuntime;
let pages: Pages;

const send = async (method: "POST" | "PATCH", path: string, body: unknown): Promise<void> => {
  const answer = await fetch(`${runtime.baseUrl}${path}`, {
    method,
    headers: { "x-api-key": runtime.credentials.apiKey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.text();
  if (!answer.ok || /"refusedCount":[1-9]/.test(told)) throw new Error(`${path}: ${told}`);
};

const wave = (hour: number): number => Math.round(6 + 5 * Math.sin(((hour % 24) / 24) * 2 * Math.PI - 1.6));

const eventsOf = (hour: number): readonly object[] => {
  const at = (minute: number): object => ({
    specversion: "1.0",
    source: "chat-1",
    time: new Date(NOW + hour * HOUR_MS + minute * 60_000).toISOString(),
  });
  const messages = Array.from({ length: wave(hour) }, (_, n) => ({
    ...at(n),
    id: `m${hour}-${n}`,
    type: "message.sent",
    data: { room: `r${n % 4}`, roomKind: n % 3 === 0 ? "private" : "channel", user: `u${n % 7}` },
  }));
  const reports = Array.from({ length: 12 }, (_, n) => ({
    ...at(5 * n),
    id: `i${hour}-${n}`,
    type: "instance.reported",
    data: { id: "i-1", version: "6.4.0", address: "10.0.0.7", connections: wave(hour) * 3, os },
  }));
  return [...messages, ...reports];
};

/** Days of a workspace's life, with some hours in which nobody was heard, and one whose message came late. */
const live = async (): Promise<void> => {
  await send("PATCH", "/v1/workspace", { name: LONG.trim() });
  for (let hour = 0; hour < DAYS * 24; hour++) {
    await send("POST", "/local/clock", { advanceSeconds: 3_600 });
    if (!SILENT.includes(hour)) await send("POST", "/v1/events", eventsOf(hour));
    if (hour % 24 === 23) await send("POST", "/local/close-hours", {});
  }
  const late = { specversion: "1.0", source: "chat-2", id: "late", type: "message.sent" };
  const data = { room: "r1", roomKind: "channel", user: "u1" };
  await send("POST", "/v1/events", [{ ...late, time: new Date(NOW + 50 * HOUR_MS).toISOString(), data }]);
  await send("POST", "/local/close-hours", {});
};

beforeAll(async () => {
  runtime = await startDrill(new Date(NOW).toISOString());
  await live();
  pages = await openPages(runtime);
});
afterAll(async () => {
  await Promise.all([pages.close(), runtime.remove()]);
});
afterEach(() => pages.settle());

const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

const WIDTHS = [360, 768, 1_440] as const;

describe.each(VIEWS)("the view %s", (view) => {
  it("has nothing that axe-core finds, in light and dark", async () => {
    const page = await pages.openSigned({ hash: `#/${view}` });
    await shown(page, view);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });

      expect({ colorScheme, findings: await axeFindings(page) }).toEqual({ colorScheme, findings: [] });
    }
  });

  it("fits windows from 360 to 1440 pixels wide, with a long name", async () => {
    const page = await pages.openSigned({ hash: `#/${view}` });
    await shown(page, view);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: width === 360 ? "dark" : "light" });
      await keepPicture(page, `${view}-${width}`);

      expect({ width, overflow: await page.evaluate(OVERFLOW) }).toEqual({ width, overflow: 0 });
    }
  });
});

describe("signing in", () => {
  it.each(["light", "dark"] as const)("has nothing that axe-core finds, in %s", async (colorScheme) => {
    const page = await pages.open({ colorScheme, width: 360 });
    await keepPicture(page, `sign-in-${colorScheme}`);

    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(OVERFLOW)).toBe(0);
    const paper = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    expect(paper).toBe(colorScheme === "light" ? "rgb(244, 246, 248)" : "rgb(16, 22, 27)");
  });
});

const CEILINGS = { ".js": 120_000, ".css": 12_000, ".html": 2_000 } as const;
const files = [...(await readPages(await builtPage()))];
const sizeOf = (type: string): number =>
  files.filter(([path]) => path.endsWith(type)).reduce((sum, [, { bytes }]) => sum + gzipSync(bytes).length, 0);

describe("what the page sends", () => {
  it.each(Object.entries(CEILINGS).map(([type, most]) => [type, sizeOf(type), most] as const))(
    "of %s is %i bytes compressed, and no more than %i",
    (_type, size, most) => {
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThanOrEqual(most);
    },
  );
});
