import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { minutes } from "../support/scene.ts";

const LIVED = 3;
const OUTAGE = 72;

const at = (hour: number, minute = 0): number => HOUR_ZERO + hour * HOUR_MS + minutes(minute);

describe("the local runtime, stopped for three days", () => {
  const started: DrillRuntime[] = [];
  afterEach(async () => {
    for (const runtime of started.splice(0)) await runtime.remove();
  });
  const start = async (instant: number, folder?: string): Promise<DrillRuntime> => {
    const runtime = await startDrill(new Date(instant).toISOString(), folder);
    started.push(runtime);
    return runtime;
  };
  const post = async (runtime: DrillRuntime, path: string, body: unknown = {}): Promise<unknown> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const archived = async ({ dataFolder }: DrillRuntime): Promise<Record<string, string>> => {
    const folder = join(dataFolder, "archive");
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith("statistics.json"));
    return Object.fromEntries(
      await Promise.all(files.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
    );
  };

  it("closes all hours when it starts, to the bytes that one which never stopped has", async () => {
    const first = await start(at(0));
    for (let hour = 0; hour < LIVED; hour++) {
      await post(first, "/local/clock", { advanceSeconds: 3_600 });
      await post(
        first,
        "/v1/events",
        Array.from({ length: 50 }, (_, index) =>
          index % 5 === 0
            ? event("instance.reported", at(hour, index), {
                id: "i",
                version: "1",
                os: { totalmem: 9, freemem: index },
                connections: index,
              })
            : message(at(hour, index), `u${index % (hour + 3)}`),
        ),
      );
    }
    await first.stop();
    // The same past in a second folder; only what comes now differs.
    const copy = `${first.dataFolder}-undisturbed`;
    await cp(first.dataFolder, copy, { recursive: true });

    const undisturbed = await start(at(LIVED), copy);
    for (let hour = 0; hour < OUTAGE; hour++) {
      await post(undisturbed, "/local/close-hours");
      await post(undisturbed, "/local/clock", { advanceSeconds: 3_600 });
    }
    await post(undisturbed, "/local/close-hours");
    // Its start closes what it missed; nobody asks it to.
    const disturbed = await start(at(LIVED + OUTAGE, 4), first.dataFolder);

    const expected = await archived(undisturbed);
    expect(Object.keys(expected)).toHaveLength(LIVED + OUTAGE);
    expect(await archived(disturbed)).toEqual(expected);
  });
});
