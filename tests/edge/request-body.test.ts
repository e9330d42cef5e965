import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeBody, type Delivered, hashOfBody } from "../../functions/edge/request-body.ts";
import type { Route } from "../../functions/edge/route.ts";

const ROUTE: Route = {
  method: "POST",
  path: "/",
  operation: "take",
  scope: null,
  accepts: ["application/json", "application/x-ndjson"],
  maxWireBytes: 100,
  maxDecodedBytes: 1_000,
};
const delivered = (body: string | Uint8Array | undefined, more: Partial<Delivered> = {}): Delivered => ({
  body: body === undefined || typeof body === "string" ? body : Buffer.from(body).toString("base64"),
  isBase64Encoded: body !== undefined && typeof body !== "string",
  contentType: "application/json",
  contentEncoding: undefined,
  ...more,
});
const decode = async (
  body: string | Uint8Array | undefined,
  more: Partial<Delivered> = {},
  route: Partial<Route> = {},
) => {
  const { bytes, mediaType } = await decodeBody(delivered(body, more), { ...ROUTE, ...route });
  return [Buffer.from(bytes).toString(), mediaType];
};
const failure = (code: string) => expect.objectContaining({ code });

describe("a request's body", () => {
  it("is read as text and as base64", async () => {
    expect(await decode("[1]")).toEqual(["[1]", "application/json"]);
    expect(await decode(Buffer.from("[«1»]"))).toEqual(["[«1»]", "application/json"]);
  });

  it.each(["application/json; charset=utf-8", 'Application/JSON ;charset="UTF-8"', "application/json;charset=utf8"])(
    "may come as %s",
    async (contentType) => {
      expect(await decode("[]", { contentType })).toEqual(["[]", "application/json"]);
    },
  );

  it.each([
    undefined,
    "",
    "text/plain",
    "application/json, application/json",
    "application/json; charset=latin1",
    "application",
  ])("may not come as %s", async (contentType) => {
    await expect(decode("[]", { contentType })).rejects.toEqual(failure("body.unsupported-type"));
  });

  it("may be left out, type and all", async () => {
    expect(await decode(undefined, { contentType: undefined })).toEqual(["", undefined]);
  });

  it("is passed over by a route that takes none", async () => {
    const { accepts: _, ...bodiless } = ROUTE;
    const { bytes } = await decodeBody(delivered("x".repeat(500), { contentType: "text/plain" }), bodiless);

    expect(bytes).toHaveLength(0);
  });

  it("is unpacked up to the limit, and no further", async () => {
    const packed = (size: number) => gzipSync("x".repeat(size));

    expect((await decode(packed(1_000), { contentEncoding: "gzip" }))[0]).toHaveLength(1_000);
    expect((await decode(packed(10), { contentEncoding: " X-GZip " }))[0]).toHaveLength(10);
    await expect(decode(packed(1_001), { contentEncoding: "gzip" })).rejects.toEqual(failure("body.too-large"));
    // 10 MB in 10 KB: a bomb is stopped at the limit, not once it has gone off.
    await expect(decode(packed(10_000_000), { contentEncoding: "gzip" }, { maxWireBytes: 65_536 })).rejects.toEqual(
      failure("body.too-large"),
    );
  });

  it("is refused over its limit on the wire", async () => {
    expect((await decode("x".repeat(100)))[0]).toHaveLength(100);
    await expect(decode("x".repeat(101))).rejects.toMatchObject({
      code: "body.too-large",
      details: { limitBytes: 100 },
    });
    // Counted in bytes, not in characters.
    await expect(decode("ü".repeat(51))).rejects.toEqual(failure("body.too-large"));
  });

  it.each([Buffer.from("no gzip"), gzipSync("[1,2,3]").subarray(0, 12), Buffer.alloc(0)])(
    "is refused when it is not the gzip it says it is",
    async (bytes) => {
      await expect(decode(bytes, { contentEncoding: "gzip" })).rejects.toEqual(failure("body.malformed"));
    },
  );

  it.each(["br", "deflate", "gzip, gzip", "aws-chunked"])("is refused in the encoding %s", async (contentEncoding) => {
    await expect(decode("[]", { contentEncoding })).rejects.toEqual(failure("body.unsupported-encoding"));
  });

  it("has the same hash however it was compressed", async () => {
    const plain = await decodeBody(delivered("[]"), ROUTE);
    const packed = await decodeBody(delivered(gzipSync("[]"), { contentEncoding: "gzip" }), ROUTE);

    expect(hashOfBody(packed)).toBe(hashOfBody(plain));
    expect(hashOfBody(plain)).toBe("4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
  });
});
