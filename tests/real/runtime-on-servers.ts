import { randomUUID } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3Archive, s3Client } from "../../functions/adapters/s3/archive.ts";
import { hourOf } from "../../functions/core/hour.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { type RunningRuntime, Runtimes } from "../support/local-process.ts";
import { minutes } from "../support/scene.ts";

const NOW = new Date(HOUR_ZERO + minutes(30)).toISOString();
const HOUR = NOW.slice(0, 13);
const SENT = 25;
const BATCH = {
  "idempotency-key": "batch-1",
  body: JSON.stringify(Array.from({ length: SENT }, (_, at) => message(HOUR_ZERO + minutes(at), `u${at % 5}`))),
};

describe("npm start with servers of one's own", () => {
  const runtimes = new Runtimes();
  const bucket = `runtime-${randomUUID()}`;
  let folder: string;
  let runtime: RunningRuntime;

  const ask = async (method: string, path: string, body?: string): Promise<Response> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method,
      headers: {
        "x-api-key": runtime.credentials.apiKey,
        "content-type": "application/json",
        "idempotency-key": BATCH["idempotency-key"],
      },
      ...(body === undefined ? {} : { body }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const start = (): Promise<RunningRuntime> => runtimes.start(folder, "--empty", "--drill", "--now", NOW);

  beforeAll(async () => {
    process.env["AWS_ENDPOINT_URL_DYNAMODB"] = process.env["TIDEMARK_TEST_DYNAMODB"];
    process.env["AWS_ENDPOINT_URL_S3"] = process.env["TIDEMARK_TEST_S3"];
    process.env["TIDEMARK_ARCHIVE_BUCKET"] = bucket;
    // Nobody who starts it beside servers of their own thinks of a region.
    for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) delete process.env[name];
    folder = await runtimes.folder();
    runtime = await start();
  });
  afterAll(() => runtimes.close());

  it("takes events, closes their hour, archives it in S3 and gives it back, also after a restart", async () => {
    expect(await (await ask("POST", "/v1/events", BATCH.body)).json()).toMatchObject({ accepted: SENT });
    await ask("POST", "/local/clock", JSON.stringify({ advanceSeconds: 40 * 60 }));
    expect(await (await ask("POST", "/local/close-hours")).json()).toEqual({ closed: 1, restated: 0 });

    const served = await (await ask("GET", `/v1/snapshots/${HOUR}/statistics.json`)).text();
    expect(JSON.parse(served)).toMatchObject({ hour: HOUR, messages: { sent: SENT } });
    const client = s3Client(process.env["TIDEMARK_TEST_S3"]);
    const archived = await s3Archive({ client, name: bucket }).read("demo", hourOf(HOUR_ZERO));
    client.destroy();
    expect(Buffer.from(archived ?? []).toString()).toBe(served);

    await runtime.end();
    runtime = await start();
    expect(await (await ask("GET", `/v1/snapshots/${HOUR}/statistics.json`)).text()).toBe(served);
    expect(await (await ask("POST", "/v1/events", BATCH.body)).json()).toMatchObject({ replayed: true });
  });

  it("keeps neither database nor archive on its own disk", async () => {
    for (const name of ["dynamodb.sqlite", "archive"])
      await expect(access(join(folder, name))).rejects.toThrow("ENOENT");
  });

  it("says what to do when the archive can't be reached", async () => {
    process.env["AWS_SECRET_ACCESS_KEY"] = "another";
    const { code, stderr } = await runtimes.run(await runtimes.folder(), "--port", "0", "--empty", "--drill");
    expect(code).toBe(1);
    expect(stderr).toContain(`The bucket ${bucket} at ${process.env["TIDEMARK_TEST_S3"]} can't be used`);
    expect(stderr).toContain("AWS_SECRET_ACCESS_KEY");
  });
});
