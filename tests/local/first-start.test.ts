import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Runtimes, type RunningRuntime } from "../support/local-process.ts";

const runtimes = new Runtimes();
afterAll(() => runtimes.close());

/** A Wednesday: the sample begins on Monday four weeks before, at midnight. */
const NOW = "2026-03-04T10:20:30.000Z";
const BEGINS = "2026-02-02";
const HOURS_BEFORE = (4 * 7 + 2) * 24 + 10;

interface Archived {
  readonly hour: string;
  readonly messages: { readonly total: number; readonly sent: number };
  readonly ledger: { readonly status: string };
  readonly integrity: readonly string[];
  readonly publication: { readonly number: number; readonly previous: string | null };
  readonly sha256: string;
}

const archivedIn = async (folder: string): Promise<Archived[]> => {
  const files = (await readdir(join(folder, "archive"), { recursive: true })).filter((file) =>
    file.endsWith("statistics.json"),
  );
  const read = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(join(folder, "archive", file));
      const sha256 = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      return { ...(JSON.parse(bytes.toString()) as Omit<Archived, "sha256">), sha256 };
    }),
  );
  return read.toSorted((a, b) => (a.hour < b.hour ? -1 : 1));
};

const refresh = async ({ baseUrl, credentials }: RunningRuntime): Promise<Archived> => {
  const answer = await fetch(`${baseUrl}/v1/statistics/refresh`, {
    method: "POST",
    headers: { "x-api-key": credentials.apiKey },
  });
  return (await answer.json()) as Archived;
};

/** What a first start that nothing disturbed has archived. */
let archived: Archived[];

describe("the first start with the sample", () => {
  let folder: string;
  let runtime: RunningRuntime;
  beforeAll(async () => {
    folder = await runtimes.folder();
    runtime = await runtimes.start(folder, "--drill", "--now", NOW);
    archived = await archivedIn(folder);
  });

  it("is ready within 20 seconds", () => {
    expect(runtime.readyMs).toBeLessThan(20_000);
  });

  it("has closed every hour that is over, from the sample's first message on", () => {
    expect(archived[0]?.hour.slice(0, 10)).toBe(BEGINS);
    expect(archived.at(-1)?.hour).toBe("2026-03-04T09");
    const first = Number(archived[0]?.hour.slice(11));
    expect(archived).toHaveLength(HOURS_BEFORE - first);
    expect(new Set(archived.map(({ ledger }) => ledger.status))).toEqual(new Set(["imported"]));
    expect(archived.flatMap(({ integrity }) => integrity)).toEqual([]);
  });

  it("has counted each message in its hour, and all of them in the total", () => {
    const sent = archived.reduce((sum, { messages }) => sum + messages.sent, 0);

    expect(sent).toBeGreaterThan(15_000);
    expect(archived.at(-1)?.messages.total).toBe(sent);
  });

  it("has chained what it published", () => {
    expect(archived.map(({ publication }) => publication.number)).toEqual(archived.map((_, at) => at + 1));
    expect(archived.slice(1).map(({ publication }) => publication.previous)).toEqual(
      archived.slice(0, -1).map(({ sha256 }) => sha256),
    );
  });

  it("counts nothing again at the next start", async () => {
    const before = await refresh(runtime);
    await runtime.end();

    runtime = await runtimes.start(folder, "--drill", "--now", NOW);

    expect(runtime.readyMs).toBeLessThan(10_000);
    expect((await refresh(runtime)).messages.total).toBe(before.messages.total);
    expect(await archivedIn(folder)).toEqual(archived);
  });
});

describe("a first start that is killed while it fills", () => {
  it.each([300, 2_000])(
    "after %i ms is gone on with by the next, which ends with the same numbers",
    async (afterMs) => {
      const broken = await runtimes.folder();
      await runtimes.runFor(broken, /Filling/, afterMs, "--drill", "--now", NOW);

      const next = await runtimes.start(broken, "--drill", "--now", NOW);

      const without = ({ publication: _publication, sha256: _sha256, ...rest }: Archived): object => ({
        ...rest,
        deployment: null,
      });
      expect((await archivedIn(broken)).map(without)).toEqual(archived.map(without));
      await next.end();
    },
  );
});
