import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3Archive, s3Client } from "../../../functions/adapters/s3/archive.ts";
import { SAMPLE_HOUR } from "../../support/samples.ts";

const SLOW_DOWN =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>';

/** What a bucket in trouble does to a request. */
const TROUBLES: Readonly<Record<string, RequestListener>> = {
  "tells to slow down": (_request, response) => {
    response.writeHead(503, { "content-type": "application/xml" }).end(SLOW_DOWN);
  },
  "cuts the connection": (_request, response) => {
    response.destroy();
  },
};

describe("a bucket that", () => {
  const before = { ...process.env };
  beforeAll(() => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "tidemark", AWS_SECRET_ACCESS_KEY: "tidemark" });
  });
  afterAll(() => {
    process.env = before;
  });

  it.each(Object.entries(TROUBLES))("%s is busy: callers come back later", async (_what, trouble) => {
    const server = createServer(trouble);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = s3Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const archive = s3Archive({ client, name: "archive" });
    try {
      const asked = [archive.read("demo", SAMPLE_HOUR), archive.write("demo", SAMPLE_HOUR, 0, new Uint8Array([1]))].map(
        (one) => one.then(() => "done").catch((error: unknown) => error),
      );
      expect(await Promise.all(asked)).toEqual(
        asked.map(() => expect.objectContaining({ name: "Failure", code: "store.busy" })),
      );
    } finally {
      client.destroy();
      server.closeAllConnections();
      server.close();
    }
  });
});
